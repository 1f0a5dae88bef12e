/** `gatdeploy drift`: reports what is no longer as declared; for cron and pipelines. */
import type { Command } from 'commander';
import { addShardOption, addStackOptions, type StackFlags } from './run/options.ts';

/** Adds the command to the program. */
export function register(program: Command): void {
  const command = program
    .command('drift')
    .description(
      'report what on the hosts is not as declared, since when, and who changed it; ends with 7 if anything',
    )
    .argument('<stack...>', 'names of stacks or playbooks');
  addStackOptions(addShardOption(command))
    .addHelpText(
      'after',
      `
Examples:
  gatdeploy drift galaxy                 nothing is printed on stdout when all is as declared
  gatdeploy drift galaxy pulsar --json   one object a line: {"type":"drift","host":…,"resource":…}`,
    )
    .action(runDrift);
}

async function runDrift(names: readonly string[], flags: StackFlags): Promise<void> {
  const { withOutput } = await import('./run/output.ts');
  const { EXIT } = await import('./exit-codes.ts');
  const { openStack } = await import('../stack/open-stack.ts');
  const { planSession } = await import('../session/plan-session.ts');
  const { openSession } = await import('../session/session.ts');
  const { onlyShard } = await import('./run/shard.ts');
  const { neutralLines } = await import('../report/neutral.ts');
  const { renderJson } = await import('../report/json/events.ts');
  const { findDrift, renderDrift } = await import('../session/drift.ts');
  await withOutput(flags, async (output) => {
    const options = { ...output, ...flags, onlyResources: true };
    const stack = await onlyShard(await openStack(names, flags), flags, output);
    const opened = await openSession(stack, { ...options, recall: true });
    try {
      const { session, plan } = await planSession(opened, options);
      const found = await findDrift(plan, session.links.links);
      const render = (one: (typeof found)[number]): string =>
        flags.json ? renderJson({ type: 'drift', ...one }) : `${neutralLines(renderDrift(one)).join('\n')}\n`;
      for (const one of found) process.stdout.write(render(one));
      if (session.links.unreachable.size > 0) return EXIT.unreachable;
      return found.length > 0 ? EXIT.pending : EXIT.ok;
    } finally {
      await opened.close();
    }
  });
}
