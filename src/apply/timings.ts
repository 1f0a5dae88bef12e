/** Where a run's time went: the chain of resources that could not have been done at the same time, and what it took. */
import type { RunEvent } from '../base/events.ts';
import type { Graph } from '../graph/graph.ts';

/** One resource on the critical path. Times are milliseconds. */
export type PathStep = { readonly host: string; readonly resource: string; readonly ms: number };

export type Timings = {
  /** From the command's start to the last change. */
  readonly wallMs: number;
  /** Until the first change began: connecting, reading, planning. */
  readonly startMs: number;
  /** What the critical path takes, the start included: no order of the same work could be faster. */
  readonly pathMs: number;
  /** The longest chain of resources of which each had to wait for the one before. */
  readonly path: readonly PathStep[];
};

/** Finds the critical path of a run from what happened. Undefined when nothing was changed. */
export function findTimings(graph: Graph, events: readonly RunEvent[]): Timings | undefined {
  const took = new Map<string, number>();
  let [startMs, wallMs] = [Number.POSITIVE_INFINITY, 0];
  for (const event of events) {
    if (event.type === 'started') startMs = Math.min(startMs, event.at);
    if (event.type !== 'done' || event.ms === 0) continue;
    took.set(`${event.host}/${event.resource}`, event.ms);
    wallMs = Math.max(wallMs, event.at);
  }
  if (took.size === 0) return undefined;
  const path = longestPath(graph, took);
  return { wallMs, startMs, path, pathMs: startMs + path.reduce((sum, { ms }) => sum + ms, 0) };
}

/** The graph's order lets each node's end be known before those of what waits for it. */
function longestPath(graph: Graph, took: ReadonlyMap<string, number>): readonly PathStep[] {
  const ends = new Map<string, number>();
  const before = new Map<string, string | undefined>();
  for (const { key } of graph.nodes.values()) {
    const sources = (graph.needs.get(key) ?? []).map(({ from }) => from);
    const earlier = latest(sources, ends);
    before.set(key, earlier);
    ends.set(key, (ends.get(earlier ?? '') ?? 0) + (took.get(key) ?? 0));
  }
  const keys: string[] = [];
  for (let key = latest([...ends.keys()], ends); key !== undefined; key = before.get(key)) keys.unshift(key);
  return keys.flatMap((key): PathStep[] => {
    const [node, ms] = [graph.nodes.get(key), took.get(key)];
    return node && ms !== undefined ? [{ host: node.host, resource: node.resource.id, ms }] : [];
  });
}

function latest(keys: readonly string[], ends: ReadonlyMap<string, number>): string | undefined {
  let found: string | undefined;
  for (const key of keys) if (found === undefined || (ends.get(key) ?? 0) > (ends.get(found) ?? 0)) found = key;
  return found;
}

/** Renders timings for people. */
export function renderTimings({ wallMs, startMs, pathMs, path }: Timings): string {
  const seconds = (ms: number): string => `${(ms / 1000).toFixed(1).padStart(7)} s`;
  return [
    `Critical path: ${(pathMs / 1000).toFixed(1)} s of ${(wallMs / 1000).toFixed(1)} s (${(wallMs / pathMs).toFixed(2)} ×)`,
    `${seconds(startMs)}  connecting, reading, planning`,
    ...path.map(({ host, resource, ms }) => `${seconds(ms)}  ${host}: ${resource}`),
  ].join('\n');
}
