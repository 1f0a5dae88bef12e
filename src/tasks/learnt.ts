/** What tasks learn when they run. */
import type { Node } from '../base/node.ts';
import type { Scalar } from '../base/value.ts';
import type { ModuleTask } from '../project/playbook/types.ts';
import type { TaskContext } from './context.ts';
import { oneOrMany } from './frame.ts';
import { LEVEL, type Memory, valueNode } from './memory.ts';
import { factsInResult } from './modules/facts.ts';
import { type PassResult, resultOf } from './results.ts';

/** What a task that ran has learnt: facts that it found, and its result under its name. */
export function learn(
  task: ModuleTask,
  passes: readonly PassResult[],
  memory: Memory,
  context: TaskContext,
): Memory {
  return registered(task, passes, withFoundFacts(passes, memory, context));
}

/** What modules that look for facts found: variables of their own, and parts of `ansible_facts`. */
function withFoundFacts(passes: readonly PassResult[], memory: Memory, context: TaskContext): Memory {
  const found = passes.flatMap(({ result }) => [...factsInResult(result.get('ansible_facts'))]);
  if (found.length === 0 || passes.every(({ result }) => result.get('skipped') === true)) return memory;
  const known = memory.get('ansible_facts');
  const before = known?.node ?? known?.cell.slot.value ?? context.scope.lookup('ansible_facts');
  const entries = new Map<Scalar, Node>(before?.kind === 'dict' ? before.entries : []);
  for (const [name, node] of found) entries.set(name, node);
  const facts: Node = { kind: 'dict', entries, position: { file: 'facts of the host', line: 1, column: 0 } };
  const learnt = new Map(memory);
  for (const [name, node] of [...found, ['ansible_facts', facts] as const]) {
    learnt.set(name, { level: LEVEL.setFacts, node });
  }
  return learnt;
}

function registered(task: ModuleTask, passes: readonly PassResult[], memory: Memory): Memory {
  const [name] = oneOrMany(task.keywords.get('register'));
  if (name?.kind !== 'scalar' || typeof name.value !== 'string') return memory;
  const node = valueNode(resultOf(task, passes), name.value);
  return new Map([...memory, [name.value, { level: LEVEL.setFacts, node }]]);
}
