/** The plan: what would change, and why; a pure function of what should be and what is. */
import type { GraphNode } from '../graph/edge.ts';
import { USES } from '../graph/edges.ts';
import type { Graph } from '../graph/graph.ts';
import type { Observed, Resource, State } from '../resources/kind.ts';
import { compare, type Difference } from './diff.ts';

/** What a plan says of one resource. */
export type Entry = {
  readonly key: string;
  readonly node: GraphNode;
  readonly observed: Observed;
} & Decision;

export type Decision =
  | { readonly status: 'same' }
  | { readonly status: 'create' | 'update' | 'remove'; readonly differences: readonly Difference[] }
  /** Known after apply. */
  | { readonly status: 'unknown'; readonly reason: string };

export type Plan = {
  /** In the graph's order. */
  readonly entries: readonly Entry[];
};

export type PlanCounts = {
  readonly create: number;
  readonly update: number;
  readonly remove: number;
  readonly unknown: number;
  readonly same: number;
};

/** Plans all nodes whose state was read; nodes of hosts that could not be read are left out. */
export function makePlan(graph: Graph, observed: ReadonlyMap<string, Observed>): Plan {
  const decided = new Map<string, Decision>();
  const entries: Entry[] = [];
  for (const node of graph.nodes.values()) {
    const state = observed.get(node.key);
    if (state === undefined) continue;
    const entry = { key: node.key, node, observed: state, ...decide(node, state, graph, decided) };
    decided.set(node.key, entry);
    entries.push(entry);
  }
  return { entries };
}

/** Whether a plan has anything to do. */
export function isEmpty(plan: Plan): boolean {
  return plan.entries.every((entry) => entry.status === 'same');
}

/** Counts entries by what happens to them. */
export function countPlan(plan: Plan): PlanCounts {
  const counts = { create: 0, update: 0, remove: 0, unknown: 0, same: 0 };
  for (const entry of plan.entries) counts[entry.status]++;
  return counts;
}

function decide(
  node: GraphNode,
  observed: Observed,
  graph: Graph,
  decided: ReadonlyMap<string, Decision>,
): Decision {
  const decision = compare(node.resource.kind.desired(node.resource), observed);
  if (decision.status === 'same' && node.resource.props.absent) {
    const bringer = changingPackage(node, graph, decided);
    if (bringer) return { status: 'unknown', reason: `${bringer} may bring it` };
  }
  if (decision.status !== 'same' && decision.status !== 'update') return decision;
  const due = isIdle(node, observed, decided) ? [] : activations(node, observed, graph, decided);
  if (due.length === 0) return decision;
  const others = decision.status === 'same' ? [] : decision.differences;
  const keys = new Set(due.map((one) => one.key));
  return { status: 'update', differences: [...others.filter((one) => !keys.has(one.key)), ...due] };
}

/** A unit that does not run, and that nothing here starts, has nothing to read again. */
function isIdle(
  { host, resource }: GraphNode,
  observed: Observed,
  decided: ReadonlyMap<string, Decision>,
): boolean {
  if (typeof observed === 'string' || !('running' in observed) || observed.running !== false) return false;
  const desired = resource.kind.desired(resource);
  if (desired === 'absent' || 'running' in desired) return false;
  const starter = decided.get(`${host}/service[${resource.name}]`)?.status ?? 'same';
  return starter === 'same';
}

/** A running process is due for a restart or reload when something it has loaded will change. */
function activations(
  node: GraphNode,
  observed: Observed,
  graph: Graph,
  decided: ReadonlyMap<string, Decision>,
): readonly Difference[] {
  const { kind } = node.resource;
  const desired = kind.desired(node.resource);
  return kind.reacts(node.resource).flatMap(({ key, to, host = node.host, isLoaded }) => {
    const isPutBack = (one: Resource): boolean =>
      typeof observed === 'object' && isLoaded?.(one, observed as State) === true;
    const changing = to.filter((one) => willChange(`${host}/${one.id}`, graph, decided) && !isPutBack(one));
    if (changing.length === 0 || desired === 'absent') return [];
    return [{ key, before: `before ${changing.map((one) => one.id).join(', ')} changes`, after: desired[key] }];
  });
}

/** Whether a resource changes; one that only names a path changes with what makes the path. */
function willChange(key: string, graph: Graph, decided: ReadonlyMap<string, Decision>): boolean {
  const status = decided.get(key)?.status;
  if (status !== undefined && status !== 'same') return true;
  if (!graph.nodes.get(key)?.resource.kind.standIn) return false;
  return (graph.needs.get(key) ?? []).some(
    ({ from, reason }) => reason === USES && willChange(from, graph, decided),
  );
}

/** The first package upstream, on the same host, that will be installed: packages bring files, users and units along. */
function changingPackage(
  node: GraphNode,
  graph: Graph,
  decided: ReadonlyMap<string, Decision>,
): string | undefined {
  for (const { from } of graph.needs.get(node.key) ?? []) {
    const source = graph.nodes.get(from);
    if (!source || source.host !== node.host) continue;
    const status = decided.get(from)?.status;
    if (source.resource.kind.lane === 'apt' && status !== undefined && status !== 'same')
      return source.resource.id;
    const further = changingPackage(source, graph, decided);
    if (further) return further;
  }
  return undefined;
}
