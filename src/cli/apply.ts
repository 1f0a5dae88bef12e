/** `gatdeploy apply`: brings the hosts of stacks to their declared state, in one run. */
import type { Command } from 'commander';
import { addStackOptions, type StackOptions } from './stack/options.ts';

type Flags = StackOptions & { readonly lockWait: string };

/** Adds the command to the program. */
export function register(program: Command): void {
  const command = program
    .command('apply')
    .description(
      'bring the hosts of stacks (galaxy, pulsar, or a playbook of the project) to their declared state',
    )
    .argument('<stack...>', 'stacks or playbooks, whose needs of each other are met in one run; or one saved plan')
    .option('--lock-wait <seconds>', 'wait this long for another run to end', '0');
  addStackOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  gatdeploy apply galaxy                       the playbook galaxy.yml, or the built-in stack
  gatdeploy apply galaxy pulsar -l '!gat-2*'   both sides, without some hosts
  gatdeploy apply change.plan                  exactly what gatdeploy plan --out saved, or nothing
  gatdeploy apply pulsar --json                one event a line, for machines`,
    )
    .action(runApply);
}

async function runApply(names: readonly string[], flags: Flags): Promise<void> {
  const { withOutput } = await import('./stack/output.ts');
  const { applyPlan } = await import('../apply/run.ts');
  const { exitCodeOf } = await import('./exit-codes.ts');
  const { openStack } = await import('./stack/stack.ts');
  const { requireSame } = await import('../plan/saved.ts');
  const { openSavedPlan } = await import('./stack/saved-plan.ts');
  const { listenForSignals } = await import('./stack/signals.ts');
  const { openSession, planSession, whoAmI } = await import('./stack/session.ts');
  await withOutput(flags, async (output) => {
    const { reporter, clock } = output;
    const interruption = listenForSignals(output);
    const saved = openSavedPlan(names);
    const stacks = saved?.stacks ?? names;
    const opened = await openSession(await openStack(stacks, flags), { ...output, ...flags, recall: true });
    try {
      const { session, plan, states } = await planSession(opened, output);
      if (saved) requireSame(saved, { graph: session.graph, plan, serials: states.serials });
      reporter.plan(plan, session.graph);
      const outcome = await applyPlan({
        graph: session.graph,
        plan,
        hosts: session.links.links,
        emit: reporter.emit,
        clock,
        who: whoAmI(`gatdeploy apply ${stacks.join(' ')}`),
        serials: states.serials,
        lockWaitMs: Number(flags.lockWait) * 1000,
        signal: interruption.signal,
      });
      const unreachable = [...session.links.unreachable].map(([host, error]) => ({ host, error }));
      reporter.summary(outcome, { ms: clock(), unreachable });
      return interruption.exitCode() ?? exitCodeOf({ outcome, unreachable: unreachable.length > 0 });
    } finally {
      interruption.release();
      await opened.close();
    }
  });
}
