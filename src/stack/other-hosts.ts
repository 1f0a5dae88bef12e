/** What a run has found out about its hosts so far, as `hostvars` shows it to the others. */
import { type Node, sameNode } from '../base/node.ts';
import type { OtherHost } from '../project/scope.ts';
import { allLayers, type Known, type Memory } from '../tasks/memory.ts';

/** The hosts of a run: what they said of themselves, and what their tasks learnt. */
export type OtherHosts = {
  /** Takes what tells what a host's tasks have learnt. */
  readonly learning: (host: string, memory: () => Memory) => void;
  /** What is known of a host; the same object as long as nothing more is learnt. */
  readonly about: (host: string) => OtherHost | undefined;
  /** Notes from now on what is asked of the other hosts by this one. Returns whether the answers would be others today. */
  readonly watch: (asker: string) => () => boolean;
};

type Asked = { readonly host: string; readonly name: string; readonly known: Known | undefined };

/** Begins with the facts of hosts. */
export function createOtherHosts(factsOf: (host: string) => Node | undefined): OtherHosts {
  const memories = new Map<string, () => Memory>();
  const known = new Map<string, { memory: Memory | undefined; filled: number; about: OtherHost }>();
  let asker = '';
  let asked = new Map<string, Asked>();
  const learntOf = (host: string, name: string): Known | undefined => memories.get(host)?.().get(name);
  const note = (host: string, name: string): void => {
    const key = `${host}/${name}`;
    if (host !== asker && !asked.has(key)) asked.set(key, { host, name, known: learntOf(host, name) });
  };
  return {
    learning: (host, memory) => memories.set(host, memory),
    watch(by) {
      asker = by;
      const own = new Map<string, Asked>();
      asked = own;
      return () => [...own.values()].some((one) => !isSame(one.known, learntOf(one.host, one.name)));
    },
    about(host) {
      const memory = memories.get(host)?.();
      const before = known.get(host);
      const filled = memory ? filledIn(memory) : 0;
      if (before && before.memory === memory && before.filled === filled) return before.about;
      const about: OtherHost = {
        facts: factsOf(host),
        layers: memory ? allLayers(memory) : [],
        onAsk: (name) => note(host, name),
      };
      known.set(host, { memory, filled, about });
      return about;
    },
  };
}

/** Whether whoever asked before would be told the same: a value, or the place where it is going to be. */
function isSame(before: Known | undefined, now: Known | undefined): boolean {
  if (before === now) return true;
  if (before?.node && now?.node) return sameNode(before.node, now.node);
  return before?.cell !== undefined && before.cell.slot === now?.cell?.slot;
}

/** How many results that tasks find out at their turn are known by now. */
function filledIn(memory: Memory): number {
  let count = 0;
  for (const { cell } of memory.values()) if (cell?.slot.value) count++;
  return count;
}
