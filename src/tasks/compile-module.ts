/** Compiles a task that calls a module: into resources when all is known, else into a task that is worked out at its turn. */
import { taskDone } from '../base/capability.ts';
import { GatError } from '../base/errors.ts';
import { renderPosition } from '../base/position.ts';
import { redact, type Text } from '../base/secret.ts';
import type { ModuleTask, Task } from '../project/playbook/types.ts';
import { command, type Resource } from '../resources/index.ts';
import type { Action, ScriptAction } from './action.ts';
import { addLate, isShared } from './add-late.ts';
import { hush } from './as-user.ts';
import { backgroundSeconds } from './background.ts';
import { isKnownModule, nameOf, shortName } from './call.ts';
import type { Compiler } from './compiler.ts';
import type { Frame, Place, TaskContext } from './context.ts';
import { delegateOf } from './delegate.ts';
import { unsupported } from './errors.ts';
import { frameOf, isOn } from './frame.ts';
import { withProps } from './identity.ts';
import { lookAhead } from './looking.ts';
import type { Cell, Known } from './memory.ts';
import { ask, factsOf, type PassAction, workOut } from './module-task.ts';
import { type AddedByPass, factNames, resultCell, skippedResult } from './results.ts';
import { limited, timeLimitOf } from './time-limit.ts';

/** Compiles the task. @throws GatError task/… */
export function compileModule(compiler: Compiler, task: ModuleTask, outer: Frame): void {
  const { context } = compiler;
  const frame = frameOf(outer, task);
  const place = { frame: outer, memory: compiler.memory };
  const worked = workOut(task, place, context);
  if ('waits' in worked) {
    warnUnknown(task, context);
    if (GROUPING.has(shortName(task.module))) throw groupedLate(task, worked.waits);
    addLate(compiler, task, outer, { waits: worked.waits, quiet: isQuiet(task, place, context) });
    return;
  }
  if (!needsTurn(task, frame, worked.passes)) addStatic(compiler, task, frame, worked.passes);
  else addTurn(compiler, task, outer, worked.passes);
}

/** A task with a turn of its own; where the plan has asked all that it asks, nothing is left to do. */
function addTurn(compiler: Compiler, task: ModuleTask, outer: Frame, passes: readonly PassAction[]): void {
  const { context, memory } = compiler;
  const frame = frameOf(outer, task);
  const host = delegateOf(frame, context, ask({ frame, memory }, context).templar);
  const looked = lookAhead(task, { frame: outer, memory }, passes, { context, host });
  if ('memory' in looked) {
    compiler.memory = looked.memory;
    return;
  }
  const failure = isJudged(task, frame, passes) ? undefined : failureOf(passes);
  if (failure !== undefined) warnFailing(task, failure, context);
  const reason = onlyLooks(frame, passes)
    ? { reason: 'it only looks what it would do (`check_mode`)' }
    : failure === undefined
      ? unguarded(passes)
      : { reason: `it fails: ${failure}` };
  addLate(compiler, task, outer, { waits: [], readings: looked.readings, ...reason });
}

/** `async` with `poll: 0`. @throws GatError task/unsupported for what isn't a command */
function goesOnAlone(task: ModuleTask, passes: readonly PassAction[]): boolean {
  const alone = passes.filter(({ asking }) => backgroundSeconds(task, asking.templar) !== undefined);
  if (alone.some(({ action }) => action !== 'skip' && action.type === 'resources'))
    throw unsupported(
      task.position,
      `async with poll: 0 of ${task.module}`,
      'it describes a state, which is brought about beside whatever does not depend on it',
      'take `poll: 0` away',
    );
  return alone.length > 0;
}

/** `check_mode: true`: the task says what it would do. */
function onlyLooks(frame: Frame, passes: readonly PassAction[]): boolean {
  return passes.some(({ asking }) => isOn(frame.keywords, 'check_mode', asking.templar));
}

/** Why the task can only fail when its turn comes: an assertion that is false, a `fail` whose condition is true. */
function failureOf(passes: readonly PassAction[]): string | undefined {
  const [failure] = passes.flatMap(({ action }) =>
    action !== 'skip' && action.type === 'value' && action.failure !== undefined ? [action.failure] : [],
  );
  return failure;
}

/** The plan goes on: what comes before the task is done, and what follows it waits. */
function warnFailing(task: ModuleTask, failure: string, { warn }: TaskContext): void {
  warn(`${renderPosition({ ...task.position, column: 0 })}: this task is going to fail: ${failure}`);
}

/** Modules that decide which hosts later plays are about. */
const GROUPING = new Set(['group_by', 'add_host']);

function groupedLate({ position, module }: ModuleTask, waits: readonly Cell[]): GatError {
  const by = waits.map((cell) => cell.by).join(' and ');
  return unsupported(
    position,
    `${module} by a result`,
    `the hosts of each play are known before anything is done, and this depends on ${by}`,
    'use facts, or a module that looks (`stat`, `slurp`, `getent`)',
  );
}

/** Says why a command can't be known before. */
function unguarded(passes: readonly PassAction[]): { readonly reason?: string } {
  const runs = passes.some(
    ({ action }) =>
      action !== 'skip' && action.type === 'script' && !action.isReading && !action.judges && !action.done,
  );
  return runs
    ? { reason: 'it has no guard (`creates`, `removes`), so it runs each time; its result is known then' }
    : {};
}

/** Whether the task would run isn't known yet; what would stop it then is told now. */
function warnUnknown({ module, modulePosition }: ModuleTask, { warn }: TaskContext): void {
  if (isKnownModule(module)) return;
  const place = renderPosition({ ...modulePosition, column: 0 });
  warn(
    `${place}: gatdeploy doesn't know the module ${module}; if its condition turns out true, the run stops there`,
  );
}

