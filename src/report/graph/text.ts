/** The order of a graph for people: per host numbered waves, and below each resource what it waits for and why. */
import type { Edge } from '../../graph/edge.ts';
import type { Graph } from '../../graph/graph.ts';
import { type Line, type Lines, span } from '../line.ts';

/** The reason that says no more than the order itself. */
const DECLARED = 'comes after it';

/** Renders the waves of each host. What stands in one wave could be done at the same time. */
export function renderGraph(graph: Graph): Lines {
  const waves = waveNumbers(graph);
  const hosts = [...new Set([...graph.nodes.values()].map((node) => node.host))];
  const external = graph.external.map(
    ({ capability, by }): Line => ['  ', span('warn', capability), `, for ${by}`],
  );
  return [
    ...hosts.flatMap((host): Lines => [[span('strong', host)], ...renderHost(graph, host, waves), []]),
    ...(external.length === 0 ? [] : [['Must be there already, for nothing here makes it:'], ...external]),
  ];
}

/** The wave of each resource: one more than the last wave of what it waits for, on any host; the first is 1. */
export function waveNumbers(graph: Graph): ReadonlyMap<string, number> {
  const waves = new Map<string, number>();
  for (const key of graph.nodes.keys()) {
    const before = (graph.needs.get(key) ?? []).map((edge) => waves.get(edge.from) ?? 0);
    waves.set(key, 1 + before.reduce((latest, wave) => Math.max(latest, wave), 0));
  }
  return waves;
}

function renderHost(graph: Graph, host: string, waves: ReadonlyMap<string, number>): Lines {
  const nodes = [...graph.nodes.values()].filter((node) => node.host === host);
  const numbers = [...new Set(nodes.map((node) => waves.get(node.key) ?? 0))].sort((a, b) => a - b);
  return numbers.flatMap((number): Lines => {
    const members = nodes.filter((node) => waves.get(node.key) === number);
    return [
      ['  ', span('dim', `wave ${number}`)],
      ...members.flatMap((node): Lines => [['    ', node.resource.id], ...renderNeeds(graph, host, node.key)]),
    ];
  });
}

function renderNeeds(graph: Graph, host: string, key: string): Lines {
  return [...joinEdges(graph.needs.get(key) ?? [])].map(([from, reasons]): Line => {
    const source = graph.nodes.get(from);
    const name = source?.host === host ? source.resource.id : from;
    const why = reasons.filter((reason) => reason !== DECLARED);
    return ['      ', span('dim', [`after ${name}`, ...(why.length > 0 ? [why.join(', ')] : [])].join(': '))];
  });
}

/** The edges of one resource by where they come from: two reasons for one order are told together. */
export function joinEdges(edges: readonly Edge[]): ReadonlyMap<string, readonly string[]> {
  const joined = new Map<string, string[]>();
  for (const { from, reason } of edges) {
    const reasons = joined.get(from) ?? [];
    if (!reasons.includes(reason)) joined.set(from, [...reasons, reason]);
  }
  return joined;
}
