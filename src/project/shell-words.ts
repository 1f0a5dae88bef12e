/** Splits a line into words as Python's `shlex.split(comments=True)` does: quotes, backslashes, `#` ends the line. */

/** Why a line can't be split. */
export class UnclosedQuote extends Error {}

type State = { words: string[]; word: string | undefined; at: number };

/** Splits a line into words. @throws UnclosedQuote when a quote or a final backslash is open */
export function splitShellWords(line: string): string[] {
  return /["'\\#]/.test(line) ? splitCarefully(line) : line.split(/[ \t\r\n]+/).filter((word) => word !== '');
}

function splitCarefully(line: string): string[] {
  const state: State = { words: [], word: undefined, at: 0 };
  while (state.at < line.length) {
    const char = line[state.at++] ?? '';
    if (char === '#') break;
    if (/[ \t\r\n]/.test(char)) endWord(state);
    else if (char === '"' || char === "'") readQuoted(line, char, state);
    else if (char === '\\') append(state, afterBackslash(line, state));
    else append(state, char);
  }
  endWord(state);
  return state.words;
}

function endWord(state: State): void {
  if (state.word !== undefined) state.words.push(state.word);
  state.word = undefined;
}

function append(state: State, text: string): void {
  state.word = (state.word ?? '') + text;
}

function afterBackslash(line: string, state: State): string {
  const char = line[state.at++];
  if (char === undefined) throw new UnclosedQuote('a backslash stands at the end of the line');
  return char;
}

function readQuoted(line: string, quote: string, state: State): void {
  append(state, '');
  for (let char = line[state.at++]; char !== quote; char = line[state.at++]) {
    if (char === undefined) throw new UnclosedQuote(`a ${quote} is not closed`);
    append(state, char === '\\' && quote === '"' ? escapedInQuotes(afterBackslash(line, state)) : char);
  }
}

function escapedInQuotes(char: string): string {
  return char === '"' || char === '\\' ? char : `\\${char}`;
}
