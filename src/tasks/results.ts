/** Results of tasks in Ansible's shape: of one pass, of a loop, of a skipped task; and those that are known later. */
import type { Node } from '../base/node.ts';
import { renderPosition } from '../base/position.ts';
import type { Scalar, Value } from '../base/value.ts';
import type { ModuleTask, Task } from '../project/playbook/types.ts';
import type { Resource } from '../resources/index.ts';
import type { Result } from './action.ts';
import { shortName } from './call.ts';
import { type Pass, SINGLE } from './loop.ts';
import { type Cell, type Known, LEVEL, type SlotOf, valueNode } from './memory.ts';
import { ENDED, mayEnd } from './meta.ts';
import type { PassAction } from './module-task.ts';

/** The result of one pass. */
export type PassResult = { readonly pass: Pass; readonly result: Result };

/** A task's result: that of its only pass, or the list of all passes with what they have in common. */
export function resultOf(task: Pick<ModuleTask, 'loop'>, passes: readonly PassResult[]): Value {
  const [first] = passes;
  if (!task.loop || first?.pass === SINGLE) return first ? withDefaults(first.result) : skipped();
  const results = passes.map(
    ({ pass, result }) => new Map<Scalar, Value>([...withDefaults(result), ...pass.about]),
  );
  if (results.length === 0) return NO_ITEMS;
  const any = (key: string): boolean => results.some((one) => one.get(key) === true);
  const isSkipped = results.every((one) => one.get('skipped') === true);
  const outcome = any('failed') ? 'One or more items failed' : 'All items completed';
  return new Map<Scalar, Value>([
    ['results', results],
    ['changed', any('changed')],
    ...(any('failed') ? ([['failed', true]] as const) : []),
    ['skipped', isSkipped],
    ['msg', isSkipped ? 'All items skipped' : outcome],
  ]);
}

/** A loop over an empty list. */
const NO_ITEMS: Value = new Map<Scalar, Value>([
  ['changed', false],
  ['skipped', true],
  ['skipped_reason', 'No items in the list'],
  ['results', []],
]);

function withDefaults(result: Result): ReadonlyMap<Scalar, Value> {
  if (result.get('skip_reason') !== undefined) return result;
  return new Map<Scalar, Value>([['changed', false], ['failed', false], ...result]);
}

/** The result of a task or pass whose condition is false. */
export function skipped(condition?: Value): ReadonlyMap<string, Value> {
  return new Map<string, Value>([
    ['changed', false],
    ['skipped', true],
    ['skip_reason', 'Conditional result was False'],
    ...(condition === undefined ? [] : [['false_condition', condition] as const]),
  ]);
}

/** The result of a command whose guard says that it is done. */
export function doneResult(already?: Result): Result {
  if (already) return new Map<string, Value>([['changed', false], ...already]);
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

/** The result of a task that is skipped in all its passes. */
export function skippedResult(
  passes: readonly PassAction[],
  task: Pick<ModuleTask, 'loop'> = { loop: undefined },
): Known {
  const value = resultOf(
    task,
    passes.map(({ pass, condition }) => ({ pass, result: skipped(condition) })),
  );
  return { level: LEVEL.setFacts, node: valueNode(value, 'a skipped task') };
}

/** What a task declared on its host in each of its passes, as the graph knows it. */
export type AddedByPass = { readonly host: string; readonly resources: readonly (readonly Resource[])[] };

/** The result of a task that declares states: what changed is known once its resources are done. */
export function resultCell(
  name: string,
  task: ModuleTask,
  passes: readonly PassAction[],
  { host, resources: added, slotOf }: AddedByPass & { readonly slotOf: SlotOf },
): Known {
  const by = `${name} (${renderPosition({ ...task.position, column: 0 })})`;
  const value = (changed: (resource: Resource) => boolean): Value =>
    resultOf(
      task,
      passes.map(({ pass, action, condition }, at) => {
        if (action === 'skip') return { pass, result: skipped(condition) };
        if (action.type !== 'resources')
          return { pass, result: action.type === 'value' ? action.result : new Map() };
        const isChanged = added[at]?.some(changed) ?? false;
        return { pass, result: new Map([...(action.result ?? []), ['changed', isChanged]]) };
      }),
    );
  const quiet = valueNode(
    value(() => false),
    by,
  );
  const from = added.flat();
  if (from.length === 0) return { level: LEVEL.setFacts, node: quiet };
  return { level: LEVEL.setFacts, cell: { name, by, host, from, quiet, settle: value, slot: slotOf(by) } };
}

/** Why a task's work isn't known before, in words. */
export function reasonFor(waits: readonly Cell[]): string {
  if (waits.length === 0) return 'its result is known only once it has run';
  return `depends on the result of ${[...new Set(waits.map((cell) => cell.by))].join(' and ')}`;
}

/** The names that a task worked out at its turn gives values to, as cells that it fills. */
export function learntNames(
  task: Task,
  from: Resource,
  by: string,
  isQuiet: boolean,
  { host, slotOf }: { readonly host: string; readonly slotOf: SlotOf },
): readonly (readonly [string, Cell])[] {
  const quiet = isQuiet ? valueNode(skipped(), by) : undefined;
  return namesIn(task).map(([name, kind]) => [
    name,
    {
      name,
      by,
      host,
      from: [from],
      quiet: kind === 'result' ? quiet : undefined,
      slot: slotOf(`${name} of ${from.id}`),
    },
  ]);
}

/** What a task with a mistake would have learnt: unknown, so that whoever asks for it isn't told to be wrong, too. */
export function neverLearnt(task: Task, host: string): readonly (readonly [string, Known])[] {
  const by = renderPosition({ ...task.position, column: 0 });
  return namesIn(task).map(([name]) => [
    name,
    { level: LEVEL.setFacts, cell: { name, by, host, from: [], quiet: undefined, slot: { value: undefined } } },
  ]);
}

/** Whether others may ask for what the task finds out. */
export function learnsSomething(task: Task): boolean {
  return namesIn(task).length > 0;
}

function namesIn(task: Task): readonly (readonly [string, 'result' | 'fact'])[] {
  return mayEnd(task) ? [...ownNames(task), [ENDED, 'fact']] : ownNames(task);
}

function ownNames(task: Task): readonly (readonly [string, 'result' | 'fact'])[] {
  if (task.kind === 'block') return [...task.block, ...task.rescue, ...task.always].flatMap(namesIn);
  const register = task.keywords.get('register');
  const own = register === undefined ? [] : [[textOf(register), 'result'] as const];
  if (task.kind !== 'module') return own;
  const found = factNames(task).map((name) => [name, 'fact'] as const);
  if (shortName(task.module) !== 'set_fact') return [...own, ...found];
  return [
    ...own,
    ...[...task.args.keys()].filter((name) => name !== 'cacheable').map((name) => [name, 'fact'] as const),
  ];
}

/** The variables that modules which look for facts set, besides `ansible_facts` itself. */
export function factNames(task: ModuleTask): readonly string[] {
  const database = task.args.get('database');
  const names: Readonly<Record<string, readonly string[]>> = {
    package_facts: ['packages'],
    service_facts: ['services'],
    getent: database?.kind === 'scalar' ? [`getent_${String(database.value)}`] : [],
  };
  const own = names[shortName(task.module)];
  return own === undefined ? [] : [...own, 'ansible_facts'];
}

function textOf(node: Node): string {
  return node.kind === 'scalar' ? String(node.value) : '';
}
