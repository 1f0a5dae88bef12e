/** Shows a run as lines that never move: for CI logs, screen readers and files. */
import type { RunEvent } from '../base/events.ts';
import { renderChecks } from './checks.ts';
import { renderError } from './error.ts';
import { eventLines } from './event-line.ts';
import { draw, type Lines } from './line.ts';
import { neutralLines } from './neutral.ts';
import { renderPlan } from './plan.ts';
import type { Output, Reporter } from './reporter.ts';
import { renderSummary } from './summary.ts';
import { watchRunning } from './watch.ts';

export type PlainOptions = {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly columns: number;
  readonly now: () => number;
};

/** Makes the reporter. */
export function plainReporter({ stdout, stderr, columns, now }: PlainOptions): Reporter {
  const watch = watchRunning(now, (lines) => show(stderr, lines));
  const show = (output: Output, lines: Lines): void => {
    if (lines.length === 0) return;
    output.write(draw(lines));
    watch.heard();
  };
  return {
    emit(event: RunEvent) {
      watch.note(event);
      show(stderr, eventLines(event));
    },
    plan: (plan, graph, options) => show(stdout, renderPlan(plan, graph, { columns, ...options })),
    summary: (outcome, options) => show(stdout, renderSummary(outcome, { columns, ...options })),
    checks: (results) => show(stdout, renderChecks(results)),
    error: (error) => show(stderr, renderError(error, columns)),
    note: (text) =>
      show(
        stdout,
        neutralLines(text).map((line) => [line]),
      ),
    pause: (ask) => ask(),
    close: async () => watch.stop(),
  };
}
