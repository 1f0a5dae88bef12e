/** `gatdeploy adopt`: takes over hosts that Ansible, or somebody, has deployed, without changing what runs there. */
import type { Command } from 'commander';
import { exitCodeOf } from './exit-codes.ts';
import { addStackOptions, type StackFlags } from './run/options.ts';

type Flags = StackFlags & { readonly assumeLoaded?: boolean };

/** Adds the command to the program. */
export function register(program: Command): void {
  const command = program
    .command('adopt')
    .description(
      'take over hosts that somebody else has deployed: note what their services have loaded, change nothing else',
    )
    .argument('<stack...>', 'names of stacks or playbooks')
    .option('--assume-loaded', 'also take services for up to date whose files changed after they started');
  addStackOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  gatdeploy plan galaxy                     what differs from what Ansible has left
  gatdeploy adopt galaxy                    services that are up to date are noted as such
  gatdeploy adopt galaxy --assume-loaded    and those that only look as if they owed a restart`,
    )
    .action(runAdopt);
}

async function runAdopt(names: readonly string[], flags: Flags): Promise<void> {
  const { withOutput } = await import('./run/output.ts');
  const { openStack } = await import('../stack/open-stack.ts');
  const { openSession } = await import('../session/session.ts');
  const { adopt } = await import('../session/adopt.ts');
  await withOutput(flags, async (output) => {
    const options = { ...output, ...flags, recall: true, onlyResources: true };
    const opened = await openSession(await openStack(names, flags), options);
    try {
      return exitCodeOf(await adopt(opened, output, options));
    } finally {
      await opened.close();
    }
  });
}
