/** What a command over stacks knows while it runs: the session, and what was planned in it. */
import type { Outcome } from '../apply/outcome.ts';
import type { Facts } from '../base/facts.ts';
import type { Plan } from '../plan/plan.ts';
import type { Reporter } from '../report/reporter.ts';
import type { Declaration } from '../stack/declare-all.ts';
import type { Shard } from '../stack/options.ts';
import type { Stack } from '../stack/stack.ts';
import type { Readings } from '../tasks/context.ts';
import type { Target } from '../transport/target/target.ts';
import type { Links } from './connect.ts';
import type { Deployments } from './deployments.ts';
import type { Answer, HostStates } from './read.ts';
import type { Prune, Undeclared } from './removals.ts';

/** What a command prints with, and how it tells time: milliseconds since it began. */
export type Output = { readonly reporter: Reporter; readonly clock: () => number };

export type Session = Declaration & {
  readonly stack: Stack;
  readonly deployments: Deployments;
  readonly targets: readonly Target[];
  readonly links: Links;
  /** What the hosts that take part said of themselves, now or last time. */
  readonly facts: ReadonlyMap<string, Facts>;
  /** What tasks that only look found while the plan was made. */
  readonly readings?: Readings | undefined;
  /** Answers of hosts that are on their way: the first plan takes them. */
  readonly ahead?: Map<string, Promise<Answer | undefined>> | undefined;
  /** Hosts that nothing is known of, because they take much longer to answer than the others. */
  readonly unasked?: readonly string[] | undefined;
  close(): Promise<void>;
};

export type SessionOptions = Output & {
  /** Throws for mistakes of the project; hosts may be connected to and read meanwhile, no more. */
  readonly check?: (() => Promise<void>) | undefined;
  /** Go by what hosts said last time; whoever reads their state must look whether it still holds. */
  readonly recall?: boolean;
  /** Find out which variables each resource comes from. */
  readonly trace?: boolean;
  /** Nobody asks about the outcome afterwards: its checks are left out. */
  readonly onlyResources?: boolean;
  /** Only tasks and roles with one of these tags, none with one of those. */
  readonly tags?: readonly string[] | undefined;
  readonly skipTags?: readonly string[] | undefined;
  /** Ask for the sudo password before anything else. */
  readonly askBecomePass?: boolean | undefined;
  /** A file with the sudo password, a program that prints it, or `-`. */
  readonly becomePasswordFile?: string | undefined;
  readonly limit?: readonly string[] | undefined;
  readonly shard?: Shard | undefined;
  /** Take away what is no longer declared. */
  readonly pruning?: Prune | undefined;
  /** How many connections are made at the same time. */
  readonly forks?: number | undefined;
  /** Hosts that take much longer than the others are left for later: how much is patience.ts's to say. Default: all wait for all. */
  readonly patienceMs?: number | undefined;
};

/** What came of a session's changes. */
export type Applied = { readonly outcome: Outcome; readonly unreachable: boolean };

/** A session whose hosts have been read, and the plan for them. */
export type Planned = {
  readonly session: Session;
  readonly plan: Plan;
  readonly states: HostStates;
  /** What stays although nobody declares it any more. */
  readonly undeclared: readonly Undeclared[];
  /** Whether there are hosts that it is not for. */
  readonly isPart: boolean;
  /** Plans for those, once they have answered and this plan is carried out. */
  readonly later?: () => Promise<Planned>;
};

/** What is known of the hosts before anything is declared. */
export type Asked = Pick<Session, 'stack' | 'targets' | 'links' | 'facts' | 'readings' | 'unasked'>;
