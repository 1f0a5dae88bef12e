/** A plan in plain words: what `apply` would do on each host, and why. */
import type { Graph } from '../graph/graph.ts';
import type { Difference } from '../plan/diff.ts';
import type { Entry, Plan } from '../plan/plan.ts';
import { foldAlike } from './alike.ts';
import { countActivations, dueReason, isRestart, workAtRisk, workResumed } from './due.ts';
import { renderImpact } from './impact.ts';
import { hanging, type Line, type Lines, type Span, type Style, span, widthOf, wrapLine } from './line.ts';
import { count, renderTime } from './quantity.ts';
import { renderTextDiff, type TextChange } from './text-diff.ts';
import { renderUndeclared, type UndeclaredThing } from './undeclared.ts';
import { renderUnreachable, type Unreachable } from './unreachable.ts';

type RestartWhen = 'idle' | 'now' | 'defer';

export type PlanOptions = {
  /** How long reading the hosts took. */
  readonly probeMs?: number;
  /** Old and new text of files that differ, by resource key; shown below their entry. */
  readonly texts?: ReadonlyMap<string, TextChange>;
  /** The texts are for a report only. */
  readonly hideTexts?: boolean;
  /** Hosts that could not be read, so that nothing is planned there. */
  readonly unreachable?: readonly Unreachable[];
  /** What was made and is no longer declared, and stays. */
  readonly undeclared?: readonly UndeclaredThing[];
  /** No host was asked and nothing was compared: the plan is a list of what is declared. */
  readonly isDeclaredOnly?: boolean;
  /** What the run does with a unit that is at work; a plan alone tells what apply does unasked. */
  readonly restartWhen?: RestartWhen | undefined;
  readonly columns?: number;
  /** Also lines that programs look for are wrapped. */
  readonly wrapped?: boolean | undefined;
};

const AT_WORK: Readonly<Record<RestartWhen, string>> = {
  idle: 'apply waits for it, see --restart-when',
  now: 'cut off, as by --restart-when now',
  defer: 'goes on, and the restart stays due, as by --restart-when defer',
};

const MARKS: Readonly<Record<Entry['status'], Span>> = {
  create: span('good', '+'),
  update: span('change', '~'),
  remove: span('bad', '-'),
  unknown: span('warn', '?'),
  same: span('dim', '='),
};

/** Beyond this an id does not push the others' remarks to the right. */
const WIDEST_ID = 44;
const BELOW = 8;

/** Renders what changes, host by host, and the counts. */
export function renderPlan(plan: Plan, graph: Graph, options: PlanOptions = {}): Lines {
  const hosts = byHost(plan.entries.filter((entry) => entry.status !== 'same'));
  const blocks = foldAlike([...hosts].map(([host, entries]) => [host, renderHost(entries, options)]));
  const narrow = (line: Line): Lines => fitted(line, options);
  const missing = renderUnreachable(options.unreachable ?? []);
  const impact = renderImpact(plan, options.columns);
  return [
    ...blocks.flatMap(({ title, lines }): Lines => [...narrow([span('strong', title)]), ...lines, []]),
    ...external(graph, (options.unreachable ?? []).length > 0),
    ...impact,
    ...renderUndeclared(options.undeclared ?? []),
    ...missing.flatMap(narrow),
    renderTotal(plan, options),
  ];
}

/** A line that may be wrapped where the terminal would break it within words. */
function fitted(line: Line, { columns = 80, wrapped }: Pick<PlanOptions, 'columns' | 'wrapped'>): Lines {
  return wrapped ? hanging(line, columns, 4) : [line];
}

/** Entries by their host, in the order of the plan. */
export function byHost(entries: readonly Entry[]): ReadonlyMap<string, readonly Entry[]> {
  const hosts = new Map<string, Entry[]>();
  for (const entry of entries) hosts.set(entry.node.host, [...(hosts.get(entry.node.host) ?? []), entry]);
  return hosts;
}

function renderHost(
  entries: readonly Entry[],
  { texts, hideTexts, isDeclaredOnly, ...options }: PlanOptions,
): Lines {
  if (isDeclaredOnly) return entries.flatMap(({ node }): Lines => fitted(['  ', node.resource.id], options));
  const ids = entries.map((entry) => entry.node.resource.id.length).filter((length) => length <= WIDEST_ID);
  const width = Math.max(0, ...ids);
  return entries.flatMap((entry): Lines => {
    const text = hideTexts ? undefined : texts?.get(entry.key);
    return [...renderEntry(entry, width, options), ...(text ? renderTextDiff(text) : [])];
  });
}

/** Remarks stand beside the id where they fit, else below it. */
export function renderEntry(
  entry: Entry,
  width: number,
  options: Pick<PlanOptions, 'columns' | 'restartWhen' | 'wrapped'> = {},
): Lines {
  const { id } = entry.node.resource;
  const { columns = 80, restartWhen } = options;
  const all = remarks(entry, restartWhen);
  const head: Line = ['  ', MARKS[entry.status], ' ', id];
  const beside = width + 7;
  if (id.length <= width && all.every((remark) => beside + widthOf(remark) <= columns)) {
    const [first = [], ...others] = all;
    const rest = others.map((remark): Line => [' '.repeat(beside), ...remark]);
    return [[...head, ' '.repeat(beside - widthOf(head)), ...first], ...rest];
  }
  const below = all.flatMap((remark) => wrapLine(remark, columns - BELOW));
  return [...fitted(head, options), ...below.map((line): Line => [' '.repeat(BELOW), ...line])];
}

