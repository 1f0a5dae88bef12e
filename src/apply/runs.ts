/** The runs of the past, put together from the journals of their hosts. */
import type { JournalLine } from './journal.ts';

/** What a run did on one host. */
export type HostRun = {
  readonly host: string;
  readonly done: number;
  readonly failed: number;
  /** Resources and what was done to them, in order. */
  readonly steps: readonly { readonly subject: string; readonly summary: string; readonly failed: boolean }[];
};

/** One run. Times are seconds since 1970 by the clock of the first host. */
export type PastRun = {
  readonly run: string;
  readonly at: number;
  readonly until: number;
  readonly who: string;
  readonly hosts: readonly HostRun[];
};

/** Puts the runs together, the latest first. */
export function pastRuns(journals: ReadonlyMap<string, readonly JournalLine[]>): readonly PastRun[] {
  const runs = new Map<string, PastRun>();
  for (const [host, lines] of journals) {
    for (const run of new Set(lines.map((line) => line.run))) {
      const own = lines.filter((line) => line.run === run);
      const known = runs.get(run);
      const times = own.map(({ at }) => at);
      runs.set(run, {
        run,
        at: Math.min(known?.at ?? Number.POSITIVE_INFINITY, ...times),
        until: Math.max(known?.until ?? 0, ...times),
        who: known?.who ?? own.find(({ event }) => event === 'begin')?.subject ?? '',
        hosts: [...(known?.hosts ?? []), hostRun(host, own)],
      });
    }
  }
  return [...runs.values()].sort((a, b) => b.at - a.at);
}

function hostRun(host: string, lines: readonly JournalLine[]): HostRun {
  const steps = lines
    .filter(({ event }) => event !== 'begin')
    .map(({ event, subject, summary }) => ({ subject, summary, failed: event === 'failed' }));
  return {
    host,
    done: steps.filter((step) => !step.failed).length,
    failed: steps.filter((step) => step.failed).length,
    steps,
  };
}
