/** Shows a run to a person at a terminal: a live picture of the hosts while it goes on, results in colour. */
import type { RunEvent } from '../../base/events.ts';
import { eventLines } from '../event-line.ts';
import { hanging, type Lines } from '../line.ts';
import { tellOutOfReach } from '../out-of-reach.ts';
import type { Output } from '../output.ts';
import type { Reporter } from '../reporter.ts';
import { resultsReporter } from '../results.ts';
import { rememberTold } from '../told.ts';
import { expectPlan, newFleet, trackEvent } from './fleet.ts';
import { renderFrame } from './frame.ts';
import { makeScreen } from './screen.ts';

/** Of hosts with one trouble so many are named while the picture shows them, too. */
const MOST_ALIKE = 5;

export type TerminalOptions = {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly columns: number;
  readonly wrapped: boolean;
  readonly color: boolean;
  readonly now: () => number;
};

/** Makes the reporter. */
export function terminalReporter({ stdout, stderr, columns, wrapped, color, now }: TerminalOptions): Reporter {
  const outputs = { stdout, stderr };
  let fleet = newFleet(now());
  const screen = makeScreen(stderr, color, () =>
    renderFrame(fleet, now(), { columns: stderr.columns ?? columns, rows: stderr.rows ?? 24 }),
  );
  const fitted = (lines: Lines): Lines => (wrapped ? lines.flatMap((line) => hanging(line, columns, 4)) : lines);
  const told = rememberTold();
  const outOfReach = tellOutOfReach(MOST_ALIKE);
  const results = resultsReporter((to, lines) => screen.write(outputs[to], lines), { columns, wrapped }, told);
  return {
    ...results,
    plan(plan, graph, options) {
      fleet = newFleet(now());
      expectPlan(fleet, plan, now());
      results.plan(plan, graph, options);
    },
    summary(outcome, options) {
      fleet = newFleet(now());
      results.summary(outcome, options);
    },
    emit(event: RunEvent) {
      told.note(event);
      trackEvent(fleet, event, now());
      screen.animate();
      if (event.type === 'warning') screen.interject(fitted(eventLines(event)));
      if (event.type === 'unreachable') screen.interject(fitted(outOfReach(event)));
    },
    pause: screen.pause,
    close: screen.close,
  };
}
