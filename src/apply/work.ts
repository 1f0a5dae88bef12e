/** What is known while a plan runs: each resource's phase, and how it ended. */
import { GatError } from '../base/errors.ts';
import type { Emit, ResourceStatus } from '../base/events.ts';
import { maskKnown } from '../base/secret.ts';
import type { Graph } from '../graph/graph.ts';
import { newNonce } from '../plan/frame.ts';
import type { Plan } from '../plan/plan.ts';
import type { RestartPolicy } from '../resources/kind.ts';
import type { Become, Connection } from '../transport/connection.ts';
import { type Board, makeBoard, type Work, type Works } from './board.ts';
import type { MadeNotes } from './made.ts';
import type { Outcome, Result } from './outcome.ts';

/** A host to work on. */
export type HostLink = {
  connection: Connection;
  readonly become: Become | undefined;
  /** Makes a new connection after the old one was lost, trying for a while. @throws GatError when it stays away */
  readonly reconnect?: () => Promise<Connection>;
  /** Set while a new connection is being made. */
  renewing?: Promise<void> | undefined;
};

export type ApplyOptions = {
  readonly graph: Graph;
  readonly plan: Plan;
  readonly hosts: ReadonlyMap<string, HostLink>;
  readonly emit: Emit;
  /** Milliseconds since the run's start. */
  readonly clock: () => number;
  /** Who is at work, for others who find the hosts leased: `user@machine`. */
  readonly who: string;
  /** Each host's change counter when it was read. */
  readonly serials: ReadonlyMap<string, string>;
  /** How long to wait for another run to end; default: not at all. */
  readonly lockWaitMs?: number | undefined;
  /** Default: waits ten minutes for units to be idle. */
  readonly restarts?: RestartPolicy | undefined;
  /** What hosts are to remember of what is made. */
  readonly made?: MadeNotes | undefined;
  /** How the resources of other hosts ended in the part of the run before this one. */
  readonly earlier?: Outcome | undefined;
  /** Aborted: nothing new is started, what runs is waited for. */
  readonly signal?: AbortSignal | undefined;
  /** Aborted: what runs is not waited for any more. */
  readonly leave?: AbortSignal | undefined;
};

/** What is shared while a plan runs. */
export type Run = {
  readonly options: ApplyOptions;
  readonly works: Works;
  readonly board: Board;
  readonly results: Map<string, Result>;
  /** Names the run on the hosts; random. */
  readonly id: string;
  /** How many batches were sent, also by runs inside this one. */
  readonly batches: { sent: number };
  /** The run's own clock: one tick for each reading and each end. */
  tick: number;
  /** Hosts on which an apt step runs. */
  readonly aptBusy: Set<string>;
  readonly slowBusy: Map<string, number>;
};

/** Begins a run. */
export function newRun(options: ApplyOptions): Run {
  const works = new Map([
    ...worksBefore(options),
    ...options.plan.entries.map((entry): [string, Work] => [
      entry.key,
      { node: entry.node, phase: 'waiting', observed: entry.observed, decision: entry, readAt: 0, doneAt: 0 },
    ]),
  ]);
  return {
    options,
    works,
    board: makeBoard(options.graph, works),
    id: newNonce(),
    batches: { sent: 0 },
    results: new Map(),
    tick: 0,
    aptBusy: new Set(),
    slowBusy: new Map(),
  };
}

/** What ended in an earlier part: whoever waits for it sees how. */
function worksBefore({ graph, earlier }: ApplyOptions): readonly (readonly [string, Work])[] {
  return [...(earlier?.results ?? [])].flatMap(([key, { status }]): (readonly [string, Work])[] => {
    const node = graph.nodes.get(key);
    const rest = { observed: 'absent', decision: { status: 'same' }, readAt: 0, doneAt: 0 } as const;
    return node ? [[key, { node, phase: 'done', status, ...rest }]] : [];
  });
}

/** Notes how a node ended and tells it. */
export function finish(
  run: Run,
  work: Work,
  status: ResourceStatus,
  summary: string,
  more: { ms?: number; error?: GatError } = {},
): void {
  const { host, resource } = work.node;
  const { ms = 0, error } = more;
  work.phase = 'done';
  work.status = status;
  work.doneAt = ++run.tick;
  const blockedBy = work.blockedBy === undefined ? {} : { blockedBy: work.blockedBy };
  const failed = error === undefined ? {} : { error };
  run.results.set(work.node.key, { host, resource: resource.id, status, summary, ms, ...blockedBy, ...failed });
  run.options.emit({
    type: 'done',
    at: run.options.clock(),
    host,
    resource: resource.id,
    status,
    ms,
    summary,
    ...failed,
  });
}

/** The error that an exception during work on a node becomes. Bugs of ours are thrown on. */
export function asUserError(error: unknown): GatError {
  if (error instanceof GatError) return error;
  throw error;
}

/** Tells a line that a resource's own command has written, without the secrets in it. */
export function tellLine(run: Run, work: Work | undefined, line: string): void {
  if (!work) return;
  const { host, resource } = work.node;
  const { clock, emit } = run.options;
  emit({ type: 'output', at: clock(), host, resource: resource.id, line: maskKnown(line) });
}
