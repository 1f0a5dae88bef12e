/** What a run did: done, failed, not done and what stood in the way, unchanged; per host and in all. */
import type { Outcome, Result } from '../apply/outcome.ts';
import type { ResourceStatus } from '../base/events.ts';
import { type ErrorWidth, renderError } from './error.ts';
import { hanging, type Line, type Lines, type Span, type Style, span } from './line.ts';
import { count, renderTime } from './quantity.ts';
import { groupErrors, sameOn } from './same-errors.ts';
import { renderUnreachable, type Unreachable } from './unreachable.ts';

export type SummaryOptions = ErrorWidth & {
  /** How long the run took. */
  readonly ms?: number;
  /** Hosts that could not be reached, so that nothing was done there. */
  readonly unreachable?: readonly Unreachable[];
  /** Changes that were told line by line as they were made, by `host/kind[name]`: they are only counted. */
  readonly told?: ReadonlySet<string>;
};

type Labels = { readonly label: string; readonly counted: string; readonly style: Style };

/** In the order of telling: what needs a person comes first. */
const STATUSES: Readonly<Record<ResourceStatus, Labels>> = {
  failed: { label: 'FAILED', counted: 'failed', style: 'bad' },
  left: { label: 'UNKNOWN', counted: 'unknown', style: 'bad' },
  blocked: { label: 'not done', counted: 'not done', style: 'warn' },
  skipped: { label: 'not begun', counted: 'not begun', style: 'warn' },
  deferred: { label: 'put off', counted: 'put off', style: 'warn' },
  changed: { label: 'done', counted: 'done', style: 'good' },
  unchanged: { label: 'unchanged', counted: 'unchanged', style: 'dim' },
};
const ORDER: readonly ResourceStatus[] = [
  'failed',
  'left',
  'blocked',
  'skipped',
  'deferred',
  'changed',
  'unchanged',
];

const PUT_OFF: Line = ['What was put off stays due: apply again later, or with --restart-when now.'];

/** Of each kind of ending so many resources are listed per host; the rest is counted. */
const LISTED = 30;
const LABEL = 11;

/** Renders how a run ended: per host (those with failures first), then the errors, then the counts. */
export function renderSummary(outcome: Outcome, options: SummaryOptions = {}): Lines {
  const results = [...outcome.results.values()];
  const hosts = [...byHost(results)].filter(([, all]) => all.some((one) => one.status !== 'unchanged'));
  const failing = hosts.filter(([, all]) => !all.every(isGood));
  const fine = hosts.filter(([, all]) => all.every(isGood));
  const errors = groupErrors(errorsOf(results)).flatMap(({ error, others }): Lines => {
    const same: Lines = others.length > 0 ? [['  ', sameOn(others)]] : [];
    return [...renderError(error, options), ...same, []];
  });
  const blocks = [
    ...renderHosts(failing, { ...options, whole: WHOLE, what: 'with failures' }),
    ...renderHosts(fine, { ...options, whole: fine.length > WHOLE ? 0 : WHOLE, what: 'where all is done' }),
  ];
  const width = options.columns ?? 80;
  const fitted = (lines: Lines, indent: number): Lines =>
    options.wrapped ? lines.flatMap((line) => hanging(line, width, indent)) : lines;
  return [...fitted(blocks, LABEL + 4), ...errors, ...fitted(renderTotal(results, options), 4)];
}

function isGood(result: Result): boolean {
  return ['changed', 'unchanged', 'deferred'].includes(result.status);
}

function byHost(results: readonly Result[]): ReadonlyMap<string, readonly Result[]> {
  const hosts = new Map<string, Result[]>();
  for (const result of results) {
    const of = hosts.get(result.host);
    if (of) of.push(result);
    else hosts.set(result.host, [result]);
  }
  return hosts;
}

function errorsOf(results: readonly Result[]): readonly unknown[] {
  return results.flatMap((result) => (result.error === undefined ? [] : [result.error]));
}

