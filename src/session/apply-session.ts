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
  /** Plans for the hosts that take much longer to answer, once this is applied. */
  readonly later?: () => Promise<Ready>;
};

export type ApplyFlags = {
  readonly who: string;
  readonly lockWaitMs: number;
  /** Default: waits ten minutes for units to be idle. */
  readonly restarts?: RestartPolicy;
  /** Aborted: nothing new is started. */
  readonly signal: AbortSignal;
  /** Aborted: what runs is not waited for any more. */
  readonly leave?: AbortSignal;
  /** The plan was reviewed: a host that has changed since is an error. */
  readonly isReviewed: boolean;
  /** A report wants to know what changes inside files. */
  readonly withTexts?: boolean;
};

/** How often a host may change between reading and applying before that is an error. */
const MOST_TRIES = 5;

/** Applies what `prepare` plans, then what is planned for hosts that were left for later; nobody else has waited for them. */
export async function applyFresh(
  prepare: () => Promise<Ready>,
  output: Output,
  flags: ApplyFlags,
): Promise<Outcome> {
  let { outcome, later } = await applyPart(prepare, output, flags, undefined);
  while (later) {
    const next = later;
    try {
      const unlessStopped = () => Promise.race([next(), stopped(flags.signal)]);
      const part = await applyPart(unlessStopped, output, flags, outcome);
      outcome = { results: new Map([...outcome.results, ...part.outcome.results]) };
      later = part.later;
    } catch (error) {
      if (error === STOPPED) return outcome;
      throw error;
    }
  }
  return outcome;
}

const STOPPED = new Error('the run was stopped');

/** Whoever stops a run waits for no slow host. @throws STOPPED */
function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(STOPPED);
    signal.addEventListener('abort', () => reject(STOPPED), { once: true });
  });
}

type Part = { readonly outcome: Outcome; readonly later: Ready['later'] };

/** Nothing has been done yet when it has to plan again. */
async function applyPart(
  prepare: () => Promise<Ready>,
  { reporter, clock }: Output,
  { isReviewed, withTexts, ...flags }: ApplyFlags,
  earlier: Outcome | undefined,
): Promise<Part> {
  for (let tries = 1; ; tries++) {
    const { graph, plan, links, serials, made, undeclared = [], later } = await prepare();
    const texts = withTexts ? { texts: await readTexts(plan, links), hideTexts: true } : {};
    reporter.plan(plan, graph, {
      ...texts,
      undeclared: undeclared.map(tellUndeclared),
      restartWhen: flags.restarts?.when,
    });
    const told = { emit: reporter.emit, clock, made, earlier };
    const options = { graph, plan, hosts: links, serials, ...flags, ...told };
    try {
      return { outcome: await applyPlan(options), later };
    } catch (error) {
      const isStale = error instanceof GatError && error.code === 'apply/host-changed';
      if (!isStale || isReviewed || tries === MOST_TRIES) throw error;
      reporter.emit({ type: 'warning', at: clock(), text: `${error.what}; it is read again` });
    }
  }
}
