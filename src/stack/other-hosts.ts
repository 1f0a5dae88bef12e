/** What a run has found out about its hosts so far, as `hostvars` shows it to the others. */
import type { Node } from '../base/node.ts';
import type { OtherHost } from '../project/scope.ts';
import { allLayers, type Memory } from '../tasks/memory.ts';

/** The hosts of a run: what they said of themselves, and what their tasks learnt. */
export type OtherHosts = {
  /** Takes what tells what a host's tasks have learnt. */
  readonly learning: (host: string, memory: () => Memory) => void;
  /** What is known of a host; the same object as long as nothing more is learnt. */
  readonly about: (host: string) => OtherHost | undefined;
};

/** Begins with the facts of hosts. */
export function createOtherHosts(factsOf: (host: string) => Node | undefined): OtherHosts {
  const memories = new Map<string, () => Memory>();
  const known = new Map<string, { memory: Memory | undefined; filled: number; about: OtherHost }>();
  return {
    learning: (host, memory) => memories.set(host, memory),
    about(host) {
      const memory = memories.get(host)?.();
      const before = known.get(host);
      const filled = memory ? filledIn(memory) : 0;
      if (before && before.memory === memory && before.filled === filled) return before.about;
      const about = { facts: factsOf(host), layers: memory ? allLayers(memory) : [] };
      known.set(host, { memory, filled, about });
      return about;
    },
  };
}

/** How many results that tasks find out at their turn are known by now. */
function filledIn(memory: Memory): number {
  let count = 0;
  for (const { cell } of memory.values()) if (cell?.value) count++;
  return count;
}
