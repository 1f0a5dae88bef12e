/** Runs one pass of a task on the host, as often as `until` asks for, and judges its result. */
import { GatError } from '../base/errors.ts';
import { redact, type Text } from '../base/secret.ts';
import { toPlain, type Value } from '../base/value.ts';
import type { ModuleTask, Task } from '../project/playbook/types.ts';
import type { LateContext, Resource } from '../resources/index.ts';
import type { Action, ResourceAction, Result, ScriptAction } from './action.ts';
import { hush } from './as-user.ts';
import { backgroundSeconds, startedResult, startJob } from './background.ts';
import { nameOf } from './call.ts';
import type { Place, TaskContext } from './context.ts';
import { badKeyword } from './errors.ts';
import { frameOf, isOn } from './frame.ts';
import { type Judged, judge } from './judge.ts';
import type { Cell } from './memory.ts';
import type { PassAction } from './module-task.ts';
import { doneResult, skipped } from './results.ts';
import type { Handler } from './roles.ts';
import { limited, timeLimitOf } from './time-limit.ts';

/** What a turn works with. */
export type Turn = {
  readonly context: TaskContext;
  readonly late: LateContext;
  /** Filled with what the task learns. */
  readonly cells: ReadonlyMap<string, Cell>;
  readonly waits: readonly Cell[];
  /** Filled with the names of handlers that the task notified. */
  readonly heard: Set<string>;
  /** The play's handlers of a name. */
  readonly handlersNamed: (name: string) => readonly Handler[];
};

/** What happened so far in a turn. */
export type Session = Turn & { changed: number; ran: number };

/** One pass, as often as `until` asks for. */
export async function runPass(
  task: ModuleTask,
  place: Place,
  { action, pass, asking, condition }: PassAction,
  session: Session,
): Promise<Judged> {
  if (action === 'skip') return { result: skipped(condition), failure: undefined };
  session.ran++;
  const frame = frameOf(place.frame, task);
  const title = nameOf(task, asking.templar);
  const way: Way = {
    title,
    isHidden: isOn(frame.keywords, 'no_log', asking.templar),
    onlyLooks: isOn(frame.keywords, 'check_mode', asking.templar),
    background: backgroundSeconds(task, asking.templar),
    limitSeconds: timeLimitOf(task, frame, asking.templar),
  };
  const number = (word: string, otherwise: number): number => {
    const node = task.keywords.get(word);
    const value = node === undefined ? otherwise : Number(toPlain(asking.templar.evaluate(node) ?? null));
    if (!Number.isFinite(value)) throw badKeyword(task.position, word, 'it must be a number');
    return value;
  };
  const hasUntil = task.keywords.has('until') || task.keywords.has('retries');
  const attempts = hasUntil ? number('retries', 3) + 1 : 1;
  for (let attempt = 1; ; attempt++) {
    const result = await execute(action, task, way, session);
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
      return ended(judged, attempts);
    }
    session.late.tell(`${title}: attempt ${attempt} of ${attempts}`);
    await pauseFor(number('delay', 5) * 1000, session.late.signal);
  }
}

/** As in Ansible, the first attempt isn't counted when the last has failed. */
function ended(judged: Judged, attempts: number): Judged {
  if (!judged.again) return judged;
  return {
    ...judged,
    result: new Map([...judged.result, ['failed', true], ['attempts', Math.max(attempts - 1, 1)]]),
  };
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

/** How a task's own words want it done. */
type Way = {
  readonly title: string;
  readonly isHidden: boolean;
  readonly onlyLooks: boolean;
  /** For how many seconds it may go on by itself. */
  readonly background: number | undefined;
  readonly limitSeconds: number | undefined;
};

async function execute(action: Action, task: ModuleTask, way: Way, session: Session): Promise<Result> {
  if (action.type === 'resources')
    return way.onlyLooks
      ? lookAt(action, session)
      : applyAll(task, task.module, limited(action.resources, way.limitSeconds), session, action.result);
  if (action.type === 'script') return runScript(action, way, session);
  if (action.message !== undefined) session.late.say(`${way.title}: ${redact(action.message as Text)}`);
  return action.failure === undefined
    ? action.result
    : new Map([['msg', action.failure], ...action.result, ['failed', true]]);
}

/** `check_mode: true`: whether something would change. */
async function lookAt(action: ResourceAction, { late }: Session): Promise<Result> {
  const looked = await late.lookNow(chained(action.resources));
  return new Map<string, Value>([
    ...(action.result ?? []),
    ['changed', looked.some(({ status }) => status === 'differs')],
  ]);
}

async function runScript(action: ScriptAction, way: Way, session: Session): Promise<Result> {
  const { late } = session;
  if (action.done) {
    const guard = await late.run(action.done);
    if (guard.code === 0) return doneResult(action.already);
  }
  if (way.onlyLooks && !action.isReading) return notRun(action.done !== undefined);
  if (way.background !== undefined && !action.isReading)
    return startedResult(await late.run(startJob(action.script, way.background)));
  return runWithin(action, way, session);
}

/** A command whose time is over has failed, as one that fails by itself: a task may go on after it. */
async function runWithin(action: ScriptAction, way: Way, { late }: Session): Promise<Result> {
  const limitSeconds = way.limitSeconds ?? action.limitSeconds;
  try {
    return action.result(await late.run(way.isHidden ? hush(action.script) : action.script, limitSeconds));
  } catch (error) {
    if (error instanceof GatError && error.code === 'apply/time-limit') return timedOut(error);
    throw error;
  }
}

/** The result of a command whose time was over. */
function timedOut({ what, why }: GatError): Result {
  return new Map<string, Value>([
    ['changed', false],
    ['failed', true],
    ['msg', `${what}; ${why}`],
  ]);
}

/** What Ansible says of a command in check mode: with a guard it is known that it would run. */
function notRun(isGuarded: boolean): Result {
  return new Map<string, Value>([
    ['changed', isGuarded],
    ...(isGuarded ? [] : [['skipped', true] as const]),
    ['rc', 0],
    ['stdout', ''],
    ['stdout_lines', []],
    ['stderr', ''],
    ['stderr_lines', []],
    ['msg', 'Command would have run if not in check mode'],
  ]);
}

/** Has resources applied; the first that fails is the task's failure. */
export async function applyAll(
  task: Task,
  what: string,
  resources: readonly Resource[],
  { late }: Session,
  more?: Result,
): Promise<Result> {
  const applied = await late.applyNow(chained(resources));
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

/** One after the other, apart from everything else. */
function chained(resources: readonly Resource[]): readonly Resource[] {
  return resources.map((one, at) => ({
    ...one,
    props: {
      ...one.props,
      follows: resources.slice(at - 1, at),
      after: (one.props.after ?? []).filter((other) => resources.some((known) => known.id === other.id)),
    },
  }));
}
