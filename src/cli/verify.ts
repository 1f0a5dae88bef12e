/** `gatdeploy verify`: proves that a stack works, by what a person would try from each real client. */
import type { Command } from 'commander';
import { addShardOption, addStackOptions, type StackFlags } from './run/options.ts';

type Flags = StackFlags & { readonly job?: boolean };

/** Adds the command to the program. */
export function register(program: Command): void {
  const command = program
    .command('verify')
    .description(
      'prove that stacks work: handshakes, logins, consumers, certificates, as the real clients see them',
    )
    .argument('<stack...>', 'names of stacks or playbooks')
    .option('--job', 'also send real jobs: through Galaxy to Pulsar and back, and through Pulsar alone');
  addStackOptions(addShardOption(command))
    .addHelpText(
      'after',
      `
Example:
  gatdeploy verify galaxy pulsar   each check says what it asked, what it got, and what to do
  gatdeploy verify pulsar --job    Pulsar alone, without Galaxy's secrets: its queue and a job of its own
  gatdeploy verify galaxy --job    a job through Galaxy, the broker and Pulsar, and its output back`,
    )
    .action(runVerify);
}

async function runVerify(names: readonly string[], flags: Flags): Promise<void> {
  const { withOutput } = await import('./run/output.ts');
  const { exitCodeOf } = await import('./exit-codes.ts');
  const { openStack } = await import('../stack/open-stack.ts');
  const { onlyShard } = await import('./run/shard.ts');
  const { linkCheckHosts, openSession } = await import('../session/session.ts');
  const { listenForSignals } = await import('./run/signals.ts');
  const { runProofs } = await import('../verify/prove.ts');
  const { runChecks } = await import('../verify/run.ts');
  await withOutput(flags, async (output) => {
    const { reporter, clock } = output;
    const session = await openSession(await onlyShard(await openStack(names, flags), flags, output), {
      ...output,
      ...flags,
    });
    const interruption = listenForSignals(output);
    try {
      const proofs = flags.job ? session.proofs : [];
      await linkCheckHosts(session, proofs);
      const options = { links: session.links.links, emit: reporter.emit, clock, signal: interruption.signal };
      const checked = await runChecks(session.checks, options);
      const checks = [...checked, ...(await runProofs(proofs, options))];
      reporter.checks(checks);
      return interruption.exitCode() ?? exitCodeOf({ checks, unreachable: session.links.unreachable.size > 0 });
    } finally {
      interruption.release();
      await session.close();
    }
  });
}
