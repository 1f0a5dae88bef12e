/** What was proven, with the evidence: what was asked, what came back, and what to do. */
import type { CheckResult } from '../../../verify/run.ts';
import { renderTime } from '../../quantity.ts';
import { html, lines, type Markup, nothing } from './markup.ts';

/** Renders the checks, failed ones first. */
export function renderChecksTable(checks: readonly CheckResult[]): Markup {
  if (checks.length === 0) return nothing;
  const failed = checks.filter((one) => !one.verdict.ok);
  const ok = checks.filter((one) => one.verdict.ok);
  return html`<section aria-labelledby="checks-title"><h2 id="checks-title">Checks: ${ok.length} ok, ${failed.length} failed</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Table of checks">
<table><thead><tr><th scope="col">Host</th><th scope="col">Check</th><th scope="col">Verdict</th><th scope="col">Evidence</th></tr></thead>
<tbody>${[...failed, ...ok].map(renderRow)}</tbody></table></div></section>`;
}

function renderRow({ check, verdict, ms }: CheckResult): Markup {
  const fix =
    verdict.ok || verdict.fix === undefined
      ? nothing
      : html`<p>Fix:</p><pre tabindex="0">${lines(verdict.fix)}</pre>`;
  return html`<tr class="${verdict.ok ? 's-ok' : 's-failed'}" data-row><td>${check.host}</td><td>${check.title}</td><td><span class="state">${verdict.ok ? 'ok' : 'FAILED'}</span> <span class="dim">${renderTime(ms)}</span></td><td>asked <code>${check.asks}</code><br>got <code>${verdict.got}</code>${fix}</td></tr>
`;
}
