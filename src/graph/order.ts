/** Adds the edges of a playbook's order, which give way to those that the data draw: none of them closes a circle. */
import type { Edge } from './edge.ts';

/** What each node waits for; edges are added to it. */
type Needs = Map<string, Edge[]>;

/**
 * Adds each edge that closes no circle. Where one is left out, what follows its end follows its start instead, so that
 * a chain of three doesn't fall apart because the one in the middle has to come earlier.
 */
export function addGivingWay(needs: Needs, edges: readonly Edge[]): void {
  const followers = new Map<string, Edge[]>();
  for (const edge of edges) followers.set(edge.from, [...(followers.get(edge.from) ?? []), edge]);
  const queue = [...edges];
  const seen = new Set<string>();
  for (let edge = queue.shift(); edge; edge = queue.shift()) {
    const { from, to, reason } = edge;
    const name = `${from} ${to}`;
    if (from === to || seen.has(name)) continue;
    seen.add(name);
    if (!waitsFor(needs, from, to)) needs.get(to)?.push(edge);
    else queue.push(...(followers.get(to) ?? []).map((next) => ({ from, to: next.to, reason })));
  }
}

/** Whether a node waits for another one, however far. */
function waitsFor(needs: Needs, node: string, other: string): boolean {
  const seen = new Set<string>();
  const stack = [node];
  for (let key = stack.pop(); key !== undefined; key = stack.pop()) {
    if (key === other) return true;
    if (seen.has(key)) continue;
    seen.add(key);
    for (const edge of needs.get(key) ?? []) stack.push(edge.from);
  }
  return false;
}
