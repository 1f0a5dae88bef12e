/** `gatdeploy history`: which runs changed the hosts, when, by whom; from the journals that the hosts keep. */
import type { Command } from 'commander';
import type { HistoryFlags } from './history/run.ts';
import { addStackOptions } from './run/options.ts';

/** Adds the command to the program. */
export function register(program: Command): void {
  const command = program
    .command('history')
    .description('list the runs that changed the hosts: when, by whom, what; from the journals on the hosts')
    .argument('<stack...>', 'stacks or playbooks')
    .option('-n, --count <number>', 'so many of the latest runs', '20')
    .option('--run <id>', 'every step of one run');
  addStackOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  gatdeploy history galaxy
  gatdeploy history galaxy pulsar -n 3 --json
  gatdeploy history galaxy --run 5f0c      a run by the beginning of its id: all its steps`,
    )
    .action(async (names: readonly string[], flags: HistoryFlags) => {
      const { runHistory } = await import('./history/run.ts');
      await runHistory(names, flags);
    });
}
