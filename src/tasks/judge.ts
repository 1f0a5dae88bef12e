/** Judges a result: until, changed_when, failed_when, with the result under its own name. */
import type { GatError } from '../base/errors.ts';
import type { Node } from '../base/node.ts';
import type { Value } from '../base/value.ts';
import type { ModuleTask } from '../project/playbook/types.ts';
import type { Result } from './action.ts';
import type { Place, TaskContext } from './context.ts';
import { taskFailed } from './errors.ts';
import { oneOrMany } from './frame.ts';
import type { Pass } from './loop.ts';
import { LEVEL, valueNode } from './memory.ts';
import { ask } from './module-task.ts';

export type Judged = {
  readonly result: Result;
  readonly failure: GatError | undefined;
  /** `until` isn't true yet. */
  readonly again?: boolean;
};

export type Case = {
  readonly task: ModuleTask;
  readonly place: Place;
  readonly pass: Pass;
  readonly result: Result;
  readonly title: string;
  readonly attempt: number;
  readonly context: TaskContext;
};

/** The result as the task's own words judge it. */
export function judge(one: Case): Judged {
  const { task, title, attempt } = one;
  const first: Result = new Map<string, Value>([
    ['changed', false],
    ['failed', false],
    ...one.result,
    ...(task.keywords.has('until') || task.keywords.has('retries') ? [['attempts', attempt] as const] : []),
  ]);
  const changed = verdict(one, first, 'changed_when');
  const judged: Result = changed === undefined ? first : new Map([...first, ['changed', changed]]);
  const failed = verdict(one, judged, 'failed_when');
  const result: Result =
    failed === undefined ? judged : new Map([...judged, ['failed', failed], ['failed_when_result', failed]]);
  const hasFailed = result.get('failed') === true;
  const until = verdict(one, result, 'until');
  const again = until === undefined ? task.keywords.has('retries') && hasFailed : !until;
  const isGood = !hasFailed && !again;
  return {
    result,
    again,
    failure: isGood ? undefined : taskFailed(task.position, title, reasonOf(result, until === false)),
  };
}

function verdict({ task, place, pass, context }: Case, result: Result, word: string): boolean | undefined {
  const conditions = oneOrMany(task.keywords.get(word));
  if (conditions.length === 0) return undefined;
  const name = task.keywords.get('register');
  const own = name?.kind === 'scalar' ? String(name.value) : undefined;
  const known = { level: LEVEL.setFacts, node: valueNode(result, 'this task') };
  const memory = own === undefined ? place.memory : new Map(place.memory).set(own, known);
  const asking = ask({ ...place, memory }, context, pass.layers);
  const isTrue = (node: Node): boolean => {
    const value = node.kind === 'scalar' ? node.value : null;
    return asking.templar.condition(typeof value === 'boolean' ? value : String(value), node.position);
  };
  // Ansible joins failed_when and changed_when by `and` in a list, as it does `when`.
  return conditions.every(isTrue);
}

function reasonOf(result: Result, isUntil: boolean): string {
  const text = (name: string): string => {
    const value = result.get(name);
    return typeof value === 'string' ? value.trim() : '';
  };
  const parts = [
    isUntil ? '`until` did not become true' : text('msg'),
    result.has('assertion') ? `${String(result.get('assertion'))} is false` : '',
    result.has('rc') ? `exit ${String(result.get('rc'))}` : '',
    text('stderr') || text('stdout'),
  ];
  return parts.filter((part) => part !== '').join('; ') || 'it says that it failed';
}
