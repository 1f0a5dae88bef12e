/** Groups that no inventory has, because tasks make them while they run. */
import type { Node } from '../base/node.ts';
import { oneOrMany } from './playbook/read.ts';
import type { Play, Task } from './playbook/types.ts';

const NAMED_BY: Readonly<Record<string, readonly string[]>> = {
  group_by: ['key', 'parents'],
  add_host: ['groups', 'group', 'groupname'],
};

/** Tells whether `group_by` or `add_host` of these plays' own tasks may make a group of this name. */
export function groupsMadeBy(plays: readonly Play[]): (name: string) => boolean {
  const made = plays
    .flatMap(({ preTasks, tasks, postTasks }) => [...preTasks, ...tasks, ...postTasks])
    .flatMap(namesIn)
    .map(toRegExp);
  return (name) => made.some((one) => one.test(name));
}

function namesIn(task: Task): readonly string[] {
  if (task.kind === 'block') return [...task.block, ...task.rescue, ...task.always].flatMap(namesIn);
  if (task.kind !== 'module') return [];
  const words = NAMED_BY[task.module.split('.').at(-1) ?? ''] ?? [];
  return words.flatMap((word) => textsOf(task.args.get(word)));
}

function textsOf(node: Node | undefined): readonly string[] {
  const texts = node ? oneOrMany(node).flatMap((one) => (one.kind === 'scalar' ? [String(one.value)] : [])) : [];
  return texts.flatMap((text) => (text.includes('{{') ? [text] : text.split(','))).map((text) => text.trim());
}

/** A template may become any text; a space becomes a dash, as in Ansible. */
function toRegExp(text: string): RegExp {
  const parts = text.split(/\{\{.*?\}\}/s);
  const literal = parts.map((part) => part.replaceAll(' ', '-').replace(/[\\^$.|?*+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${literal.join('.*')}$`, 's');
}
