/** Decides what can be done next on a host; knows the graph's order and what has happened, does nothing itself. */
import type { Graph } from '../graph/graph.ts';
import type { Board, Work, Works } from './board.ts';
import { letsGoOn } from './outcome.ts';

/** What to do next on a host. */
export type Next = {
  /** Same as wished for, everything before it done. */
  readonly settled: readonly Work[];
  readonly blocked: readonly Work[];
  /** To read (again) before anything is decided; all in one round trip. */
  readonly read: readonly Work[];
  /** Quick changes, in order; each with the members of this batch that it follows. */
  readonly quick: readonly { readonly work: Work; readonly needs: readonly Work[] }[];
  /** Slow changes whose turn it is. */
  readonly slow: readonly Work[];
};

type Turn = 'settled' | 'blocked' | 'read' | 'quick' | 'slow' | 'passed';

type Placed = { readonly work: Work; readonly needs: readonly Work[]; readonly turn: Turn };

/** Picks what can be done now on a host: what waits for nothing, and quick work behind quick work of the same batch. */
export function nextWork({ graph, works, ofHost, fatal }: Board, host: string): Next {
  /** Nodes that this batch gets to, with the batch's changes that come before them. */
  const near = new Map<string, readonly Work[]>();
  const placed: Placed[] = [];
  const end = findEnd(fatal);
  for (const work of ofHost.get(host) ?? []) {
    if (work.phase !== 'waiting') continue;
    const one = place(graph, works, work, near, end);
    if (!one) continue;
    placed.push(one);
    if (isPassable(one)) near.set(work.node.key, awaited(one));
  }
  const at = (turn: Turn): readonly Work[] => placed.filter((one) => one.turn === turn).map(({ work }) => work);
  const read = at('read');
  const quick = read.length > 0 ? [] : placed.filter((one) => one.turn === 'quick');
  return { settled: at('settled'), blocked: at('blocked'), read, quick, slow: at('slow') };
}

function place(
  graph: Graph,
  works: Works,
  work: Work,
  near: ReadonlyMap<string, readonly Work[]>,
  end: Work | undefined,
): Placed | undefined {
  work.blockedBy = (findBlocker(graph, works, work) ?? end)?.node.key;
  if (work.blockedBy) return { work, needs: [], turn: 'blocked' };
  const needs = pendingNeeds(graph, works, work, near);
  // It may have been read before what it follows was done, and that told nothing.
  if (needs && needs.length > 0 && work.decision.status === 'unknown' && work.readAt > 0) return undefined;
  const turn = needs && turnOf(graph, works, work, needs);
  return needs && turn ? { work, needs, turn } : undefined;
}

/** What those that come after a node wait for: the node itself unless it is as wanted; one that is read may yet change. */
function awaited({ work, needs, turn }: Placed): readonly Work[] {
  return turn === 'quick' || turn === 'read' ? [work] : needs;
}

/** Whether what follows the node can be done, or at least read, in the same round trip. */
function isPassable({ work, turn }: Placed): boolean {
  if (turn === 'settled' || turn === 'passed') return true;
  return turn !== 'blocked' && work.node.resource.kind.lane === 'quick';
}

/** What is to be done with a node whose needs are done or in this batch; undefined when it must wait for them. */
function turnOf(graph: Graph, works: Works, work: Work, needs: readonly Work[]): Turn | undefined {
  const { lane, late } = work.node.resource.kind;
  const free = needs.length === 0;
  const isUnread = work.decision.status === 'unknown' || isStale(graph, works, work);
  if (!isUnread && work.decision.status === 'same') return free ? 'settled' : 'passed';
  const known: Turn = isUnread && !late ? 'read' : 'slow';
  if (lane === 'quick' && !late) return isUnread ? 'read' : 'quick';
  return free ? known : undefined;
}

/** The failure with which a play has more failed hosts than it lets pass. */
function findEnd(works: readonly Work[]): Work | undefined {
  const failed = new Map<string, Set<string>>();
  for (const work of works) {
    const { fatal } = work.node.resource.props;
    if (!fatal || work.phase !== 'done' || work.status !== 'failed') continue;
    const hosts = (failed.get(fatal.play) ?? new Set()).add(work.node.host);
    failed.set(fatal.play, hosts);
    if ((hosts.size * 100) / fatal.hosts > fatal.percent) return work;
  }
  return undefined;
}

function findBlocker(graph: Graph, works: Works, work: Work): Work | undefined {
  for (const { from } of graph.needs.get(work.node.key) ?? []) {
    const source = works.get(from);
    if (source?.phase === 'done' && !(letsGoOn(source.status) && !isKept(work, source))) return source;
  }
  return undefined;
}

/** What goes stays as long as a process does that still works with it. */
function isKept(work: Work, { status }: Work): boolean {
  return status === 'deferred' && work.node.resource.props.absent === true;
}

/** The batch's changes that a node follows; undefined when it waits for anything else. */
function pendingNeeds(
  graph: Graph,
  works: Works,
  work: Work,
  near: ReadonlyMap<string, readonly Work[]>,
): readonly Work[] | undefined {
  const found = new Set<Work>();
  for (const { from } of graph.needs.get(work.node.key) ?? []) {
    const source = works.get(from);
    if (!source || source.phase === 'done') continue;
    const before = near.get(from);
    if (!before) return undefined;
    for (const one of before) found.add(one);
  }
  // After another state of the same thing it must be read first what is to be done then.
  if ([...found].some((one) => isSameThing(one, work))) return undefined;
  return [...found];
}

/**
 * Whether more work of apt's lane waits only for quick changes that are being made: the one apt-get that runs at a time
 * takes it along when it starts a moment later.
 */
export function hasMorePackagesSoon({ graph, works, ofHost }: Board, host: string): boolean {
  return (ofHost.get(host) ?? []).some((work) => {
    const { resource } = work.node;
    if (work.phase !== 'waiting' || resource.kind.lane !== 'apt') return false;
    const open = (graph.needs.get(work.node.key) ?? [])
      .map(({ from }) => works.get(from))
      .filter((source) => source && source.phase !== 'done');
    return (
      open.length > 0 && open.every((one) => one?.phase === 'busy' && one.node.resource.kind.lane === 'quick')
    );
  });
}

/** Whether something upstream changed since the node was read, in a way that may show in its state. */
function isStale(graph: Graph, works: Works, work: Work): boolean {
  const reacts = work.node.resource.kind.reacts(work.node.resource).length > 0;
  return upstream(graph, works, work).some(
    (source) =>
      source.status === 'changed' &&
      source.doneAt > work.readAt &&
      (reacts || source.node.resource.kind.sideEffects || isSameThing(source, work)),
  );
}

/** Whether two nodes describe one thing, in states that follow each other. */
function isSameThing({ node: { resource: a } }: Work, { node: { resource: b } }: Work): boolean {
  return a.kind === b.kind && a.name === b.name;
}

/** All nodes of the same host that come before a node, however far. */
function upstream(graph: Graph, works: Works, work: Work): readonly Work[] {
  const found = new Map<string, Work>();
  const queue = [work.node.key];
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    for (const { from } of graph.needs.get(key) ?? []) {
      const source = works.get(from);
      if (!source || found.has(from) || source.node.host !== work.node.host) continue;
      found.set(from, source);
      queue.push(from);
    }
  }
  return [...found.values()];
}
