/** How long hosts that have answered wait for those that have not: one that is a hundred times slower holds up nobody. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Graph } from '../graph/graph.ts';

/** What the others are given at least once half of all hosts have answered. */
export const PATIENCE_MS = 10_000;

/** What is being done for hosts. */
export type Tasks = ReadonlyMap<string, Promise<void>>;

/**
 * Waits until all tasks have ended; or half of them have, and the others had as long again, and this long at least.
 * @param late who has been waited for before, in vain: nobody waits for them again, unless there are no others
 * @returns the names of those that go on
 */
export function soonEnough(
  tasks: Tasks,
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

/** Hosts that are to be planned for, and those that are still being asked: some of the hosts, or others that these wait for. */
export type Waiting = { readonly hosts: ReadonlySet<string>; readonly asked: Tasks };

/** Waits until some of the hosts can be planned for: those that neither are still being asked nor need anything of one that is. */
export async function firstReady(
  graph: Graph,
  { hosts, asked }: Waiting,
  patienceMs: number = PATIENCE_MS,
): Promise<{ readonly ready: ReadonlySet<string>; readonly left: Waiting | undefined }> {
  for (let open = asked; ; open = await withoutEnded(open, patienceMs)) {
    const waiting = withDownstream(graph, new Set(open.keys()));
    const ready = new Set([...hosts].filter((host) => !waiting.has(host)));
    if (ready.size === 0) continue;
    const others = [...hosts].filter((host) => waiting.has(host));
    return { ready, left: others.length > 0 ? { hosts: new Set(others), asked: open } : undefined };
  }
}

/** Waits until one of the tasks has ended, and a moment for more; gives back those that go on. */
async function withoutEnded(tasks: Tasks, patienceMs: number): Promise<Tasks> {
  const open = new Map(tasks);
  const ends = [...tasks].map(async ([name, task]) => {
    await task;
    open.delete(name);
  });
  await Promise.race(ends);
  const over = new AbortController();
  const { signal } = over;
  await Promise.race([Promise.all(ends), pause(patienceMs, undefined, { signal })]);
  over.abort();
  return new Map(open);
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
