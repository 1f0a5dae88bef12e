/** `gatdeploy eval`: evaluates one text, or a file of cases, as Ansible would. */
import { dirname, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { evaluateText, type TextMode } from '../render/evaluate-text.ts';
import { evaluateBatch, renderAnswer } from './eval/batch.ts';
import { addContextOptions, type ContextOptions, commandContext, readText } from './eval/context.ts';
import { controllerAccess } from './eval/controller-access.ts';
import { nothingToEvaluate } from './eval/errors.ts';

export type EvalOptions = ContextOptions & {
  readonly mode: TextMode;
  readonly batch?: string;
  readonly json?: boolean;
  readonly showSecrets?: boolean;
};

/** Where a command writes. */
export type CommandIo = { readonly write: (text: string) => void };

/** Evaluates a text or a batch and prints the result. @throws GatError */
export async function evalCommand(text: string | undefined, options: EvalOptions, io: CommandIo): Promise<void> {
  if (options.batch !== undefined) {
    const access = controllerAccess([resolve(dirname(options.batch))]);
    io.write(evaluateBatch(readText(options.batch), options.batch, access));
    return;
  }
  if (text === undefined) throw nothingToEvaluate();
  const { mode, showSecrets = false } = options;
  const context = await commandContext(options);
  const position = { file: 'TEXT', line: 1, column: 1 };
  const answer = evaluateText({
    mode,
    input: text === '-' ? readText('-') : text,
    ...context,
    position,
    showSecrets,
  });
  if (options.json) io.write(`${renderAnswer(answer)}\n`);
  else if ('cause' in answer) throw answer.cause;
  else io.write(mode === 'template' ? JSON.parse(answer.json) : `${answer.json}\n`);
}

const EXAMPLES = `
Examples:
  $ gatdeploy eval '{{ groups["all"] | length }}' --host gat-1
  $ gatdeploy eval --mode when 'ansible_os_family == "Debian"' --host gat-1 --json
  $ gatdeploy eval --batch cases.json`;

/** Adds the command to the program. */
export function register(program: Command): void {
  addContextOptions(
    program.command('eval').description('evaluate a value, template or condition as Ansible would'),
  )
    .argument('[text]', 'what to evaluate; - for standard input')
    .addOption(
      new Option('--mode <mode>', 'what the text is').choices(['value', 'template', 'when']).default('value'),
    )
    .option('--batch <file>', 'evaluate the cases of a JSON file: {"cases": [{"id", "mode", "input", "vars"}]}')
    .option('--json', 'print {"value", "type"}, or {"error", "message"}')
    .option('--show-secrets', 'show secrets instead of ***')
    .addHelpText('after', EXAMPLES)
    .action((text: string | undefined, options: EvalOptions) =>
      evalCommand(text, options, { write: (out) => process.stdout.write(out) }),
    );
}
