/** What was proven: each check with what was asked, what came back, and what to do where it isn't as it should be. */
import type { CheckResult } from '../verify/run.ts';
import { type Line, type Lines, type Style, span } from './line.ts';
import { neutralLines } from './neutral.ts';
import { count, renderTime } from './quantity.ts';

/** Renders the evidence per host, failed checks and hosts with failures first, and the counts. */
export function renderChecks(results: readonly CheckResult[]): Lines {
  const hosts = [...new Set(results.map((result) => result.check.host))].map((host) => {
    const all = results.filter((result) => result.check.host === host);
    return { host, failed: all.filter(hasFailed), ok: all.filter((result) => !hasFailed(result)) };
  });
  const ordered = [
    ...hosts.filter((one) => one.failed.length > 0),
    ...hosts.filter((one) => one.failed.length === 0),
  ];
  const blocks = ordered.flatMap(
    ({ host, failed, ok }): Lines => [[span('strong', host)], ...[...failed, ...ok].flatMap(renderCheck), []],
  );
  return [...blocks, renderTotal(results)];
}

function hasFailed(result: CheckResult): boolean {
  return !result.verdict.ok;
}

function renderCheck({ check, verdict, ms }: CheckResult): Lines {
  const label = verdict.ok ? span('good', 'ok     ') : span('bad', 'FAILED ');
  const fix = verdict.ok ? undefined : verdict.fix;
  return [
    ['  ', label, check.title, span('dim', `  ${renderTime(ms)}`)],
    ...labelled('asked', check.asks, 'dim'),
    ...labelled('got', verdict.got, verdict.ok ? 'dim' : 'plain'),
    ...labelled('fix', fix, 'plain'),
  ];
}

function labelled(label: string, text: string | undefined, style: Style): Lines {
  if (text === undefined) return [];
  return neutralLines(text).map(
    (line, index): Line => [' '.repeat(9), span('dim', (index === 0 ? label : '').padEnd(7)), span(style, line)],
  );
}

function renderTotal(results: readonly CheckResult[]): Line {
  const failed = results.filter(hasFailed).length;
  const hosts = count(new Set(results.map((result) => result.check.host)).size, 'host');
  if (results.length === 0) return ['Verified: nothing to check.'];
  if (failed === 0) return [span('good', 'Verified'), `: all ${count(results.length, 'check')} on ${hosts} ok.`];
  return [
    span('bad', 'Not as it should be'),
    `: ${failed} of ${count(results.length, 'check')} on ${hosts} failed.`,
  ];
}
