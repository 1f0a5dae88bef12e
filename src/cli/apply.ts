/** `gatdeploy apply`: brings the hosts of stacks to their declared state, in one run. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { RestartPolicy } from '../resources/kind.ts';
import { addPruneOptions, addShardOption, addStackOptions, type PruneFlags, pruneOf } from './run/options.ts';
import type { PreflightOptions } from './run/preflight.ts';

type Flags = PreflightOptions &
  PruneFlags & {
    readonly lockWait: string;
    readonly timings?: boolean;
    readonly restartWhen: RestartPolicy['when'];
    readonly restartWait: number;
  };

/** Adds the command to the program. */
export function register(program: Command): void {
  const command = program
    .command('apply')
    .description(
      'bring the hosts of stacks (galaxy, pulsar, or a playbook of the project) to their declared state',
    )
    .argument('<stack...>', 'stacks or playbooks, whose needs of each other are met in one run; or one saved plan')
    .option('--lock-wait <seconds>', 'wait this long for another run to end', '0')
    .addOption(
      new Option('--restart-when <when>', 'restart what is at work on jobs: when idle, now, or in a later run')
        .choices(['idle', 'now', 'defer'])
        .default('idle'),
    )
    .option('--restart-wait <seconds>', 'with idle: put the restart off after this long', seconds, 600)
    .option('--timings', 'say at the end which changes made up the time')
    .option('--no-lint', 'do not look for mistakes in the variables before connecting');
  addStackOptions(addPruneOptions(addShardOption(command)))
    .addHelpText(
      'after',
      `
Examples:
  gatdeploy apply galaxy                       the playbook galaxy.yml, or the built-in stack
  gatdeploy apply galaxy pulsar -l '!gat-2*'   both sides, without some hosts
  gatdeploy apply change.plan                  exactly what gatdeploy plan --out saved, or nothing
  gatdeploy apply pulsar --restart-when defer  no running job is waited for or cut off; the restart stays due
  gatdeploy apply galaxy pulsar --prune        also take away what is no longer declared
  gatdeploy apply pulsar --shard 2/4           the second of four jobs of a CI matrix
  gatdeploy apply pulsar --json                one event a line, for machines`,
    )
    .action(runApply);
}

/** @throws InvalidArgumentError, which commander shows with the option */
function seconds(value: string): number {
  if (/^\d{1,6}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('it is not a number of seconds, such as 600.');
}

async function runApply(names: readonly string[], given: Flags): Promise<void> {
  const { withOutput } = await import('./run/output.ts');
  const { exitCodeOf } = await import('./exit-codes.ts');
  const { recordTimes } = await import('./run/times.ts');
  const { openUnchecked } = await import('./run/preflight.ts');
  const { flagsOfSaved, openSavedPlan } = await import('../session/open-saved.ts');
  const { listenForSignals } = await import('./run/signals.ts');
  const { PATIENCE_MS } = await import('../session/patience.ts');
  const { openSession, whoAmI } = await import('../session/session.ts');
  await withOutput(given, async (plain) => {
    const times = recordTimes(plain, given);
    const { output } = times;
    const { reporter, clock } = output;
    const saved = openSavedPlan(names);
    const flags = saved ? flagsOfSaved(saved, given) : given;
    const stacks = saved?.stacks ?? names;
    const { stack, check } = await openUnchecked(stacks, flags, output);
    const pruning = saved ? saved.prune : pruneOf(flags);
    // What was reviewed, and what nobody declares any more, is about all hosts at once.
    const patienceMs = saved || pruning ? undefined : PATIENCE_MS;
    const options = { ...output, ...flags, pruning, patienceMs, onlyResources: true };
    const opened = await openSession(stack, { ...options, recall: true, check });
    // Until here nothing is at work on any host, so a signal ends the command as it ends any other.
    const interruption = listenForSignals(output);
    try {
      const { planAgain } = await import('../session/saved-plan.ts');
      const { applyFresh } = await import('../session/apply-session.ts');
      const planning = planAgain(opened, saved, options);
      const outcome = await applyFresh(planning.prepare, output, {
        who: whoAmI(`gatdeploy apply ${stacks.join(' ')}`),
        lockWaitMs: Number(flags.lockWait) * 1000,
        restarts: { when: flags.restartWhen, waitMs: flags.restartWait * 1000 },
        signal: interruption.signal,
        leave: interruption.leave,
        isReviewed: saved !== undefined,
        withTexts: flags.report !== undefined,
      });
      const session = planning.session();
      const unreachable = [...session.links.unreachable].map(([host, error]) => ({ host, error }));
      reporter.summary(outcome, { ms: clock(), unreachable });
      times.tell(session.graph);
      return interruption.exitCode() ?? exitCodeOf({ outcome, unreachable: unreachable.length > 0 });
    } finally {
      interruption.release();
      await opened.close();
    }
  });
}
