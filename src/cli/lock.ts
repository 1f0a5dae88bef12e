/** `gatdeploy lock`: who is at work on the hosts, and ending a lease whose holder is gone. */
import type { Command } from 'commander';
import type { LeaseState } from '../apply/lease.ts';
import type { HostLink } from '../apply/work.ts';
import { addStackOptions, type StackFlags } from './run/options.ts';

/** Adds the command to the program. */
export function register(program: Command): void {
  const lock = program.command('lock').description('show or break the leases that runs hold on hosts');
  const list = lock
    .command('list')
    .description('show who is at work on the hosts')
    .argument('<stack...>', 'stacks or playbooks');
  addStackOptions(list).action((names: readonly string[], flags: StackFlags) =>
    withLeases(names, flags, undefined),
  );
  const end = lock
    .command('break')
    .description(
      'end the leases on the hosts; a run that still has one fails at its next step, and changes nothing more',
    )
    .argument('<stack...>', 'stacks or playbooks');
  addStackOptions(end).action(async (names: readonly string[], flags: StackFlags) => {
    const { breakLease } = await import('../apply/lease.ts');
    await withLeases(names, flags, async (link, lease) => {
      await link.connection.exec({ script: breakLease(lease.run), become: link.become });
    });
  });
}

type Act = (link: HostLink, lease: LeaseState) => Promise<void>;

/** Reads the leases of the stacks' hosts, does something with each, and says what it found. */
async function withLeases(names: readonly string[], flags: StackFlags, act: Act | undefined): Promise<void> {
  const { withOutput } = await import('./run/output.ts');
  const { EXIT } = await import('./exit-codes.ts');
  const { openStack } = await import('../stack/open-stack.ts');
  const { findTargets } = await import('../session/targets.ts');
  const { connectAll } = await import('../session/connect.ts');
  const { parseLease, showLease } = await import('../apply/lease.ts');
  await withOutput(flags, async ({ reporter, clock }) => {
    const stack = await openStack(names, flags);
    const targets = findTargets(stack.project, stack.plays, stack.hosts);
    const links = await connectAll(targets, { emit: reporter.emit, clock });
    try {
      for (const [host, link] of links.links) {
        const shown = await link.connection.exec({ script: showLease, become: link.become });
        const lease = parseLease(shown.stdout.toString('utf8'));
        if (lease) await act?.(link, lease);
        reporter.note(describe(host, lease, act !== undefined));
      }
      return links.unreachable.size > 0 ? EXIT.unreachable : EXIT.ok;
    } finally {
      await links.close();
    }
  });
}

function describe(host: string, lease: LeaseState | undefined, broken: boolean): string {
  if (!lease) return `${host}: nobody is at work`;
  const since = new Date(lease.since * 1000).toISOString();
  const state = lease.alive ? 'at work' : 'vanished, so the next run may take over';
  return `${host}: ${lease.who}, since ${since}, last sign of life ${lease.silentSeconds} s ago: ${broken ? 'lease broken' : state}`;
}
