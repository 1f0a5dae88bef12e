/** Words of Ansible that make no difference here: where they would have made one in Ansible, the user is told. */
import type { Node } from '../base/node.ts';
import { renderPosition } from '../base/position.ts';
import type { Keywords } from '../project/playbook/types.ts';
import type { TaskContext } from './context.ts';

type Word = {
  /** Values that mean what is done anyway. */
  readonly harmless: readonly unknown[];
  readonly why: string;
};

const WORDS: Readonly<Record<string, Word>> = {
  serial: { harmless: [0, '100%'], why: 'all hosts are worked on at once; take some at a time with `--limit`' },
  throttle: { harmless: [0], why: 'a task runs on as many hosts at once as are ready for it' },
  any_errors_fatal: { harmless: [false], why: 'it counts for a whole play; give it to the play' },
  strategy: {
    harmless: ['linear', 'free', 'ansible.builtin.linear', 'ansible.builtin.free', 'host_pinned'],
    why: 'the graph decides what runs when',
  },
  order: { harmless: ['inventory'], why: 'hosts are worked on at once' },
  ignore_unreachable: {
    harmless: [false],
    why: 'other hosts go on without it, but the run ends as failed while a host can not be reached',
  },
  become_method: {
    harmless: ['sudo', 'ansible.builtin.sudo'],
    why: 'rights are got by sudo, and root becomes any other user by runuser',
  },
  become_flags: { harmless: [''], why: 'sudo is called without further options' },
  become_exe: { harmless: ['', 'sudo'], why: 'sudo is found by its name' },
  debugger: { harmless: ['never', false], why: 'there is no debugger; a failed run goes on where it stopped' },
  port: { harmless: [22], why: 'set `ansible_port` in the inventory' },
};

/** Tells of words that are given and do nothing, once for all hosts of a play. */
export function warnWithoutEffect(
  keywords: Keywords,
  { isFirst, warn }: Pick<TaskContext, 'isFirst' | 'warn'>,
): void {
  if (!isFirst) return;
  for (const [name, { harmless, why }] of Object.entries(WORDS)) {
    const node = keywords.get(name);
    if (node && !isHarmless(node, harmless))
      warn(`${renderPosition({ ...node.position, column: 0 })}: \`${name}\` has no effect here: ${why}`);
  }
}

function isHarmless(node: Node, harmless: readonly unknown[]): boolean {
  return node.kind === 'scalar' && (node.value === null || harmless.includes(node.value));
}
