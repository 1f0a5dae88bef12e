/** Splits a stack's hosts over the jobs of a CI matrix; hosts that need each other stay in one job. */
import type { Graph } from '../../graph/graph.ts';
import type { Output } from '../../session/session-types.ts';
import type { StackOptions } from '../../stack/options.ts';
import { onlyHosts, type Stack } from '../../stack/stack.ts';
import { cannotSplit } from '../errors.ts';
import { declareOffline } from './offline.ts';

/** A need of one host that another one meets. */
export type Need = { readonly by: string; readonly of: string; readonly reason: string };

/**
 * The stack with only the hosts of the shard that the options name. Every job of a matrix comes to the same split, for it is made
 * from what the project declares, and no host is asked. @throws GatError cli/cannot-split
 */
export async function onlyShard(stack: Stack, options: StackOptions, { reporter, clock }: Output): Promise<Stack> {
  const { shard } = options;
  if (!shard || shard.count === 1) return stack;
  const silent = { clock, reporter: { ...reporter, emit: () => {} } };
  const needs = crossNeeds(await declareOffline(stack, options, silent));
  const mine = splitHosts(stack.hosts, needs, shard.count)[shard.index - 1] ?? [];
  const text = `shard ${shard.index}/${shard.count}: ${mine.length} of ${stack.hosts.length} hosts`;
  reporter.emit({ type: 'warning', at: clock(), text });
  return onlyHosts(stack, mine);
}

/** One need for each pair of hosts. */
export function crossNeeds({ nodes, needs }: Pick<Graph, 'nodes' | 'needs'>): readonly Need[] {
  const found = new Map<string, Need>();
  for (const { from, to, reason } of [...needs.values()].flat()) {
    const [by, of] = [nodes.get(to)?.host, nodes.get(from)?.host];
    if (by !== undefined && of !== undefined && by !== of) found.set(`${by} ${of}`, { by, of, reason });
  }
  return [...found.values()];
}

/** Splits hosts into shards of about the same size. @throws GatError cli/cannot-split when too many need each other */
export function splitHosts(
  hosts: readonly string[],
  needs: readonly Need[],
  count: number,
): readonly (readonly string[])[] {
  const together = groupsOf(hosts, needs);
  const [need] = needs;
  if (need && together.length < Math.min(count, hosts.length))
    throw cannotSplit({ hosts: hosts.length, count, possible: together.length, need });
  const shards = Array.from({ length: count }, (): string[] => []);
  // The largest first, each to the shard that has least so far.
  for (const group of together.sort((a, b) => b.length - a.length || compare(a[0], b[0])))
    shards.reduce((least, one) => (one.length < least.length ? one : least)).push(...group);
  return shards;
}

/** The hosts that need each other, directly or by way of others. */
function groupsOf(hosts: readonly string[], needs: readonly Need[]): string[][] {
  const groups = new Map([...hosts].sort(compare).map((host) => [host, [host]]));
  for (const { by, of } of needs) {
    const [one, other] = [groups.get(by), groups.get(of)];
    if (!one || !other || one === other) continue;
    one.push(...other);
    for (const host of other) groups.set(host, one);
  }
  return [...new Set(groups.values())].map((group) => group.sort(compare));
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : Number(a > b);
}