/** So many hosts are told in full, more of them in a line each, and the rest is counted. */
const WHOLE = 5;
const MOST_HOSTS = 20;

type HostsOptions = SummaryOptions & { readonly whole: number; readonly what: string };

function renderHosts(hosts: readonly (readonly [string, readonly Result[]])[], options: HostsOptions): Lines {
  const { whole, what, told } = options;
  const shown = hosts.slice(0, MOST_HOSTS);
  const blocks = shown.flatMap(([host, all], index): Lines => {
    const [head = [], ...below] = renderHost(host, all, told);
    return index < whole ? [head, ...below, []] : [head];
  });
  const more = hosts.length - shown.length;
  const rest: Lines = more > 0 ? [[span('dim', `and ${count(more, 'more host')} ${what}`)]] : [];
  return [...blocks, ...rest, ...(hosts.length > whole ? [[]] : [])];
}

function renderHost(host: string, results: readonly Result[], told: ReadonlySet<string> = new Set()): Lines {
  const listed = ORDER.filter((status) => status !== 'unchanged');
  const untold = results.filter((one) => one.status !== 'changed' || !told.has(`${one.host}/${one.resource}`));
  return [
    [span('strong', host), '  ', ...renderCounts(results)],
    ...listed.flatMap((status) => renderGroup(untold.filter((result) => result.status === status))),
  ];
}

function renderGroup(results: readonly Result[]): Lines {
  const more = results.length - LISTED;
  const lines = results.slice(0, LISTED).map(renderResult);
  return more > 0 ? [...lines, ['  ', ' '.repeat(LABEL), span('dim', `and ${more} more`)]] : lines;
}

function renderResult(result: Result): Line {
  const { label, style } = STATUSES[result.status];
  return ['  ', span(style, label.padEnd(LABEL)), result.resource, ...remark(result)];
}

function remark({ status, summary, ms, error, blockedBy }: Result): readonly Span[] {
  if (status === 'blocked') return [span('dim', blockedBy ? `  waits for ${blockedBy}` : `  ${summary}`)];
  if (status === 'failed')
    return [span('dim', `  ${error ? `error[${error.code}]` : summary} after ${renderTime(ms)}`)];
  if (['left', 'skipped', 'deferred'].includes(status)) return [span('dim', `  ${summary}`)];
  return [span('dim', `  ${summary}, ${renderTime(ms)}`)];
}

function renderCounts(results: readonly Result[]): Line {
  const counted = countResults(results);
  const parts = ORDER.filter((status) => counted[status] > 0).map((status) => {
    const { counted: word, style } = STATUSES[status];
    return span(style, `${counted[status]} ${word}`);
  });
  return parts.flatMap((part, index) => (index === 0 ? [part] : [', ', part]));
}

/** How many resources ended in each way. */
export function countResults(results: Iterable<Result>): Readonly<Record<ResourceStatus, number>> {
  const counts = { failed: 0, left: 0, blocked: 0, skipped: 0, deferred: 0, changed: 0, unchanged: 0 };
  for (const result of results) counts[result.status]++;
  return counts;
}

function renderTotal(results: readonly Result[], { ms, unreachable = [] }: SummaryOptions): Lines {
  const hosts = count(new Set(results.map((result) => result.host)).size, 'host');
  const time = ms === undefined ? '' : ` in ${renderTime(ms)}`;
  const good = results.every(isGood) && unreachable.length === 0;
  if (good && results.every((result) => result.status === 'unchanged')) {
    return [
      [span('good', 'Nothing to do'), `: ${count(results.length, 'resource')} on ${hosts} as wanted${time}.`],
    ];
  }
  return [
    ...renderUnreachable(unreachable),
    [
      span(good ? 'good' : 'bad', good ? 'Applied: ' : 'Not finished: '),
      ...renderCounts(results),
      ` on ${hosts}${time}.`,
    ],
    ...(good ? [] : [['What is done stays done: run the same command again, and it goes on from here.']]),
    ...(results.some((one) => one.status === 'deferred') ? [PUT_OFF] : []),
  ];
}
