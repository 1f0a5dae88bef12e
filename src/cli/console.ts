/** `gatdeploy console`: expressions and templates tried out one after the other, on a host's variables. */
import type { Command } from 'commander';
import { LINES } from './console/lines.ts';
import type { ConsoleFlags } from './console/run.ts';
import { addProjectOptions } from './run/options.ts';

/** Adds the command to the program. */
export function register(program: Command): void {
  const command = program
    .command('console')
    .description("try expressions and templates on a host's variables, one a line; also from standard input");
  addProjectOptions(command)
    .option('--host <name>', "use this host's variables")
    .option('--playbook <file>', 'the playbook whose plays count')
    .option('--facts <file>', 'facts from JSON instead of a host')
    .option('--vars <file>', 'variables from a JSON file; they go before all others')
    .option('--show-secrets', 'show secrets instead of ***')
    .addHelpText(
      'after',
      `
Lines:
${LINES.replace(/^/gm, '  ')}

Examples:
  gatdeploy console --host gat-1
  echo 'galaxy_config.galaxy | length' | gatdeploy console --host gat-1`,
    )
    .action(async (flags: ConsoleFlags) => {
      const { runConsole } = await import('./console/run.ts');
      await runConsole(flags);
    });
}
