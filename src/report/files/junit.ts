/** What a run did as JUnit XML, which code hosts and Jenkins show as tests: one suite a host, one case a thing. */
import type { Result } from '../../apply/outcome.ts';
import { GatError, Problems, renderWhere } from '../../base/errors.ts';
import type { RunEvent } from '../../base/events.ts';
import { renderPosition } from '../../base/position.ts';
import type { Finding } from '../../lint/rule.ts';
import type { CheckResult } from '../../verify/run.ts';
import { BUG } from '../error.ts';
import { defuse, neutralLines } from '../neutral.ts';
import type { RunRecord } from '../record.ts';

type Case = {
  readonly suite: string;
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
  readonly ms?: number;
  readonly failure?: { readonly type: string; readonly message: string; readonly text: string };
  readonly isError?: boolean;
  readonly skipped?: string;
};

/** Renders the file of a run. */
export function renderJunit(record: RunRecord): string {
  const cases = [
    ...(record.findings ?? []).map(findingCase),
    ...(record.findings ? record.events.flatMap(warningCases) : []),
    ...[...(record.outcome?.results.values() ?? [])].map(resultCase),
    ...(record.checks ?? []).map(checkCase),
    ...(record.unreachable ?? []).map(({ host, error }) => errorCase(error, host)),
    ...record.errors.flatMap(errorsOf).map((error) => errorCase(error, 'gatdeploy')),
  ];
  const all = cases.length > 0 ? cases : [{ suite: 'gatdeploy', name: 'no problem was found' }];
  const suites = [...new Set(all.map((one) => one.suite))].map((suite) =>
    renderSuite(
      suite,
      all.filter((one) => one.suite === suite),
      record.startedAt,
    ),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="gatdeploy" ${countsOf(all)} ${timeOf(all)}>\n${suites.join('')}</testsuites>\n`;
}

function renderSuite(suite: string, cases: readonly Case[], startedAt: number): string {
  const time = new Date(startedAt).toISOString().slice(0, 19);
  return `  <testsuite name="${attribute(suite)}" timestamp="${time}" ${countsOf(cases)} ${skippedOf(cases)} ${timeOf(cases)}>\n${cases.map(renderCase).join('')}  </testsuite>\n`;
}

function countsOf(cases: readonly Case[]): string {
  const failures = cases.filter((one) => one.failure && !one.isError).length;
  const errors = cases.filter((one) => one.failure && one.isError).length;
  return `tests="${cases.length}" failures="${failures}" errors="${errors}"`;
}

/** Of one suite only: Jenkins' schema does not take it at the top. */
function skippedOf(cases: readonly Case[]): string {
  return `skipped="${cases.filter((one) => one.skipped !== undefined).length}"`;
}

function timeOf(cases: readonly Case[]): string {
  const seconds = cases.reduce((sum, one) => sum + (one.ms ?? 0), 0) / 1000;
  return `time="${seconds.toFixed(3)}"`;
}

function renderCase({ suite, name, file, line, ms = 0, failure, isError, skipped }: Case): string {
  const place = file === undefined ? '' : ` file="${attribute(file)}" line="${line ?? 1}"`;
  const open = `    <testcase classname="${attribute(suite)}" name="${attribute(name)}"${place} time="${(ms / 1000).toFixed(3)}"`;
  if (skipped !== undefined) return `${open}><skipped message="${attribute(skipped)}"/></testcase>\n`;
  if (!failure) return `${open}/>\n`;
  const tag = isError ? 'error' : 'failure';
  const text = `<${tag} type="${attribute(failure.type)}" message="${attribute(failure.message)}">${content(failure.text)}</${tag}>`;
  return `${open}>${text}</testcase>\n`;
}

function findingCase({ rule, severity, message, places, fix }: Finding): Case {
  const [place] = places;
  const failure = {
    type: rule.id,
    message,
    text: [message, ...places.map(renderPosition), `fix: ${fix}`].join('\n'),
  };
  return {
    suite: 'lint',
    name: `${rule.id} ${place ? renderPosition(place) : ''}`,
    ...(place && { file: place.file, line: Math.max(1, place.line) }),
    ...(severity === 'E' ? { failure } : { skipped: message }),
  };
}

/** What a lint told beside its findings. */
function warningCases(event: RunEvent): readonly Case[] {
  if (event.type !== 'warning' || !event.place) return [];
  const { file, line } = event.place;
  const name = `warning ${renderPosition(event.place)}`;
  return [{ suite: 'lint', name, file, line: Math.max(1, line), skipped: event.text }];
}

function resultCase({ host, resource, status, summary, ms, error, blockedBy }: Result): Case {
  const base = { suite: host, name: resource, ms };
  if (status === 'failed') return { ...base, failure: failureOf(error, summary) };
  if (status === 'left') return { ...base, failure: { type: 'apply/left', message: summary, text: summary } };
  if (status === 'blocked') return { ...base, skipped: blockedBy ? `waits for ${blockedBy}` : summary };
  return status === 'skipped' || status === 'deferred' ? { ...base, skipped: summary } : base;
}

function checkCase({ check, verdict, ms }: CheckResult): Case {
  const base = { suite: check.host, name: check.title, ms };
  if (verdict.ok) return base;
  const text = [`asked: ${check.asks}`, `got: ${verdict.got}`, ...(verdict.fix ? [`fix: ${verdict.fix}`] : [])];
  return { ...base, failure: { type: 'verify', message: verdict.got, text: text.join('\n') } };
}

function errorCase(error: unknown, suite: string): Case {
  const failure = failureOf(error, '');
  return { suite, name: failure.message, failure, isError: true };
}

function errorsOf(error: unknown): readonly unknown[] {
  return error instanceof Problems ? error.errors : [error];
}

function failureOf(error: unknown, summary: string): { type: string; message: string; text: string } {
  if (!(error instanceof GatError)) {
    const message = error instanceof Error ? error.message : summary || String(error);
    return { type: error === undefined ? 'apply/failed' : BUG, message, text: message };
  }
  const { code, what, where, why, fix } = error;
  const lines = [
    what,
    ...where.map((one) => `at ${renderWhere(one)}`),
    why ? `why: ${why}` : '',
    fix ? `fix: ${fix}` : '',
  ];
  return { type: code, message: what, text: lines.filter((line) => line !== '').join('\n') };
}

/** Secrets hidden, control characters spelt out: XML can't hold them. Some runners print the file into their log. */
function content(text: string): string {
  return neutralLines(text).map(defuse).map(escapeXml).join('\n');
}

function attribute(text: string): string {
  return escapeXml(neutralLines(text).join(' '));
}

function escapeXml(text: string): string {
  return text.replace(/[\uFFFE\uFFFF]/g, '\uFFFD').replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
