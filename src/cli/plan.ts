/** `gatdeploy plan`: what apply would change and why; nothing is changed. */
import type { Command } from 'commander';
import { addStackOptions } from './stack/options.ts';
import type { PreflightOptions } from './stack/preflight.ts';

type Flags = PreflightOptions & { readonly exitCode?: boolean; readonly out?: string; readonly diff?: boolean };

/** Adds the command to the program. */
export function register(program: Command): void {
  const command = program
    .command('plan')
    .description('show what apply would change, and why; nothing is changed on any host')
    .argument('<stack...>', 'names of stacks or playbooks')
    .option('--diff', 'show what changes inside files; secrets are hidden')
    .option('--out <file>', 'save the plan; apply FILE then does exactly that, or refuses')
    .option('--exit-code', 'end with 7 when changes are pending')
    .option('--no-lint', 'do not look for mistakes in the variables before connecting');
  addStackOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  gatdeploy plan galaxy
  gatdeploy plan galaxy --out change.plan && gatdeploy apply change.plan
  gatdeploy plan galaxy pulsar --json --exit-code   for a pipeline that looks for drift`,
    )
    .action(runPlan);
}

async function runPlan(names: readonly string[], flags: Flags): Promise<void> {
  const { withOutput } = await import('./stack/output.ts');
  const { EXIT } = await import('./exit-codes.ts');
  const { isEmpty } = await import('../plan/plan.ts');
  const { readTexts } = await import('./stack/diffs.ts');
  const { writeSavedPlan } = await import('./stack/saved-plan.ts');
  const { openChecked } = await import('./stack/preflight.ts');
  const { openSession, planSession } = await import('./stack/session.ts');
  await withOutput(flags, async (output) => {
    const opened = await openSession(await openChecked(names, flags, output), {
      ...output,
      ...flags,
      recall: true,
    });
    try {
      const planned = await planSession(opened, output);
      const { session, plan } = planned;
      const texts = flags.diff ? await readTexts(plan, session.links.links) : undefined;
      const unreachable = [...session.links.unreachable].map(([host, error]) => ({ host, error }));
      output.reporter.plan(plan, session.graph, { unreachable, ...(texts && { texts }) });
      if (flags.out) await writeSavedPlan(flags.out, planned, { names, flags });
      if (unreachable.length > 0) return EXIT.unreachable;
      return flags.exitCode && !isEmpty(plan) ? EXIT.pending : EXIT.ok;
    } finally {
      await opened.close();
    }
  });
}