/** Whether the task is skipped when nothing changes of what it depends on. */
function isQuiet(task: ModuleTask, place: Place, context: TaskContext): boolean {
  try {
    const worked = workOut(task, place, context, 'quiet');
    return 'passes' in worked && worked.passes.every(({ action }) => action === 'skip');
  } catch (error) {
    if (error instanceof GatError) return false;
    throw error;
  }
}

/** Words that ask for what only running the task tells. */
const JUDGING = ['until', 'retries', 'failed_when', 'changed_when'];

/** Whether a task must have a turn of its own: its result is wanted and can't be told from states. */
function needsTurn(task: ModuleTask, frame: Frame, passes: readonly PassAction[]): boolean {
  const actions = passes.flatMap(({ action }) => (action === 'skip' ? [] : [action]));
  if (actions.length === 0) return false;
  if (actions.some((action) => action.type !== 'value') && onlyLooks(frame, passes)) return true;
  if (goesOnAlone(task, passes)) return true;
  const judges = isJudged(task, frame, passes);
  const wantsTurn = judges || task.keywords.has('register') || factNames(task).length > 0;
  if (actions.some((action) => action.type === 'script'))
    return wantsTurn || actions.some((action) => action.type === 'script' && action.judges);
  if (actions.every((action) => action.type === 'value')) return failureOf(passes) !== undefined;
  return judges;
}

/** Whether the task's own words decide how it ends. */
function isJudged(task: ModuleTask, frame: Frame, passes: readonly PassAction[]): boolean {
  const actions = passes.flatMap(({ action }) => (action === 'skip' ? [] : [action]));
  const isPlain = actions.every((action) => action.type === 'resources');
  return (
    JUDGING.some((word) => task.keywords.has(word) && !(isPlain && isNeverChanged(task, word))) ||
    passes.some(({ asking }) => isOn(frame.keywords, 'ignore_errors', asking.templar))
  );
}

/** `changed_when: false` of a task that declares states: its changes tell nobody. */
function isNeverChanged({ keywords }: ModuleTask, word = 'changed_when'): boolean {
  const node = keywords.get('changed_when');
  return word === 'changed_when' && node?.kind === 'scalar' && node.value === false;
}

function addStatic(compiler: Compiler, task: ModuleTask, frame: Frame, passes: readonly PassAction[]): void {
  const { context, chain } = compiler;
  const [first] = passes;
  const title = first ? nameOf(task, first.asking.templar) : task.module;
  const learnt: (readonly [string, Known])[] = [];
  const host = first ? delegateOf(frame, context, first.asking.templar) : context.host;
  const byPass = passes.map(({ action, pass, asking }): readonly Resource[] => {
    if (action === 'skip') return [];
    learnt.push(...factsOf(action));
    if (action.type === 'value') say(compiler, title, action);
    const label = pass.label === undefined ? title : `${title}: ${pass.label}`;
    const made = resourcesOf(action, label, task, isOn(frame.keywords, 'no_log', asking.templar));
    return limited(made, timeLimitOf(task, frame, asking.templar));
  });
  const isTold = isShared(frame, compiler, host) || task.keywords.has('register');
  const own = byPass.flat().map((one) => withOrigin(isTold ? announced(one, host) : one, title, task));
  const added = chain.add({ host, resources: own }, task.position);
  compiler.memory = new Map([...compiler.memory, ...learnt]);
  const ends = byPass.map((_, at) => byPass.slice(0, at + 1).flat().length);
  remember(compiler, task, passes, {
    host,
    resources: ends.map((end, at) => added.slice(ends[at - 1] ?? 0, end)),
  });
  if (passes.some(({ action }) => action !== 'skip') && !isNeverChanged(task))
    compiler.notices.notify(frame, compiler, { host, resources: added });
}

/** Other hosts can wait for it. */
function announced(resource: Resource, host: string): Resource {
  return withProps(resource, { provides: [...(resource.props.provides ?? []), taskDone(resource.id, host)] });
}

function say(compiler: Compiler, title: string, action: Extract<Action, { type: 'value' }>): void {
  compiler.joins.push(...(action.joins ?? []));
  if (action.message !== undefined) compiler.context.tell(title, redact(action.message as Text));
}

function resourcesOf(action: Action, title: string, task: ModuleTask, isHidden: boolean): readonly Resource[] {
  if (action.type === 'resources') return action.resources;
  if (action.type === 'value' || action.isReading) return [];
  return [commandOf(action, title, task, isHidden)];
}

function commandOf(action: ScriptAction, title: string, task: ModuleTask, isHidden: boolean): Resource {
  const place = renderPosition({ ...task.position, column: 0 });
  return command(`${title} (${place})`, {
    run: isHidden ? hush(action.script) : action.script,
    ...(action.done && { unless: action.done }),
  });
}

function withOrigin(resource: Resource, title: string, task: Task): Resource {
  return { ...resource, origin: resource.origin ?? { role: `task "${title}"`, positions: [task.position] } };
}

/** The task's result under its `register` name. */
function remember(compiler: Compiler, task: ModuleTask, passes: readonly PassAction[], added: AddedByPass): void {
  const name = task.keywords.get('register');
  if (name?.kind !== 'scalar' || typeof name.value !== 'string') return;
  const known = passes.every(({ action }) => action === 'skip')
    ? skippedResult(passes, task)
    : resultCell(name.value, task, passes, {
        ...(isNeverChanged(task) ? { ...added, resources: [] } : added),
        slotOf: compiler.context.slotOf,
      });
  compiler.memory = new Map([...compiler.memory, [name.value, known]]);
}
