/** Reads lines and evaluates them. */
import { createInterface } from 'node:readline';
import { evaluateText } from '../../render/evaluate-text.ts';
import { renderError } from '../../report/error.ts';
import { draw } from '../../report/line.ts';
import { neutralLines } from '../../report/neutral.ts';
import { type Context, type ContextOptions, commandContext } from '../eval/context.ts';
import { LINES } from './lines.ts';

export type ConsoleFlags = ContextOptions & { readonly showSecrets?: boolean };

/** Reads lines and prints what they come to, until there are no more. */
export async function runConsole(flags: ConsoleFlags): Promise<void> {
  const state = { context: await commandContext(flags), host: flags.host };
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const lines = createInterface({
    input: process.stdin,
    terminal: isTerminal,
    ...(isTerminal && { output: process.stdout, completer: (line: string) => complete(line, state.context) }),
  });
  const ask = (): void => {
    if (!isTerminal) return;
    lines.setPrompt(`${neutralLines(state.host ?? 'no host').join('')}> `);
    lines.prompt();
  };
  if (isTerminal) process.stdout.write(':help tells what can be typed\n');
  ask();
  for await (const line of lines) {
    const text = line.trim();
    if (text === ':quit' || text === ':q') break;
    if (text.startsWith(':host ')) await changeHost(text.slice(6).trim(), state, flags);
    else if (text !== '') process.stdout.write(answer(text, state.context, flags));
    ask();
  }
  lines.close();
}

type State = { context: Context; host: string | undefined };

async function changeHost(host: string, state: State, flags: ConsoleFlags): Promise<void> {
  try {
    state.context = await commandContext({ ...flags, host });
    state.host = host;
  } catch (error) {
    process.stdout.write(draw(renderError(error)));
  }
}

function answer(text: string, context: Context, { showSecrets = false }: ConsoleFlags): string {
  if (text === ':help') return `${LINES}\n`;
  if (text === ':vars' || text.startsWith(':vars ')) return namesWith(text.slice(5).trim(), context);
  const isTemplate = /\{[{%#]/.test(text);
  const input = isTemplate ? text : `{{ ${text} }}`;
  // Braces that were not typed don't count.
  const position = { file: 'the line', line: 1, column: isTemplate ? 1 : 1 - '{{ '.length };
  const found = evaluateText({ mode: 'value', input, ...context, position, showSecrets });
  if (!('cause' in found)) return `${showSecrets ? found.json : neutralLines(found.json).join('\n')}\n`;
  return draw(renderError(found.cause));
}

function namesWith(part: string, { scope }: Context): string {
  const names = [...new Set(scope.names())].filter((name) => name.includes(part)).sort();
  return names.map((name) => `${neutralLines(name).join(' ')}\n`).join('');
}

/** Completes the name that the line ends with. */
function complete(line: string, { scope }: Context): [string[], string] {
  const word = /[\w]*$/.exec(line)?.[0] ?? '';
  const names = [...new Set(scope.names())].filter((name) => name.startsWith(word)).sort();
  return [word === '' ? [] : names, word];
}
