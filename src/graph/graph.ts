/** The dependency graph: resources of all hosts, edges with their reasons, and an order that respects them. */
import type { Capability } from '../base/capability.ts';
import type { Resource } from '../resources/kind.ts';
import type { Edge, GraphNode } from './edge.ts';
import { drawEdges } from './edges.ts';
import { conflict, cycle } from './errors.ts';
import { addGivingWay } from './order.ts';

export type Graph = {
  /** In an order in which everything comes after what it needs; else as declared. */
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** What a node waits for, by its key. */
  readonly needs: ReadonlyMap<string, readonly Edge[]>;
  /** Capabilities that somebody requires and nobody here provides; they must be there already. */
  readonly external: readonly { readonly capability: Capability; readonly by: string }[];
};

/** What the roles declared for one host. */
export type Declared = { readonly host: string; readonly resources: readonly Resource[] };

/**
 * Builds the graph of all hosts.
 * @throws GatError graph/conflict when two roles declare one identity with different states, graph/cycle
 */
export function buildGraph(declared: readonly Declared[]): Graph {
  const nodes = new Map<string, GraphNode>();
  for (const { host, resources } of declared) {
    for (const resource of resources) addNode(nodes, { key: nodeKey(host, resource), host, resource });
  }
  const { edges, givingWay, external } = drawEdges(nodes);
  const needs = new Map<string, Edge[]>([...nodes.keys()].map((key) => [key, []]));
  for (const edge of edges) needs.get(edge.to)?.push(edge);
  addGivingWay(needs, givingWay);
  const ordered = sort(nodes, needs);
  return { nodes: ordered, needs, external };
}

/** The key of a resource on a host. */
export function nodeKey(host: string, resource: Resource): string {
  return `${host}/${resource.id}`;
}

/** Two declarations of one identity are one node when they want the same state; their edges add up. */
function addNode(nodes: Map<string, GraphNode>, node: GraphNode): void {
  const known = nodes.get(node.key);
  if (!known) {
    nodes.set(node.key, node);
    return;
  }
  if (known.resource === node.resource) return;
  if (!sameState(known.resource, node.resource)) throw conflict(known, node);
  const [a, b] = [known.resource.props, node.resource.props];
  const props = {
    ...a,
    after: [...(a.after ?? []), ...(b.after ?? [])],
    follows: [...(a.follows ?? []), ...(b.follows ?? [])],
    requires: [...(a.requires ?? []), ...(b.requires ?? [])],
    provides: [...(a.provides ?? []), ...(b.provides ?? [])],
  };
  nodes.set(node.key, { ...known, resource: { ...known.resource, props } });
}

function sameState(a: Resource, b: Resource): boolean {
  return JSON.stringify(a.kind.desired(a)) === JSON.stringify(b.kind.desired(b));
}

/** Kahn's algorithm; of the nodes that are free, the one declared first goes first. */
function sort(
  nodes: ReadonlyMap<string, GraphNode>,
  needs: ReadonlyMap<string, readonly Edge[]>,
): ReadonlyMap<string, GraphNode> {
  const sorted = new Map<string, GraphNode>();
  const { followers, waiting } = countNeeds(needs);
  const freedBy = (node: GraphNode): readonly GraphNode[] =>
    (followers.get(node.key) ?? []).flatMap((follower) => {
      const left = (waiting.get(follower) ?? 0) - 1;
      waiting.set(follower, left);
      return left === 0 ? (nodes.get(follower) ?? []) : [];
    });
  let free = [...nodes.values()].filter((node) => waiting.get(node.key) === 0);
  while (free.length > 0) {
    for (const node of free) sorted.set(node.key, node);
    free = free.flatMap(freedBy);
  }
  if (sorted.size < nodes.size) throw cycle(findCycle(nodes, needs, sorted), nodes);
  return sorted;
}

/** Who waits for each node, and for how many each one waits. */
function countNeeds(needs: ReadonlyMap<string, readonly Edge[]>) {
  const followers = new Map<string, string[]>();
  const waiting = new Map<string, number>();
  for (const [key, edges] of needs) {
    const sources = new Set(edges.map((edge) => edge.from));
    waiting.set(key, sources.size);
    for (const source of sources) followers.set(source, [...(followers.get(source) ?? []), key]);
  }
  return { followers, waiting };
}

/** Follows unsorted needs until a node comes up again: that stretch is a cycle. */
function findCycle(
  nodes: ReadonlyMap<string, GraphNode>,
  needs: ReadonlyMap<string, readonly Edge[]>,
  sorted: ReadonlyMap<string, GraphNode>,
): readonly Edge[] {
  let key = [...nodes.keys()].find((one) => !sorted.has(one));
  const path: Edge[] = [];
  while (key !== undefined) {
    const at: string = key;
    const start = path.findIndex((edge) => edge.to === at);
    if (start >= 0) return path.slice(start).reverse();
    const edge: Edge | undefined = needs.get(at)?.find((one) => !sorted.has(one.from));
    if (!edge) break;
    path.push(edge);
    key = edge.from;
  }
  return path.reverse();
}
