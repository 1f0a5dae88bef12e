/** Plans and applies what a session declares; when another run changed a host in between, reads and plans again. */
import type { MadeNotes } from '../apply/made.ts';
import type { Outcome } from '../apply/outcome.ts';
import { applyPlan } from '../apply/run.ts';
import type { HostLink } from '../apply/work.ts';
import { GatError } from '../base/errors.ts';
import type { Graph } from '../graph/graph.ts';
import type { Plan } from '../plan/plan.ts';
import type { RestartPolicy } from '../resources/kind.ts';
import { readTexts } from './diffs.ts';
import { tellUndeclared, type Undeclared } from './removals.ts';
import type { Output } from './session-types.ts';

/** What was planned, from which reading of the hosts. */
export type Ready = {
  readonly graph: Graph;
  readonly plan: Plan;
  readonly links: ReadonlyMap<string, HostLink>;
  /** Each host's change counter when it was read. */
  readonly serials: ReadonlyMap<string, string>;
  /** What stays although nobody declares it any more. */
  readonly undeclared?: readonly Undeclared[];
  /** What the hosts are to remember. */
  readonly made?: MadeNotes;
};

export type ApplyFlags = {
  readonly who: string;
  readonly lockWaitMs: number;
  /** Default: waits ten minutes for units to be idle. */
  readonly restarts?: RestartPolicy;
  readonly signal: AbortSignal;
  /** The plan was reviewed: a host that has changed since is an error. */
  readonly isReviewed: boolean;
  /** A report wants to know what changes inside files. */
  readonly withTexts?: boolean;
};

/** How often a host may change between reading and applying before that is an error. */
const MOST_TRIES = 5;

/** Applies what `prepare` plans; nothing has been done yet when it has to plan again. */
export async function applyFresh(
  prepare: () => Promise<Ready>,
  { reporter, clock }: Output,
  { who, lockWaitMs, restarts, signal, isReviewed, withTexts }: ApplyFlags,
): Promise<Outcome> {
  for (let tries = 1; ; tries++) {
    const { graph, plan, links, serials, made, undeclared = [] } = await prepare();
    const texts = withTexts ? { texts: await readTexts(plan, links), hideTexts: true } : {};
    reporter.plan(plan, graph, { ...texts, undeclared: undeclared.map(tellUndeclared) });
    const told = { emit: reporter.emit, clock, made };
    try {
      return await applyPlan({ graph, plan, hosts: links, serials, who, lockWaitMs, restarts, signal, ...told });
    } catch (error) {
      const isStale = error instanceof GatError && error.code === 'apply/host-changed';
      if (!isStale || isReviewed || tries === MOST_TRIES) throw error;
      reporter.emit({ type: 'warning', at: clock(), text: `${error.what}; it is read again` });
    }
  }
}
