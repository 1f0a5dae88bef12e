/** Asks at the terminal for what a new project must be told and no flag has; without a terminal, all of that is named at once. */
import { createInterface, type Interface } from 'node:readline';
import { GatError } from '../../base/errors.ts';

/** How an answer is given by a flag, how it is asked for, and what takes it or throws what is wrong with it. */
export type Question = {
  readonly flag: string;
  readonly text: string;
  readonly check: (answer: string) => string;
};

/** Does nothing if nothing is open or there is a terminal to ask at. @throws GatError init/missing */
export function requireAnswers(open: readonly Question[]): void {
  if (open.length > 0 && !(process.stdin.isTTY && process.stderr.isTTY)) throw missing(open);
}

/** Asks until the answer is right; lines that are pasted at once are answers in turn. `ask` throws init/missing when the terminal ends. */
export type Asker = { readonly ask: (question: Question) => Promise<string>; readonly end: () => void };

/** Opens the terminal at the first question. */
export function createAsker(): Asker {
  let terminal: Interface | undefined;
  let lines: AsyncIterator<string> | undefined;
  const ask = async (question: Question): Promise<string> => {
    terminal ??= createInterface({ input: process.stdin, output: process.stderr });
    lines ??= terminal[Symbol.asyncIterator]();
    for (;;) {
      terminal.setPrompt(`${question.text}: `);
      terminal.prompt();
      const { value, done } = await lines.next();
      if (done) {
        process.stderr.write('\n');
        throw missing([question]);
      }
      const answer = checked(question, value);
      if (answer !== undefined) return answer;
    }
  };
  return { ask, end: () => terminal?.close() };
}

function checked({ check }: Question, answer: string): string | undefined {
  try {
    return check(answer.trim());
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
}

function missing(open: readonly Question[]): GatError {
  return new GatError({
    code: 'init/missing',
    what: `cannot make a project without ${open.map(({ flag }) => flag).join(', ')}`,
    fix: 'gatdeploy init my-galaxy --galaxy galaxy.example.org --pulsar pulsar.example.org --email me@example.org',
  });
}