function remarks(entry: Entry, restartWhen: RestartWhen = 'idle'): Lines {
  if (entry.status === 'unknown') return [['known after apply: ', entry.reason]];
  if (entry.status === 'create') return entry.differences.flatMap((one): Lines => unitWords(entry, one, true));
  if (entry.status !== 'update') return [];
  const restarts = entry.differences.some(isRestart);
  const [work, resumed] = [workAtRisk(entry), workResumed(entry)];
  return [
    ...entry.differences.map((one) => renderDifference(entry, one, restarts)),
    ...(work === undefined ? [] : [[span('warn', 'at work: '), work, ` (${AT_WORK[restartWhen]})`]]),
    ...(resumed === undefined ? [] : [[span('warn', 'at work: '), resumed, ' (goes on after the restart)']]),
  ];
}

function renderDifference(entry: Entry, one: Difference, restarts: boolean): Line {
  const due = dueReason(one);
  if (one.key === 'loaded' && due !== undefined) return [span('warn', 'restart due: '), due];
  if (one.key === 'reread' && due !== undefined)
    return [span('warn', 'reload due: '), due, restarts ? ' (the restart does it)' : ''];
  const [words] = unitWords(entry, one, false);
  if (words) return words;
  if (isHidden(entry, one)) return [`${one.key} changes`];
  return [`${one.key}: `, span('dim', `${renderValue(one.before)} → `), renderValue(one.after)];
}

/** What becomes of a unit, as people say it; of a new one just that it starts. */
function unitWords({ node }: Entry, { key, after }: Difference, isNew: boolean): Lines {
  if (node.resource.kind.reacts(node.resource).length === 0) return [];
  if (key === 'running' && (after === true || !isNew)) return [[after === true ? 'starts' : 'stops']];
  if (key === 'enabled' && !isNew)
    return [[after === true ? 'starts at boot from now on' : 'no longer starts at boot']];
  return [];
}

/** What a kind hides, and digests, which say nothing to people, and too much of a guessable content. */
export function isHidden({ node }: Entry, { key, before, after }: Difference): boolean {
  return (
    node.resource.kind.hidden.includes(key) ||
    [before, after].some((value) => /^[0-9a-f]{64}$/.test(String(value)))
  );
}

/** A value as people say it. */
function renderValue(value: Difference['before']): string {
  if (value === undefined) return 'not set';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value === '' ? "''" : String(value);
}

/** How many entries of a plan end in each way. */
export function countStatuses(plan: Plan): Readonly<Record<Entry['status'], number>> {
  const counts = { create: 0, update: 0, remove: 0, unknown: 0, same: 0 };
  for (const entry of plan.entries) counts[entry.status]++;
  return counts;
}

function renderTotal(plan: Plan, { probeMs, isDeclaredOnly, unreachable = [] }: PlanOptions): Line {
  const counts = countStatuses(plan);
  const hosts = count(new Set(plan.entries.map((entry) => entry.node.host)).size, 'host');
  if (isDeclaredOnly)
    return [
      span('strong', 'Declared: '),
      `${count(plan.entries.length, 'resource')} on ${hosts}; no host was asked.`,
    ];
  const probed = probeMs === undefined ? '' : ` Read ${hosts} in ${renderTime(probeMs)}.`;
  if (counts.same === plan.entries.length && unreachable.length === 0) {
    const all = count(counts.same, 'resource');
    return [
      span('good', 'No changes'),
      `: ${all} on ${hosts} ${counts.same === 1 ? 'is' : 'are'} as wanted.${probed}`,
    ];
  }
  if (counts.same === plan.entries.length) return [`No changes on the ${hosts} that could be read.${probed}`];
  const { restarts, reloads } = countActivations(plan);
  const activations = [restarts && count(restarts, 'restart'), reloads && count(reloads, 'reload')].filter(
    Boolean,
  );
  const parts: readonly (readonly [number, Style, string])[] = [
    [counts.create, 'good', `${counts.create} create`],
    [
      counts.update,
      'change',
      `${counts.update} update${activations.length > 0 ? ` (${activations.join(', ')})` : ''}`,
    ],
    [counts.remove, 'bad', `${counts.remove} remove`],
    [counts.unknown, 'warn', `${counts.unknown} known after apply`],
  ];
  const shown = parts.filter(([number]) => number > 0).map(([, style, text]) => span(style, text));
  const list = shown.flatMap((one, index) => (index === 0 ? [one] : [', ', one]));
  return [span('strong', 'Plan: '), ...list, `; ${counts.same} unchanged.${probed}`];
}

/** What nobody here makes and must be there already. */
function external(graph: Graph, isPartial: boolean): Lines {
  if (graph.external.length === 0) return [];
  const lines = graph.external.map(({ capability, by }): Line => ['  ', span('warn', capability), `, for ${by}`]);
  // A host that was not read may well be the one that makes it.
  const maker = isPartial ? 'no host that was read' : 'nothing here';
  return [[`Must be there already, for ${maker} makes it:`], ...lines, []];
}
