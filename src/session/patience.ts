/** How long hosts that have answered wait for those that have not: one that is a hundred times slower holds up nobody. */
import type { Graph } from '../graph/graph.ts';

/** What the others are given at least once half of all hosts have answered. */
export const PATIENCE_MS = 10_000;

/**
 * Waits until all tasks have ended; or half of them have, and the others had as long again, and this long at least.
 * @param late who has been waited for before, in vain: nobody waits for them again, unless there are no others
 * @returns the names of those that go on
 */
export function soonEnough(
  tasks: ReadonlyMap<string, Promise<void>>,
  patienceMs: number,
  late: ReadonlySet<string> = new Set(),
): Promise<ReadonlySet<string>> {
  const startedAt = performance.now();
  const open = new Set(tasks.keys());
  const punctual = [...open].filter((name) => !late.has(name));
  const awaited = new Set(punctual.length > 0 ? punctual : open);
  const { size } = awaited;
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const end = (): void => {
      clearTimeout(timer);
      resolve(new Set(open));
    };
    if (size === 0) end();
    for (const [name, task] of tasks) {
      task
        .then(() => {
          open.delete(name);
          awaited.delete(name);
          if (awaited.size === 0) end();
          else if (awaited.size * 2 <= size)
            timer ??= setTimeout(end, Math.max(patienceMs, performance.now() - startedAt));
        })
        .catch((error) => {
          clearTimeout(timer);
          reject(error);
        });
    }
  });
}

/** Hosts, and all those of which something waits for something there, however far. */
export function withDownstream(graph: Graph, hosts: ReadonlySet<string>): ReadonlySet<string> {
  const waiting = new Set(hosts);
  const links = crossLinks(graph);
  for (let size = 0; size < waiting.size; ) {
    size = waiting.size;
    for (const [by, of] of links) if (waiting.has(of)) waiting.add(by);
  }
  return waiting;
}

/** Those hosts of which something waits for another host. */
export function needingOthers(graph: Graph): ReadonlySet<string> {
  return new Set(crossLinks(graph).map(([by]) => by));
}

/** Which host needs which; where a play's failures end all of it, its hosts need each other. */
function crossLinks({ nodes, needs }: Graph): readonly (readonly [by: string, of: string])[] {
  const found = new Map<string, readonly [string, string]>();
  const link = (by: string | undefined, of: string | undefined): void => {
    if (by !== undefined && of !== undefined && by !== of) found.set(`${by} ${of}`, [by, of]);
  };
  for (const [key, edges] of needs)
    for (const { from } of edges) link(nodes.get(key)?.host, nodes.get(from)?.host);
  const firstOf = new Map<string, string>();
  for (const { host, resource } of nodes.values()) {
    const play = resource.props.fatal?.play;
    if (play === undefined) continue;
    const first = firstOf.get(play) ?? host;
    firstOf.set(play, first);
    link(host, first);
    link(first, host);
  }
  return [...found.values()];
}
