/** Works a task out at its turn, on the controller: conditions, loops, blocks and includes with the results that the host gave. */
import { GatError } from '../base/errors.ts';
import type { Value } from '../base/value.ts';
import type { BlockTask, IncludeTask, ModuleTask, Task } from '../project/playbook/types.ts';
import type { LateContext } from '../resources/index.ts';
import { workOutAtTurn } from './asked-folders.ts';
import { shortName } from './call.ts';
import type { Place } from './context.ts';
import { taskFailed, unsupported } from './errors.ts';
import { frameOf, isOn } from './frame.ts';
import { includedTasks } from './include.ts';
import { learn } from './learnt.ts';
import { type Cell, type Known, LEVEL, type Memory, valueNode } from './memory.ts';
import { ENDED, ENDINGS, metaOf, WITHOUT_EFFECT } from './meta.ts';
import { ask, factsOf, holds } from './module-task.ts';
import { notifiedNames } from './notified.ts';
import { applyAll, runPass, type Session, type Turn } from './pass.ts';
import { type PassResult, resultOf } from './results.ts';
import { isTagged } from './tags.ts';

/** Works a task out with all that it contains. @throws GatError of the first failure that nobody rescues */
export async function runLate(
  task: Task,
  place: Place,
  turn: Turn,
): Promise<{ changed: boolean; summary: string }> {
  settle(
    [...place.memory.values()].map(({ cell }) => cell),
    turn.late,
  );
  settle(turn.waits, turn.late);
  const session: Session = { ...turn, changed: 0, ran: 0 };
  const memory = await failing(runTask(task, place, session));
  for (const [name, cell] of turn.cells) {
    const found = memory.get(name);
    const node = found?.node ?? found?.cell.slot.value;
    if (node) cell.slot.value = node;
    else if (name === ENDED) cell.slot.value = valueNode(false, 'meta');
  }
  const summary =
    session.ran === 0
      ? 'skipped: its condition is false'
      : session.changed > 0
        ? 'changed'
        : 'ran, nothing changed';
  return { changed: session.changed > 0, summary };
}

/** The failure itself, without what was learnt before it. */
async function failing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof TaskFailure ? error.failure : error;
  }
}

/** Results of tasks that declared states are known once their resources are done. */
function settle(cells: Iterable<Cell | undefined>, late: LateContext): void {
  for (const cell of cells) {
    if (!cell?.settle || cell.slot.value) continue;
    if (cell.from.some((one) => late.statusOf(one, cell.host) === undefined)) continue;
    cell.slot.value = valueNode(
      cell.settle((one) => late.statusOf(one, cell.host) === 'changed'),
      cell.by,
    );
  }
}

async function runTask(task: Task, place: Place, session: Session): Promise<Memory> {
  session.late.signal?.throwIfAborted();
  const frame = frameOf(place.frame, task);
  if (task.kind === 'block') return runBlock(task, { frame, memory: place.memory }, session);
  const isRead = task.kind === 'include' && task.isStatic;
  if (!isRead && !isTagged(frame.tags, session.context.tags)) return place.memory;
  if (task.kind === 'include') return runInclude(task, place, session);
  if (shortName(task.module) === 'meta') return runMeta(task, place, session);
  return runModule(task, place, session);
}

async function runList(tasks: readonly Task[], place: Place, session: Session): Promise<Memory> {
  let { memory } = place;
  for (const task of tasks) {
    if (hasEnded(memory)) return memory;
    try {
      memory = await runTask(task, { ...place, memory }, session);
    } catch (error) {
      throw error instanceof GatError ? new TaskFailure(error, memory, failedTask(error, task)) : error;
    }
  }
  return memory;
}

/** A failure with what had been learnt until then, the failed task's own result included, for the tasks that rescue. */
class TaskFailure extends Error {
  readonly failure: GatError;
  readonly memory: Memory;
  /** What Ansible calls ansible_failed_task and ansible_failed_result. */
  readonly failed: Memory;
  constructor(failure: GatError, memory: Memory, failed: Memory = failedTask(failure)) {
    super(failure.message);
    this.failure = failure;
    this.memory = memory;
    this.failed = failed;
  }
}

