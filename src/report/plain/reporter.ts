/** Shows a run as lines that never move: for CI logs, screen readers and files. */
import type { RunEvent } from '../../base/events.ts';
import { eventLines } from '../event-line.ts';
import { draw } from '../line.ts';
import { tellOutOfReach } from '../out-of-reach.ts';
import type { Output } from '../output.ts';
import type { Reporter } from '../reporter.ts';
import { resultsReporter, type Show } from '../results.ts';
import { rememberTold } from '../told.ts';
import { watchRunning } from './watch.ts';

export type PlainOptions = {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly columns: number;
  readonly wrapped: boolean;
  readonly now: () => number;
};

/** Makes the reporter. */
export function plainReporter({ stdout, stderr, columns, wrapped, now }: PlainOptions): Reporter {
  const outputs = { stdout, stderr };
  const show: Show = (to, lines) => {
    if (lines.length === 0) return;
    outputs[to].write(draw(lines));
    watch.heard();
  };
  const watch = watchRunning(now, (lines) => show('stderr', lines));
  const told = rememberTold();
  const outOfReach = tellOutOfReach();
  const done = new Set<string>();
  const results = resultsReporter(show, { columns, wrapped }, told);
  return {
    ...results,
    summary: (outcome, options) => results.summary(outcome, { ...options, told: done }),
    emit(event: RunEvent) {
      if (event.type === 'done' && event.status === 'changed') done.add(`${event.host}/${event.resource}`);
      watch.note(event);
      told.note(event);
      show('stderr', event.type === 'unreachable' ? outOfReach(event) : eventLines(event));
    },
    pause: (ask) => ask(),
    close: async () => watch.stop(),
  };
}
