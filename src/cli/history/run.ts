/** Reads and prints the runs of the past. */
import { runReading } from '../../apply/execute.ts';
import { parseJournal, printJournal } from '../../apply/journal.ts';
import { type PastRun, pastRuns } from '../../apply/runs.ts';
import { renderJson } from '../../report/json/events.ts';
import type { Reporter } from '../../report/reporter.ts';
import { connectAll } from '../../session/connect.ts';
import { findTargets } from '../../session/targets.ts';
import { openStack } from '../../stack/open-stack.ts';
import type { StackOptions } from '../../stack/options.ts';
import { EXIT } from '../exit-codes.ts';
import { withOutput } from '../run/output.ts';

export type HistoryFlags = StackOptions & { readonly count: string; readonly run?: string };

/** Reads the journals of the stacks' hosts and prints their runs. */
export async function runHistory(names: readonly string[], flags: HistoryFlags): Promise<void> {
  await withOutput(flags, async ({ reporter, clock }) => {
    const stack = await openStack(names, flags);
    const targets = findTargets(stack.project, stack.plays, stack.hosts);
    const links = await connectAll(targets, { emit: reporter.emit, clock, forks: flags.forks });
    try {
      const read = [...links.links].map(async ([host, link]) => {
        const { stdout } = await runReading(link, printJournal);
        return [host, parseJournal(stdout.toString('utf8'))] as const;
      });
      const all = pastRuns(new Map(await Promise.all(read)));
      show(all, flags, reporter);
      return links.unreachable.size > 0 ? EXIT.unreachable : EXIT.ok;
    } finally {
      await links.close();
    }
  });
}

function show(all: readonly PastRun[], { run, count, json }: HistoryFlags, reporter: Reporter): void {
  const wanted =
    run === undefined ? all.slice(0, Number(count) || 20) : all.filter((one) => one.run.startsWith(run));
  for (const one of wanted) {
    if (json) process.stdout.write(renderJson(runRecord(one)));
    else reporter.note(renderRun(one, run !== undefined));
  }
  if (wanted.length === 0 && !json) reporter.note('No run is on record here.');
}

function runRecord({ run, at, until, who, hosts }: PastRun) {
  return {
    type: 'run',
    run,
    who,
    at: new Date(at * 1000).toISOString(),
    until: new Date(until * 1000).toISOString(),
    hosts: hosts.map(({ steps, ...host }) => ({ ...host, steps: steps.map((step) => ({ ...step })) })),
  };
}

function renderRun({ run, at, until, who, hosts }: PastRun, withSteps: boolean): string {
  const when = new Date(at * 1000).toISOString().slice(0, 19).replace('T', ' ');
  const lines = hosts.flatMap(({ host, done, failed, steps }) => [
    `  ${host}: ${done} done${failed > 0 ? `, ${failed} FAILED` : ''}`,
    ...(withSteps ? steps : steps.filter((step) => step.failed)).map(
      ({ subject, summary, failed: bad }) => `    ${bad ? 'FAILED ' : ''}${subject}  ${summary}`,
    ),
  ]);
  return [`${when} UTC  ${run}  ${who || 'by nobody known'}, ${until - at} s`, ...lines].join('\n');
}
