/** The exit codes: distinct, documented, never renumbered. docs/exit-codes.md is made from this table. */
import type { Outcome } from '../apply/outcome.ts';
import { type ErrorClass, GatError, Problems } from '../base/errors.ts';
import type { CheckResult } from '../verify/run.ts';

type Row = { readonly code: number; readonly means: string; readonly next: string };

const TABLE = {
  ok: { code: 0, means: 'all is as it should be', next: 'nothing' },
  bug: { code: 1, means: 'gatdeploy itself is wrong', next: 'report it with the lines that were printed' },
  config: {
    code: 2,
    means: 'the command line, the inventory, variables, vault, playbook or templates are wrong',
    next: 'correct what the message names; no host was changed',
  },
  unreachable: {
    code: 3,
    means: 'a host could not be reached, trusted or read',
    next: 'see the message; what was done on other hosts stays done, run again',
  },
  apply: {
    code: 4,
    means: 'a change failed, or waits for one that failed',
    next: 'mend the cause, run again: it goes on from there',
  },
  verify: { code: 5, means: 'all changes are made, but a check failed', next: 'see the evidence and its fix' },
  lock: { code: 6, means: 'somebody else is changing a host', next: 'wait, or look who holds the lock' },
  pending: {
    code: 7,
    means: 'changes are pending, where a flag asks for this code; `drift` found something',
    next: 'apply, or look at the plan',
  },
  stale: { code: 8, means: 'a saved plan no longer fits the hosts', next: 'plan again; nothing was changed' },
  interrupted: { code: 130, means: 'stopped by Ctrl-C (SIGINT)', next: 'run again: it goes on from there' },
  terminated: { code: 143, means: 'stopped by SIGTERM', next: 'run again: it goes on from there' },
} as const satisfies Record<string, Row>;

/** The name of an exit code. */
export type ExitName = keyof typeof TABLE;

/** Every exit code by its name. */
export const EXIT: Readonly<Record<ExitName, number>> = {
  ok: TABLE.ok.code,
  bug: TABLE.bug.code,
  config: TABLE.config.code,
  unreachable: TABLE.unreachable.code,
  apply: TABLE.apply.code,
  verify: TABLE.verify.code,
  lock: TABLE.lock.code,
  pending: TABLE.pending.code,
  stale: TABLE.stale.code,
  interrupted: TABLE.interrupted.code,
  terminated: TABLE.terminated.code,
};

/** Of several problems the one that says most about what happened to the hosts decides. */
const WEIGHT: readonly ErrorClass[] = ['apply', 'unreachable', 'lock', 'stale', 'verify', 'config'];

/** Returns the exit code for anything that was thrown; commander's own errors are about the command line. */
export function exitCodeFor(error: unknown): number {
  if (error instanceof GatError) return EXIT[error.class];
  if (error instanceof Problems) {
    const classes = new Set(error.errors.map((one) => one.class));
    return EXIT[WEIGHT.find((one) => classes.has(one)) ?? 'config'];
  }
  return codeOfUsage(error) ?? EXIT.bug;
}

/** Commander throws when told not to exit by itself, also for help and version, which end well; undefined for other errors. */
export function codeOfUsage(error: unknown): number | undefined {
  if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('commander.')))
    return undefined;
  return 'exitCode' in error && error.exitCode === 0 ? EXIT.ok : EXIT.config;
}

/** Returns the exit code of a run that came to its end. */
export function exitCodeOf(run: {
  readonly unreachable?: boolean;
  readonly outcome?: Outcome;
  readonly checks?: readonly CheckResult[];
}): number {
  const results = [...(run.outcome?.results.values() ?? [])];
  if (results.some((one) => ['failed', 'left', 'blocked'].includes(one.status))) return EXIT.apply;
  if (run.unreachable) return EXIT.unreachable;
  if (results.some((one) => one.status === 'skipped')) return EXIT.interrupted;
  return run.checks?.some((one) => !one.verdict.ok) ? EXIT.verify : EXIT.ok;
}

/** Renders docs/exit-codes.md. */
export function renderExitCodes(): string {
  const rows = Object.values<Row>(TABLE).map(({ code, means, next }) => `| ${code} | ${means} | ${next} |`);
  return `# Exit codes

Every command ends with one of these. They are never renumbered.

| code | meaning | what to do |
|---|---|---|
${rows.join('\n')}

Of several, the first in this order is returned: 4, 3, 5. Pending changes alone are no failure: without the flag that
asks for 7 a plan with changes ends with 0.
`;
}
