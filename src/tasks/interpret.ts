/** Works a task out at its turn, on the controller: conditions, loops, blocks and includes with the results that the host gave. */
import { GatError } from '../base/errors.ts';
import type { Node } from '../base/node.ts';
import { redact, type Text } from '../base/secret.ts';
import type { Scalar, Value } from '../base/value.ts';
import type { BlockTask, IncludeTask, ModuleTask, Task } from '../project/playbook/types.ts';
import type { LateContext, Resource } from '../resources/index.ts';
import type { Action, Result, ScriptAction } from './action.ts';
import { hush } from './as-user.ts';
import { nameOf, shortName } from './call.ts';
import type { Place, TaskContext } from './context.ts';
import { badKeyword, taskFailed, unsupported } from './errors.ts';
import { frameOf, isOn, oneOrMany } from './frame.ts';
import { includedTasks } from './include.ts';
import { type Judged, judge } from './judge.ts';
import { type Cell, type Known, LEVEL, type Memory, valueNode } from './memory.ts';
import { ask, factsOf, type PassAction, workOut } from './module-task.ts';
import { factsInResult } from './modules/reading.ts';
import { type PassResult, resultOf, skipped } from './results.ts';
import { isTagged } from './tags.ts';

/** What a turn works with. */
export type Turn = {
  readonly context: TaskContext;
  readonly late: LateContext;
  /** Filled with what the task learns. */
  readonly cells: ReadonlyMap<string, Cell>;
  readonly waits: readonly Cell[];
};

/** What happened so far in a turn. */
type Session = Turn & { changed: number; ran: number };

/** Works a task out with all that it contains. @throws GatError of the first failure that nobody rescues */
export async function runLate(
  task: Task,
  place: Place,
  turn: Turn,
): Promise<{ changed: boolean; summary: string }> {
  settle(place.memory, turn.late);
  const session: Session = { ...turn, changed: 0, ran: 0 };
  const memory = await runTask(task, place, session);
  for (const [name, cell] of turn.cells) {
    const known = memory.get(name);
    const node = known?.node ?? known?.cell.value;
    if (node) cell.value = node;
  }
  const summary =
    session.ran === 0
      ? 'skipped: its condition is false'
      : session.changed > 0
        ? 'changed'
        : 'ran, nothing changed';
  return { changed: session.changed > 0, summary };
}

/** Results of tasks that declared states are known once their resources are done. */
function settle(memory: Memory, late: LateContext): void {
  for (const { cell } of memory.values()) {
    if (!cell?.settle || cell.value) continue;
    if (cell.from.some((one) => late.statusOf(one) === undefined)) continue;
    cell.value = valueNode(
      cell.settle((one) => late.statusOf(one) === 'changed'),
      cell.by,
    );
  }
}

async function runTask(task: Task, place: Place, session: Session): Promise<Memory> {
  session.late.signal?.throwIfAborted();
  const frame = frameOf(place.frame, task);
  if (task.kind === 'block') return runBlock(task, { frame, memory: place.memory }, session);
  if (task.kind === 'include') return runInclude(task, { frame, memory: place.memory }, session);
  if (!isTagged(frame.tags, session.context.tags)) return place.memory;
  if (shortName(task.module) === 'meta') return runMeta(task, place);
  return runModule(task, place, session);
}

async function runList(tasks: readonly Task[], place: Place, session: Session): Promise<Memory> {
  let { memory } = place;
  for (const task of tasks) memory = await runTask(task, { ...place, memory }, session);
  return memory;
}

/** What the block had learnt when a task failed isn't lost for the tasks that rescue. */
class BlockFailure extends Error {
  readonly failure: GatError;
  readonly memory: Memory;
  constructor(failure: GatError, memory: Memory) {
    super(failure.message);
    this.failure = failure;
    this.memory = memory;
  }
}

async function runBlock(task: BlockTask, place: Place, session: Session): Promise<Memory> {
  let memory = place.memory;
  let failure: GatError | undefined;
  const attempt = async (tasks: readonly Task[]): Promise<void> => {
    try {
      memory = await runTracked(tasks, { ...place, memory }, session);
    } catch (error) {
      if (!(error instanceof BlockFailure)) throw error;
      memory = error.memory;
      failure = error.failure;
    }
  };
  await attempt(task.block);
  if (failure && task.rescue.length > 0) {
    session.late.tell(`rescued: ${failure.what}`);
    memory = new Map([...memory, ['ansible_failed_result', failedResult(failure)]]);
    failure = undefined;
    await attempt(task.rescue);
  }
  const before = failure;
  await attempt(task.always);
  if (failure ?? before) throw failure ?? before;
  return memory;
}

async function runTracked(tasks: readonly Task[], place: Place, session: Session): Promise<Memory> {
  let { memory } = place;
  for (const task of tasks) {
    try {
      memory = await runTask(task, { ...place, memory }, session);
    } catch (error) {
      if (error instanceof GatError) throw new BlockFailure(error, memory);
      throw error;
    }
  }
  return memory;
}

function failedResult(failure: GatError): Known {
  const value = new Map<string, Value>([
    ['failed', true],
    ['msg', failure.why ?? failure.what],
  ]);
  return { level: LEVEL.setFacts, node: valueNode(value, 'a failed task') };
}

async function runInclude(task: IncludeTask, place: Place, session: Session): Promise<Memory> {
  const brought = includedTasks(task, place, session.context);
  if ('waits' in brought) throw neverKnown(task, brought.waits);
  let { memory } = place;
  for (const part of brought.value) {
    if (part.kind === 'tasks') memory = await runList(part.tasks, { frame: part.frame, memory }, session);
    else await applyAll(task, 'role', part.resources, session);
  }
  return memory;
}

