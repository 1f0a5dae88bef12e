/** `gatdeploy graph`: the resources of stacks, in which order, and why. */
import { type Command, Option } from 'commander';
import type { GraphForm } from '../report/reporter.ts';
import { addStackOptions, type StackFlags } from './run/options.ts';

type Flags = StackFlags & { readonly format: GraphForm };

/** Adds the command to the program. */
export function register(program: Command): void {
  const command = program
    .command('graph')
    .description('show the resources of stacks, in which order they come, and the reason of each edge')
    .argument('<stack...>', 'names of stacks or playbooks')
    .addOption(
      new Option('--format <form>', 'how to draw it')
        .choices(['text', 'dot', 'mermaid', 'svg', 'html'])
        .default('text'),
    );
  addStackOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  gatdeploy graph galaxy pulsar
  gatdeploy graph galaxy pulsar --format html > graph.html   a picture and a table, for a browser
  gatdeploy graph galaxy --format dot | dot -Tpdf > galaxy.pdf`,
    )
    .action(runGraph);
}

async function runGraph(names: readonly string[], flags: Flags): Promise<void> {
  const { withOutput } = await import('./run/output.ts');
  const { EXIT } = await import('./exit-codes.ts');
  const { openStack } = await import('../stack/open-stack.ts');
  const { openSession } = await import('../session/session.ts');
  await withOutput(flags, async (output) => {
    const session = await openSession(await openStack(names, flags), { ...output, ...flags });
    output.reporter.graph(session.graph, flags.format);
    await session.close();
    return EXIT.ok;
  });
}
