/** The works of a run as the schedule looks at them: a fleet has tens of thousands, of which an end concerns a few. */

import type { ResourceStatus } from '../base/events.ts';
import type { GraphNode } from '../graph/edge.ts';
import type { Graph } from '../graph/graph.ts';
import type { Decision } from '../plan/plan.ts';
import type { Observed } from '../resources/kind.ts';

/** Where one node stands. Counters are ticks of the run's own clock, which goes on with each reading and each end. */
export type Work = {
  readonly node: GraphNode;
  phase: 'waiting' | 'busy' | 'done';
  observed: Observed;
  decision: Decision;
  readAt: number;
  doneAt: number;
  status?: ResourceStatus;
  blockedBy?: string | undefined;
};

/** All nodes of a run by key, in the graph's order. */
export type Works = ReadonlyMap<string, Work>;

export type Board = {
  readonly graph: Graph;
  readonly works: Works;
  /** In the graph's order. */
  readonly ofHost: ReadonlyMap<string, readonly Work[]>;
  /** Works whose failure may end the whole run. */
  readonly fatal: readonly Work[];
  /** Hosts on which something else may be possible when something has ended on this one; it is among them. */
  concernedBy(host: string): Iterable<string>;
};

/** Looks through all works once. */
export function makeBoard(graph: Graph, works: Works): Board {
  const ofHost = new Map<string, Work[]>();
  const concerned = new Map<string, Set<string>>();
  for (const work of works.values()) {
    const { host, key } = work.node;
    const own = ofHost.get(host);
    if (own) own.push(work);
    else ofHost.set(host, [work]);
    for (const { from } of graph.needs.get(key) ?? []) {
      const source = graph.nodes.get(from)?.host ?? host;
      concerned.set(source, (concerned.get(source) ?? new Set([source])).add(host));
    }
  }
  const fatal = [...works.values()].filter(({ node }) => node.resource.props.fatal);
  const concernedBy = (host: string): Iterable<string> =>
    fatal.length > 0 ? ofHost.keys() : (concerned.get(host) ?? [host]);
  return { graph, works, ofHost, fatal, concernedBy };
}
