/** `--timings`: listens to a run and tells at its end where the time went. */
import { findTimings, renderTimings, type Timings } from '../../apply/timings.ts';
import type { RunEvent } from '../../base/events.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Output } from '../../session/session-types.ts';

export type Times = {
  /** The output that hears everything; to be used in place of the one that was given. */
  readonly output: Output;
  /** Tells the critical path, if that was asked for. */
  tell(graph: Graph): void;
};

/** Begins to listen. */
export function recordTimes(
  output: Output,
  flags: { readonly timings?: boolean; readonly json?: boolean },
): Times {
  if (!flags.timings) return { output, tell: () => {} };
  const events: RunEvent[] = [];
  const { reporter } = output;
  const emit = (event: RunEvent): void => {
    if (event.type === 'started' || event.type === 'done') events.push(event);
    reporter.emit(event);
  };
  const tell = (graph: Graph): void => {
    const found = findTimings(graph, events);
    if (found) reporter.note(flags.json ? renderJson(found) : renderTimings(found));
  };
  return { output: { ...output, reporter: { ...reporter, emit } }, tell };
}

/** As the text of a note, for machines. */
function renderJson(timings: Timings): string {
  return JSON.stringify({ timings });
}
