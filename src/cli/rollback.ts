/** `gatdeploy rollback`: puts back the files that the last run changed, and restarts what had loaded the new ones. */
import type { Command } from 'commander';
import { exitCodeOf } from './exit-codes.ts';
import { addStackOptions, type StackFlags } from './run/options.ts';

type Flags = StackFlags & { readonly yes?: boolean };

/** Adds the command to the program. */
export function register(program: Command): void {
  const command = program
    .command('rollback')
    .description(
      "put back the files that each host's last run changed; services that loaded the new ones are restarted",
    )
    .argument('<stack...>', 'names of stacks or playbooks')
    .option('--yes', 'do it; without this it only says what it would do');
  addStackOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  gatdeploy rollback galaxy         what would be put back
  gatdeploy rollback galaxy --yes   put it back`,
    )
    .action(runRollback);
}

async function runRollback(names: readonly string[], flags: Flags): Promise<void> {
  const { withOutput } = await import('./run/output.ts');
  const { openStack } = await import('../stack/open-stack.ts');
  const { openSession } = await import('../session/session.ts');
  const { rollBack } = await import('../session/roll-back.ts');
  await withOutput(flags, async (output) => {
    const session = await openSession(await openStack(names, flags), { ...output, ...flags });
    try {
      return exitCodeOf((await rollBack(session, output, flags.yes ?? false)) ?? {});
    } finally {
      await session.close();
    }
  });
}
