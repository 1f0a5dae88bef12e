/** `gatdeploy verify`: proves that a stack works, by what a person would try from each real client. */
import type { Command } from 'commander';
import { addStackOptions, type StackOptions } from './stack/options.ts';

/** Adds the command to the program. */
export function register(program: Command): void {
  const command = program
    .command('verify')
    .description(
      'prove that stacks work: handshakes, logins, consumers, certificates, as the real clients see them',
    )
    .argument('<stack...>', 'names of stacks or playbooks');
  addStackOptions(command)
    .addHelpText(
      'after',
      `
Example:
  gatdeploy verify galaxy pulsar   each check says what it asked, what it got, and what to do`,
    )
    .action(runVerify);
}

async function runVerify(names: readonly string[], flags: StackOptions): Promise<void> {
  const { withOutput } = await import('./stack/output.ts');
  const { exitCodeOf } = await import('./exit-codes.ts');
  const { openStack } = await import('./stack/stack.ts');
  const { linkCheckHosts, openSession } = await import('./stack/session.ts');
  const { runChecks } = await import('../verify/run.ts');
  await withOutput(flags, async (output) => {
    const { reporter, clock } = output;
    const session = await openSession(await openStack(names, flags), { ...output, ...flags });
    try {
      await linkCheckHosts(session);
      const checks = await runChecks(session.checks, { links: session.links.links, emit: reporter.emit, clock });
      reporter.checks(checks);
      return exitCodeOf({ checks, unreachable: session.links.unreachable.size > 0 });
    } finally {
      await session.close();
    }
  });
}
