/** Compiles lists of tasks: what is known becomes resources in a chain, what depends on results becomes a late task. */
import { GatError, Problems, throwProblems } from '../base/errors.ts';
import { renderPosition } from '../base/position.ts';
import { redact, type Text } from '../base/secret.ts';
import type { BlockTask, IncludeTask, ModuleTask, Task } from '../project/playbook/types.ts';
import { command, type Resource } from '../resources/index.ts';
import type { Action, ScriptAction } from './action.ts';
import { hush } from './as-user.ts';
import { isKnownModule, moduleOf, nameOf, refuseAsync, shortName } from './call.ts';
import type { Compiler } from './compiler.ts';
import type { Frame, Place, TaskContext } from './context.ts';
import { delegateOf, isRunHere } from './delegate.ts';
import { taskFailed, unsupported } from './errors.ts';
import { frameOf, isOn } from './frame.ts';
import { includedTasks } from './include.ts';
import { runLate } from './interpret.ts';
import { lateTask } from './late.ts';
import type { Cell, Known } from './memory.ts';
import { ask, factsOf, holds, type PassAction, unlessWaiting, workOut } from './module-task.ts';
import { factNames, learntNames, reasonFor, resultCell, skippedResult } from './results.ts';
import { isTagged } from './tags.ts';

/** Compiles a list; the mistakes of all tasks are collected. */
export function compileList(compiler: Compiler, tasks: readonly Task[], frame: Frame): void {
  for (const task of tasks) {
    if (compiler.ended) return;
    try {
      compileTask(compiler, task, frame);
    } catch (error) {
      if (!(error instanceof GatError || error instanceof Problems)) throw error;
      compiler.problems.push(error);
    }
  }
}

/** Throws all the mistakes that were collected. */
export function throwCollected(problems: readonly unknown[]): void {
  throwProblems(problems.flatMap((one) => (one instanceof Problems ? one.errors : [one as GatError])));
}

function compileTask(compiler: Compiler, task: Task, outer: Frame): void {
  const frame = frameOf(outer, task);
  if (task.kind !== 'include' && task.kind !== 'block' && !isTagged(frame.tags, compiler.context.tags)) return;
  if (task.kind === 'block') compileBlock(compiler, task, outer);
  else if (task.kind === 'include') compileInclude(compiler, task, outer);
  else if (shortName(task.module) === 'meta') compileMeta(compiler, task, frame);
  else compileModule(compiler, task, outer);
}

/** A block that rescues or always does something is decided at its turn, as nobody knows before whether it fails. */
function compileBlock(compiler: Compiler, task: BlockTask, outer: Frame): void {
  const frame = frameOf(outer, task);
  if (task.rescue.length === 0 && task.always.length === 0) {
    compileList(compiler, task.block, frame);
    return;
  }
  const asking = ask({ frame, memory: compiler.memory }, compiler.context);
  const runs = unlessWaiting(asking, () => holds(frame, asking));
  if ('value' in runs && !runs.value) return;
  addLate(compiler, task, outer, {
    waits: 'waits' in runs ? runs.waits : [],
    reason: 'whether a task of the block fails decides what is done',
  });
}

function compileInclude(compiler: Compiler, task: IncludeTask, outer: Frame): void {
  const { context } = compiler;
  const frame = frameOf(outer, task);
  const found = includedTasks(task, { frame, memory: compiler.memory }, context);
  if ('waits' in found) {
    addLate(compiler, task, outer, { waits: found.waits });
    return;
  }
  for (const part of found.value) {
    if (part.kind === 'tasks') compileList(compiler, part.tasks, part.frame);
    else if (isTagged(part.frame.tags, context.tags))
      compiler.chain.add({ host: context.host, resources: part.resources }, task.position);
  }
}

function compileMeta(compiler: Compiler, task: ModuleTask, frame: Frame): void {
  const asking = ask({ frame, memory: compiler.memory }, compiler.context);
  const worked = unlessWaiting(asking, () => holds(frame, asking));
  const what = task.freeForm?.kind === 'scalar' ? String(task.freeForm.value) : '';
  if ('waits' in worked)
    throw unsupported(task.position, `meta: ${what} under a condition`, 'the condition is known only on the host');
  if (!worked.value) return;
  if (what === 'flush_handlers') compiler.flush();
  else if (what === 'end_play' || what === 'end_host' || what === 'end_batch') compiler.ended = true;
  else if (!['noop', 'clear_facts', 'clear_host_errors', 'refresh_inventory', 'reset_connection'].includes(what))
    throw unsupported(task.modulePosition, `meta: ${what}`);
}

