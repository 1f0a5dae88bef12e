/** Asks for passwords and passphrases at the terminal: one at a time, each question once, and never without a terminal. */
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { reveal, Secret, type Text } from '../base/secret.ts';
import type { VariablePrompt } from '../project/playbook/types.ts';
import type { Reporter } from '../report/reporter.ts';
import type { AskVariable } from '../stack/prompts.ts';
import type { Prompt } from '../transport/connection.ts';
import { noTerminal } from './errors.ts';

/** Makes the prompt of a run; undefined when there is no terminal to ask at. */
export function terminalPrompt(reporter: Reporter): Prompt | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const answers = new Map<string, Promise<Secret | undefined>>();
  let last: Promise<unknown> = Promise.resolve();
  return (question) => {
    const known = answers.get(question);
    if (known) return known;
    const answer = last.then(() => reporter.pause(() => readHidden(question)));
    last = answer.catch(() => undefined);
    answers.set(question, answer);
    return answer;
  };
}

/** Asks for the sudo password of `--ask-become-pass`. @throws GatError cli/no-terminal */
export async function askBecomePassword(prompt: Prompt | undefined): Promise<Secret | undefined> {
  if (prompt) return prompt('sudo password: ');
  throw noTerminal();
}

/** Asks for variables of `vars_prompt`; undefined when there is no terminal to ask at. */
export function variablePrompt(reporter: Reporter): AskVariable | undefined {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return (prompt) => reporter.pause(() => askVariable(prompt));
}

async function askVariable(prompt: VariablePrompt): Promise<Text | undefined> {
  const { question, isPrivate, isConfirmed, answer } = prompt;
  const known = answer?.kind === 'scalar' && !isPrivate ? ` [${String(answer.value)}]` : '';
  const read = isPrivate ? readHidden : readShown;
  const first = await read(`${question}${known}: `);
  if (!isConfirmed) return first;
  const again = await read(`confirm ${question}: `);
  if (reveal(first ?? '') === reveal(again ?? '')) return first;
  process.stderr.write('the two answers differ\n');
  return askVariable(prompt);
}

function readShown(question: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: true });
    lines.question(question, (line) => {
      resolve(line === '' ? undefined : line);
      lines.close();
    });
    lines.once('close', () => resolve(undefined));
  });
}

/** Reads a line without showing it. An empty answer is none. */
function readHidden(question: string): Promise<Secret | undefined> {
  return new Promise((resolve) => {
    process.stderr.write(question);
    const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
    lines.once('line', (line) => {
      resolve(line === '' ? undefined : new Secret(line));
      lines.close();
    });
    lines.once('close', () => {
      process.stderr.write('\n');
      resolve(undefined);
    });
  });
}
