/** `gatdeploy why`: why a resource exists, what it waits for, and why it changes. */
import type { Command } from 'commander';
import { addStackOptions, type StackFlags } from './run/options.ts';

/** Adds the command to the program. */
export function register(program: Command): void {
  const command = program
    .command('why')
    .description('tell why a resource exists, from which variables, what it waits for, and why it changes')
    .argument('<resource>', 'its name as plan shows it, such as service[pulsar.service]; part of it is enough')
    .argument('<stack...>', 'names of stacks or playbooks');
  addStackOptions(command)
    .addHelpText(
      'after',
      `
Example:
  gatdeploy why 'file[/mnt/pulsar/config/app.yml]' pulsar`,
    )
    .action(runWhy);
}

async function runWhy(wanted: string, names: readonly string[], flags: StackFlags): Promise<void> {
  const { withOutput } = await import('./run/output.ts');
  const { EXIT } = await import('./exit-codes.ts');
  const { openStack } = await import('../stack/open-stack.ts');
  const { planSession } = await import('../session/plan-session.ts');
  const { openSession } = await import('../session/session.ts');
  const { findEntries } = await import('./run/find-entries.ts');
  await withOutput(flags, async (output) => {
    const options = { ...output, ...flags, trace: true };
    const opened = await openSession(await openStack(names, flags), options);
    try {
      const { session, plan } = await planSession(opened, options);
      for (const entry of findEntries(plan, wanted)) output.reporter.why(entry, session.graph);
      return EXIT.ok;
    } finally {
      await opened.close();
    }
  });
}
