/** `gatdeploy completion`: what bash, zsh and fish complete; made from the commands themselves, so it can't go stale. */
import type { Command, Option } from 'commander';
import { renderBash, renderFish, renderZsh } from './completion/scripts.ts';
import type { Place } from './completion/words.ts';

const RENDERERS = { bash: renderBash, zsh: renderZsh, fish: renderFish };

/** A shell that completion is made for. */
export type Shell = keyof typeof RENDERERS;

const SHELLS = Object.keys(RENDERERS) as readonly Shell[];

/** Adds the command to the program. The program must have all its commands by the time that it runs. */
export function register(program: Command): void {
  program
    .command('completion')
    .description('print a script that makes a shell complete commands and options')
    .addArgument(program.createArgument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText(
      'after',
      `
Examples:
  source <(gatdeploy completion bash)                        this shell; put it into ~/.bashrc to keep it
  gatdeploy completion zsh > ~/.zfunc/_gatdeploy             a folder of $fpath
  gatdeploy completion fish > ~/.config/fish/completions/gatdeploy.fish`,
    )
    .action((shell: Shell) => {
      process.stdout.write(renderCompletion(shell, program));
    });
}

/** Renders the script of a shell for a program with all its commands. */
export function renderCompletion(shell: Shell, program: Command): string {
  return RENDERERS[shell](program.name(), placesOf(program, []));
}

function placesOf(command: Command, path: readonly string[]): readonly Place[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const options = help.visibleOptions(command);
  const choices = command.registeredArguments.flatMap((argument) => argument.argChoices ?? []);
  const place = {
    path: path.join(' '),
    words: [
      ...commands.map((one) => ({ word: one.name(), means: one.description() })),
      ...choices.map((word) => ({ word, means: '' })),
    ],
    options: options.flatMap((one) => flagsOf(one).map((word) => ({ word, means: one.description }))),
    values: new Map(
      options
        .filter((one) => one.required)
        .flatMap((one) => flagsOf(one).map((flag) => [flag, one.argChoices ?? []] as const)),
    ),
  };
  const below = commands.filter((one) => one.name() !== 'help');
  return [place, ...below.flatMap((one) => placesOf(one, [...path, one.name()]))];
}

function flagsOf(option: Option): readonly string[] {
  return [option.short, option.long].filter((flag): flag is string => flag !== undefined && flag !== null);
}
