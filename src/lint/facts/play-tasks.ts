/** Tasks of a play as far as rules look at them: modules, and what their arguments give without a host. */
import type { Node } from '../../base/node.ts';
import { orError } from '../../project/loader.ts';
import type { Play, Task } from '../../project/playbook/types.ts';
import type { HostView } from './host-view.ts';
import { referencePath } from './reference.ts';
import { evaluateTree, itemsOf, part } from './tree.ts';

export type ModuleTask = Extract<Task, { readonly kind: 'module' }>;

/** The tasks of a play that call a module, those in blocks too. */
export function moduleTasks({ preTasks, tasks, postTasks }: Play): readonly ModuleTask[] {
  return [...preTasks, ...tasks, ...postTasks].flatMap(flattened);
}

function flattened(task: Task): readonly ModuleTask[] {
  if (task.kind === 'block') return [...task.block, ...task.rescue, ...task.always].flatMap(flattened);
  return task.kind === 'module' ? [task] : [];
}

/** `ufw` of `community.general.ufw`. */
export function moduleName({ module }: ModuleTask): string {
  return module.split('.').at(-1) ?? '';
}

/** What an argument gives in each turn of the task's loop. */
export function argumentValues(task: ModuleTask, names: readonly string[], view: HostView): readonly Node[] {
  const written = names.flatMap((name) => task.args.get(name) ?? [])[0];
  if (!written) return [];
  const [root, ...path] = referencePath(written) ?? [];
  if (root !== 'item') return itemsOf(evaluated(written, view));
  const over = task.loop && evaluated(task.loop.over, view);
  return itemsOf(over).flatMap((item) => (path.length === 0 ? item : (part(item, ...path) ?? [])));
}

/** A part of a task with its values; what only the host knows is unknown. */
export function evaluated(node: Node, view: HostView): Node {
  return evaluateTree(node, '', {
    evaluate(leaf) {
      const value = orError(() => view.templar.evaluate(leaf));
      return 'error' in value ? undefined : value.value;
    },
  });
}
