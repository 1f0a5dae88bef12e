/** What a run came to, at a glance: counts, the hosts that need a person first, and each error once. */
import { renderError } from '../../error.ts';
import { draw } from '../../line.ts';
import { count } from '../../quantity.ts';
import type { RunRecord } from '../../record.ts';
import { groupErrors, sameOn } from '../../same-errors.ts';
import { html, lines, type Markup, nothing } from './markup.ts';

/** What is counted, in the order of telling, with the class of its colour. */
const COUNTED: readonly (readonly [key: string, words: string, style: string])[] = [
  ['failed', 'failed', 'bad'],
  ['left', 'unknown, still at work', 'bad'],
  ['blocked', 'not done', 'warn'],
  ['skipped', 'not begun', 'warn'],
  ['deferred', 'put off', 'warn'],
  ['create', 'to create', 'good'],
  ['update', 'to update', 'change'],
  ['remove', 'to remove', 'bad'],
  ['unknown', 'known after apply', 'warn'],
  ['changed', 'done', 'good'],
  ['ok', 'checks ok', 'good'],
  ['unchanged', 'unchanged', 'dim'],
];
/** More hosts than these are folded. */
const SHOWN = 12;

type Counts = ReadonlyMap<string, number>;

/** Renders the counts of the run, and of each host where there are several. */
export function renderOverview(record: RunRecord): Markup {
  const hosts = hostCounts(record);
  if (hosts.size === 0) return nothing;
  const total = sum([...hosts.values()]);
  const tiles = shownOf(total).map(
    ([key, words, style]) => html`<li class="tile ${style}"><strong>${total.get(key) ?? 0}</strong> ${words}</li>`,
  );
  return html`<ul class="tiles" aria-label="Counts">${tiles}</ul>${hosts.size > 1 ? hostTable(hosts, total) : nothing}`;
}

/** Renders what went wrong; what many hosts share stands there once. */
export function renderErrors({ errors, unreachable = [], outcome }: RunRecord): Markup {
  const failed = [...(outcome?.results.values() ?? [])].flatMap(({ error }) => error ?? []);
  const groups = groupErrors([...unreachable.map(({ error }) => error), ...failed, ...errors]);
  if (groups.length === 0) return nothing;
  const blocks = groups.map(({ error, others }) => {
    const same = others.length > 0 ? html`<p>${sameOn(others)}</p>` : nothing;
    return html`<pre class="error" tabindex="0">${lines(draw(renderError(error, { columns: 100 })))}</pre>${same}`;
  });
  return html`<section aria-labelledby="errors-title"><h2 id="errors-title">Errors: ${groups.length}</h2>${blocks}</section>`;
}

function hostTable(hosts: ReadonlyMap<string, Counts>, total: Counts): Markup {
  const columns = shownOf(total);
  const all = [...hosts].sort(([, a], [, b]) => troubles(b) - troubles(a));
  const rows = all.map(
    ([host, counts]) =>
      html`<tr><th scope="row">${host}</th>${columns.map(([key, , style]) => cell(counts.get(key) ?? 0, style))}</tr>`,
  );
  const head = columns.map(([, words]) => html`<th scope="col">${words}</th>`);
  const table = html`<div class="scroll" tabindex="0" role="region" aria-label="Table of hosts"><table class="hosts"><thead><tr><th scope="col">Host</th>${head}</tr></thead><tbody>${rows}</tbody></table></div>`;
  return hosts.size <= SHOWN
    ? table
    : html`<details><summary>${count(hosts.size, 'host')}, those with trouble first</summary>${table}</details>`;
}

function cell(number: number, style: string): Markup {
  return number === 0 ? html`<td></td>` : html`<td class="${style}">${number}</td>`;
}

function troubles(counts: Counts): number {
  return (counts.get('failed') ?? 0) * 1e6 + (counts.get('blocked') ?? 0) + (counts.get('skipped') ?? 0);
}

function shownOf(counts: Counts) {
  return COUNTED.filter(([key]) => (counts.get(key) ?? 0) > 0);
}

/** By host: how changes ended, or what is planned where nothing was done yet, and checks. */
function hostCounts(record: RunRecord): ReadonlyMap<string, Counts> {
  const hosts = new Map<string, Map<string, number>>();
  for (const [host, key] of countables(record)) {
    const counts = hosts.get(host) ?? new Map<string, number>();
    hosts.set(host, counts.set(key, (counts.get(key) ?? 0) + 1));
  }
  return hosts;
}

type Countable = readonly [host: string, key: string];

function countables({ plan, outcome, checks = [], unreachable = [] }: RunRecord): readonly Countable[] {
  const results = [...(outcome?.results.values() ?? [])].map(({ host, status }): Countable => [host, status]);
  const planned = (plan?.entries ?? []).map(
    ({ node, status }): Countable => [node.host, status === 'same' ? 'unchanged' : status],
  );
  return [
    ...unreachable.map(({ host }): Countable => [host, 'failed']),
    ...(outcome ? results : planned),
    ...checks.map(({ check, verdict }): Countable => [check.host, verdict.ok ? 'ok' : 'failed']),
  ];
}

function sum(all: readonly Counts[]): Counts {
  const total = new Map<string, number>();
  for (const counts of all) for (const [key, number] of counts) total.set(key, (total.get(key) ?? 0) + number);
  return total;
}
