/** What a plan does to things that are at work: which services restart, reload or stop, why, and what that hits. */
import type { Entry, Plan } from '../plan/plan.ts';
import { dueReason, isReload, isRestart, workAtRisk, workResumed } from './due.ts';
import type { Json } from './json/events.ts';
import { type Line, type Lines, type Style, span, wrapLine } from './line.ts';

type Impact = {
  readonly host: string;
  /** The unit's name. */
  readonly unit: string;
  readonly action: 'restart' | 'reload' | 'stop';
  readonly reasons: readonly string[];
  /** What the process is at work on, which this would cut off. */
  readonly work: string | undefined;
  /** What it is at work on that goes on after the restart. */
  readonly resumed: string | undefined;
};

const STYLES: Readonly<Record<Impact['action'], Style>> = { restart: 'warn', reload: 'change', stop: 'bad' };
const INDENT = 8;

/** Finds the services that run now and will not go on running undisturbed. */
export function findImpact(plan: Plan): readonly Impact[] {
  return plan.entries.flatMap((entry): Impact[] => {
    const { host, resource } = entry.node;
    const action = actionOf(entry);
    if (!action) return [];
    const work = { work: workAtRisk(entry), resumed: workResumed(entry) };
    return [{ host, unit: resource.name, action, reasons: reasonsOf(entry), ...work }];
  });
}

function actionOf(entry: Entry): Impact['action'] | undefined {
  if (entry.node.resource.kind.reacts(entry.node.resource).length === 0) return undefined;
  if (entry.status === 'remove') return 'stop';
  if (entry.status !== 'update') return undefined;
  // What does not run yet reads its files again as a part of its first start.
  const { running } = entry.observed as Readonly<Record<string, unknown>>;
  if (running === false) return undefined;
  const starts = entry.differences.find(({ key }) => key === 'running');
  if (starts) return starts.after === true ? undefined : 'stop';
  if (entry.differences.some(isRestart)) return 'restart';
  return entry.differences.some(isReload) ? 'reload' : undefined;
}

function reasonsOf(entry: Entry): readonly string[] {
  if (entry.status !== 'update') return [];
  return [...new Set(entry.differences.flatMap((one) => dueReason(one) ?? []))];
}

/** Renders it below a plan; nothing where nothing at work is touched. */
export function renderImpact(plan: Plan, columns = 80): Lines {
  const all = findImpact(plan);
  if (all.length === 0) return [];
  return [
    [span('strong', 'Runs now, and is disturbed:')],
    ...all.flatMap((one): Lines => renderOne(one, columns)),
    [],
  ];
}

function renderOne({ host, unit, action, reasons, work, resumed }: Impact, columns: number): Lines {
  const below: Lines = [
    ...reasons.map((reason): Line => ['as ', reason]),
    ...(work === undefined ? [] : [[span('warn', 'at work: '), work]]),
    ...(resumed === undefined ? [] : [[span('warn', 'at work: '), resumed, ', goes on after the restart']]),
  ];
  return [
    ['  ', span(STYLES[action], `${action}s`.padEnd(9)), `${unit} on ${host}`],
    ...below
      .flatMap((line) => wrapLine(line, columns - INDENT))
      .map((line): Line => [' '.repeat(INDENT), ...line]),
  ];
}

/** The same as JSON. */
export function impactRecords(plan: Plan): Json {
  return findImpact(plan).map(({ host, unit, action, reasons, work, resumed }) => ({
    host,
    unit,
    action,
    reasons,
    ...(work !== undefined && { work }),
    ...(resumed !== undefined && { resumed }),
  }));
}