async function runBlock(task: BlockTask, place: Place, session: Session): Promise<Memory> {
  let memory = place.memory;
  let failure: GatError | undefined;
  let failed: Memory = new Map();
  const attempt = async (tasks: readonly Task[]): Promise<void> => {
    try {
      memory = await runList(tasks, { ...place, memory }, session);
    } catch (error) {
      if (!(error instanceof TaskFailure)) throw error;
      memory = error.memory;
      failure = error.failure;
      failed = error.failed;
    }
  };
  await attempt(task.block);
  if (failure && task.rescue.length > 0) {
    session.late.tell(`rescued: ${failure.what}`);
    memory = new Map([...memory, ...failed]);
    failure = undefined;
    await attempt(task.rescue);
  }
  const before = failure;
  await attempt(task.always);
  const left = failure ?? before;
  if (left) throw new TaskFailure(left, memory, failed);
  return memory;
}

/** What tasks that rescue know of the failed one: the task, and its result. */
function failedTask(failure: GatError, task?: Task, result?: Value): Memory {
  const module = task?.kind === 'module' ? task.module : 'block';
  const name = task?.name?.kind === 'scalar' ? task.name.value : '';
  const about = new Map<string, Value>([
    ['name', name],
    ['action', module],
  ]);
  const value =
    result ??
    new Map<string, Value>([
      ['failed', true],
      ['msg', failure.why ?? failure.what],
    ]);
  return new Map([
    ['ansible_failed_task', known(about, 'a failed task')],
    ['ansible_failed_result', known(value, 'a failed task')],
  ]);
}

function known(value: Value, by: string): Known {
  return { level: LEVEL.setFacts, node: valueNode(value, by) };
}

function hasEnded(memory: Memory): boolean {
  return memory.get(ENDED)?.node !== undefined;
}

async function runInclude(task: IncludeTask, place: Place, session: Session): Promise<Memory> {
  const brought = includedTasks(task, place, session.context);
  if ('waits' in brought) throw neverKnown(task, brought.waits);
  let { memory } = place;
  for (const part of brought.value.flatMap((one) => one.parts)) {
    const asking = ask({ frame: part.frame, memory }, session.context);
    if (part.kind === 'tasks') memory = await runList(part.tasks, { frame: part.frame, memory }, session);
    else if (holds(part.frame, asking)) await applyAll(task, 'role', part.declare(asking), session);
  }
  return memory;
}

async function runMeta(task: ModuleTask, place: Place, session: Session): Promise<Memory> {
  const frame = frameOf(place.frame, task);
  const what = metaOf(task);
  if (WITHOUT_EFFECT.includes(what)) return place.memory;
  if (!holds(frame, ask({ frame, memory: place.memory }, session.context))) return place.memory;
  if (ENDINGS.includes(what)) return new Map([...place.memory, [ENDED, known(true, 'meta')]]);
  if (what === 'flush_handlers') return flush(place, session);
  throw unsupported(task.modulePosition, `meta: ${what} inside a block or include that depends on results`);
}

/** Runs the handlers that were notified here; those that were notified before had their turn before the task. */
async function flush({ memory }: Place, session: Session): Promise<Memory> {
  let learnt = memory;
  for (const name of [...session.heard]) {
    session.heard.delete(name);
    for (const { task, frame } of session.handlersNamed(name))
      learnt = await runTask(task, { frame, memory: learnt }, session);
  }
  return learnt;
}

function neverKnown(task: Task, waits: readonly Cell[]): GatError {
  return taskFailed(
    task.position,
    'include',
    `it needs ${waits.map((cell) => cell.name).join(', ')}, which got no value`,
  );
}

async function runModule(task: ModuleTask, place: Place, session: Session): Promise<Memory> {
  const { context } = session;
  const worked = await workOutAtTurn(task, place, context, session.late);
  if ('waits' in worked) throw neverKnown(task, worked.waits);
  const passes: PassResult[] = [];
  let memory = place.memory;
  let failure: GatError | undefined;
  for (const one of worked.passes) {
    const done = await runPass(task, { ...place, memory }, one, session);
    passes.push({ pass: one.pass, result: done.result });
    failure ??= done.failure;
    if (one.action !== 'skip') memory = new Map([...memory, ...factsOf(one.action)]);
  }
  memory = learn(task, passes, memory, context);
  const { templar } = ask({ frame: frameOf(place.frame, task), memory }, context);
  if (passes.some(({ result }) => result.get('changed') === true))
    for (const { name } of notifiedNames(frameOf(place.frame, task), { templar })) session.heard.add(name);
  if (failure && !isOn(frameOf(place.frame, task).keywords, 'ignore_errors', templar))
    throw new TaskFailure(failure, memory, failedTask(failure, task, resultOf(task, passes)));
  if (failure) session.late.tell(`ignored: ${failure.what}: ${failure.why ?? ''}`);
  return memory;
}