function compileModule(compiler: Compiler, task: ModuleTask, outer: Frame): void {
  const { context } = compiler;
  const frame = frameOf(outer, task);
  const place = { frame: outer, memory: compiler.memory };
  const asking = ask({ frame, memory: compiler.memory }, context);
  if (!isKnownModule(task.module)) moduleOf(task);
  refuseAsync(task);
  if (!isRunHere(frame, context, asking.templar)) return;
  const worked = workOut(task, place, context);
  if ('waits' in worked) {
    addLate(compiler, task, outer, { waits: worked.waits, quiet: isQuiet(task, place, context) });
    return;
  }
  if (needsTurn(task, worked.passes)) addLate(compiler, task, outer, { waits: [] });
  else addStatic(compiler, task, frame, worked.passes);
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
const JUDGING = ['until', 'retries', 'failed_when', 'changed_when', 'ignore_errors'];

/** Whether a task must have a turn of its own: its result is wanted and can't be told from states. */
function needsTurn(task: ModuleTask, passes: readonly PassAction[]): boolean {
  const actions = passes.flatMap(({ action }) => (action === 'skip' ? [] : [action]));
  if (actions.length === 0) return false;
  const judges = JUDGING.some((word) => task.keywords.has(word) && !isNo(task, word));
  const wantsTurn = judges || task.keywords.has('register') || factNames(task).length > 0;
  if (actions.some((action) => action.type === 'script'))
    return wantsTurn || actions.some((action) => action.type === 'script' && action.judges);
  if (actions.every((action) => action.type === 'value'))
    return actions.some((action) => action.type === 'value' && action.failure !== undefined) && judges;
  return judges;
}

function isNo(task: ModuleTask, word: string): boolean {
  const node = task.keywords.get(word);
  return word === 'ignore_errors' && node?.kind === 'scalar' && node.value === false;
}

function addStatic(compiler: Compiler, task: ModuleTask, frame: Frame, passes: readonly PassAction[]): void {
  const { context, chain } = compiler;
  const [first] = passes;
  const title = first ? nameOf(task, first.asking.templar) : task.module;
  const learnt: (readonly [string, Known])[] = [];
  const host = first ? delegateOf(frame, context, first.asking.templar) : context.host;
  const resources: Resource[] = [];
  for (const { action, pass, asking } of passes) {
    if (action === 'skip') continue;
    learnt.push(...factsOf(action));
    if (action.type === 'value') say(compiler, task, title, action);
    const label = pass.label === undefined ? title : `${title}: ${pass.label}`;
    resources.push(...resourcesOf(action, label, task, isOn(frame.keywords, 'no_log', asking.templar)));
  }
  const own = resources.map((one) => withOrigin(one, title, task));
  const added = chain.add({ host, resources: own }, task.position);
  compiler.memory = new Map([...compiler.memory, ...learnt]);
  remember(compiler, task, passes, added);
  if (passes.some(({ action }) => action !== 'skip')) compiler.notices.notify(frame, compiler, added, host);
}

function say(
  compiler: Compiler,
  task: ModuleTask,
  title: string,
  action: Extract<Action, { type: 'value' }>,
): void {
  if (action.failure !== undefined) throw taskFailed(task.position, title, action.failure);
  if (action.message !== undefined) compiler.context.warn(`${title}: ${redact(action.message as Text)}`);
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
function remember(
  compiler: Compiler,
  task: ModuleTask,
  passes: readonly PassAction[],
  added: readonly Resource[],
): void {
  const name = task.keywords.get('register');
  if (name?.kind !== 'scalar' || typeof name.value !== 'string') return;
  const known = passes.every(({ action }) => action === 'skip')
    ? skippedResult(passes, task)
    : resultCell(name.value, task, passes, added);
  compiler.memory = new Map([...compiler.memory, [name.value, known]]);
}

type LateParts = { readonly waits: readonly Cell[]; readonly quiet?: boolean; readonly reason?: string };

/** Adds a task that is worked out at its turn; what it learns is known after it. */
function addLate(compiler: Compiler, task: Task, outer: Frame, { waits, quiet = false, reason }: LateParts): void {
  const { context, chain } = compiler;
  const frame = frameOf(outer, task);
  const asking = ask({ frame, memory: compiler.memory }, context);
  const title = nameOf(task, asking.templar);
  const place = renderPosition({ ...task.position, column: 0 });
  const from = [...new Set(waits.flatMap((cell) => cell.from))];
  const cells = new Map<string, Cell>();
  const memory = compiler.memory;
  const host = task.kind === 'module' ? delegateOf(frame, context, asking.templar) : context.host;
  const resource = lateTask(`${title} (${place})`, {
    after: from,
    ...(quiet ? { if: from } : { reason: reason ?? reasonFor(waits) }),
    work: (late) => runLate(task, { frame: outer, memory }, { context, late, cells, waits }),
  });
  const [added] = chain.add({ host, resources: [withOrigin(resource, title, task)] }, task.position);
  if (!added) return;
  for (const [name, cell] of learntNames(task, added, `${title} (${place})`, quiet)) {
    cells.set(name, cell);
    compiler.memory = new Map([
      ...compiler.memory,
      [name, { level: { rank: 19, name: 'set_fact and register' }, cell }],
    ]);
  }
  compiler.notices.notifyAll(task, outer, compiler, added, host);
}
