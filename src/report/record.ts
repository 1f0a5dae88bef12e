/** Everything that a run told, kept for the files that are written at its end. */
import type { Outcome } from '../apply/outcome.ts';
import type { RunEvent } from '../base/events.ts';
import type { Graph } from '../graph/graph.ts';
import type { Finding } from '../lint/rule.ts';
import type { Plan } from '../plan/plan.ts';
import type { CheckResult } from '../verify/run.ts';
import type { Reporter } from './reporter.ts';
import type { TextChange } from './text-diff.ts';
import type { Unreachable } from './unreachable.ts';

/** What a run told. */
export type RunRecord = {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly events: readonly RunEvent[];
  readonly plan?: Plan;
  readonly graph?: Graph;
  readonly texts?: ReadonlyMap<string, TextChange> | undefined;
  readonly outcome?: Outcome;
  readonly unreachable?: readonly Unreachable[];
  readonly checks?: readonly CheckResult[];
  readonly findings?: readonly Finding[];
  readonly errors: readonly unknown[];
};

type Growing = { -readonly [K in keyof RunRecord]: RunRecord[K] };

export type Recorder = { readonly reporter: Reporter; readonly record: () => RunRecord };

/** A run may plan for some hosts later than for others, or for the same once more. */
function joinPlans(earlier: Plan, later: Plan): Plan {
  const anew = new Set(later.entries.map(({ key }) => key));
  return { entries: [...earlier.entries.filter(({ key }) => !anew.has(key)), ...later.entries] };
}

/** Listens to everything that a reporter is told. */
export function recordReporter(reporter: Reporter, startedAt: number): Recorder {
  const events: RunEvent[] = [];
  const errors: unknown[] = [];
  const known: Growing = { startedAt, events, errors };
  const listening: Reporter = {
    ...reporter,
    emit(event) {
      // What a step printed in between is gone when the next line comes; only the end of it matters later.
      if (event.type !== 'output') events.push(event);
      reporter.emit(event);
    },
    plan(plan, graph, options) {
      const texts = new Map([...(known.texts ?? []), ...(options?.texts ?? [])]);
      const whole = known.plan ? joinPlans(known.plan, plan) : plan;
      Object.assign(known, { plan: whole, graph, texts, unreachable: options?.unreachable });
      reporter.plan(plan, graph, options);
    },
    summary(outcome, options) {
      Object.assign(known, { outcome, unreachable: options?.unreachable });
      reporter.summary(outcome, options);
    },
    checks(checks) {
      known.checks = checks;
      reporter.checks(checks);
    },
    findings(findings) {
      known.findings = findings;
      reporter.findings(findings);
    },
    error(error) {
      errors.push(error);
      reporter.error(error);
    },
  };
  return { reporter: listening, record: () => known };
}