function runMeta(task: ModuleTask, place: Place): Memory {
  const what = task.freeForm?.kind === 'scalar' ? String(task.freeForm.value) : '';
  if (what === 'noop') return place.memory;
  throw unsupported(task.modulePosition, `meta: ${what} inside a block or include that depends on results`);
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
  const worked = workOut(task, place, context);
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
  memory = registered(task, passes, withFoundFacts(passes, memory, context));
  const { templar } = ask({ frame: frameOf(place.frame, task), memory }, context);
  if (failure && !isOn(frameOf(place.frame, task).keywords, 'ignore_errors', templar)) throw failure;
  if (failure) session.late.tell(`ignored: ${failure.what}: ${failure.why ?? ''}`);
  return memory;
}

/** What modules that look for facts found: variables of their own, and parts of `ansible_facts`. */
function withFoundFacts(passes: readonly PassResult[], memory: Memory, context: TaskContext): Memory {
  const found = passes.flatMap(({ result }) => [...factsInResult(result.get('ansible_facts'))]);
  if (found.length === 0 || passes.every(({ result }) => result.get('skipped') === true)) return memory;
  const known = memory.get('ansible_facts');
  const before = known?.node ?? known?.cell.value ?? context.scope.lookup('ansible_facts');
  const entries = new Map<Scalar, Node>(before?.kind === 'dict' ? before.entries : []);
  for (const [name, node] of found) entries.set(name, node);
  const facts: Node = { kind: 'dict', entries, position: { file: 'facts of the host', line: 1, column: 0 } };
  return new Map([
    ...memory,
    ...[...found, ['ansible_facts', facts] as const].map(
      ([name, node]) => [name, { level: LEVEL.setFacts, node }] as const,
    ),
  ]);
}

function registered(task: ModuleTask, passes: readonly PassResult[], memory: Memory): Memory {
  const [name] = oneOrMany(task.keywords.get('register'));
  if (name?.kind !== 'scalar' || typeof name.value !== 'string') return memory;
  const node = valueNode(resultOf(task, passes), name.value);
  return new Map([...memory, [name.value, { level: LEVEL.setFacts, node }]]);
}

/** One pass, as often as `until` asks for. */
async function runPass(
  task: ModuleTask,
  place: Place,
  { action, pass, asking }: PassAction,
  session: Session,
): Promise<Judged> {
  if (action === 'skip') return { result: skipped(), failure: undefined };
  session.ran++;
  const frame = frameOf(place.frame, task);
  const title = nameOf(task, asking.templar);
  const isHidden = isOn(frame.keywords, 'no_log', asking.templar);
  const number = (word: string, otherwise: number): number => {
    const node = task.keywords.get(word);
    const value = node === undefined ? otherwise : Number(asking.templar.evaluate(node));
    if (!Number.isFinite(value)) throw badKeyword(task.position, word, 'it must be a number');
    return value;
  };
  const hasUntil = task.keywords.has('until') || task.keywords.has('retries');
  const attempts = hasUntil ? number('retries', 3) + 1 : 1;
  for (let attempt = 1; ; attempt++) {
    const result = await execute(action, task, isHidden, session);
    const judged = judge({
      task,
      place: { frame, memory: place.memory },
      pass,
      result,
      title,
      attempt,
      context: session.context,
    });
    if (!judged.again || attempt >= attempts) {
      if (judged.result.get('changed') === true) session.changed++;
      return judged;
    }
    session.late.tell(`${title}: attempt ${attempt} of ${attempts}`);
    await pauseFor(number('delay', 5) * 1000, session.late.signal);
  }
}

async function pauseFor(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

async function execute(action: Action, task: ModuleTask, isHidden: boolean, session: Session): Promise<Result> {
  if (action.type === 'resources') return applyAll(task, task.module, action.resources, session, action.result);
  if (action.type === 'script') return runScript(action, isHidden, session);
  if (action.message !== undefined) session.late.tell(redact(action.message as Text));
  return action.failure === undefined
    ? action.result
    : new Map([...action.result, ['failed', true], ['msg', action.failure]]);
}

async function runScript(action: ScriptAction, isHidden: boolean, { late }: Session): Promise<Result> {
  if (action.done) {
    const guard = await late.run(action.done);
    if (guard.code === 0)
      return new Map<string, Value>([
        ['changed', false],
        ['rc', 0],
        ['stdout', ''],
        ['stdout_lines', []],
        ['stderr', ''],
        ['stderr_lines', []],
        ['msg', 'Did not run command since it is done'],
      ]);
  }
  return action.result(await late.run(isHidden ? hush(action.script) : action.script));
}

/** Has resources applied; the first that fails is the task's failure. */
async function applyAll(
  task: Task,
  what: string,
  resources: readonly Resource[],
  { late }: Session,
  more?: Result,
): Promise<Result> {
  const chained = resources.map((one, at) => ({
    ...one,
    props: {
      ...one.props,
      follows: resources.slice(at - 1, at),
      after: (one.props.after ?? []).filter((other) => resources.some((known) => known.id === other.id)),
    },
  }));
  const applied = await late.applyNow(chained);
  const failed = applied.find((one) => one.status !== 'changed' && one.status !== 'unchanged');
  const why = failed?.error?.why ?? failed?.summary ?? '';
  return new Map<string, Value>([
    ...(more ?? []),
    ['changed', applied.some((one) => one.status === 'changed')],
    ...(failed
      ? ([
          ['failed', true],
          ['msg', `${what} (line ${task.position.line}): ${failed.error?.what ?? failed.resource.id}: ${why}`],
        ] as const)
      : []),
  ]);
}
