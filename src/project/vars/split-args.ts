/** Splits arguments at spaces, but not inside quotes or templates, and keeps the spaces there as they are. */

/** An open quote or template. */
export class InvalidArguments extends Error {}

type State = { words: string[]; quote: string | undefined; depths: [number, number, number] };

const BLOCKS = [
  ['{{', '}}'],
  ['{%', '%}'],
  ['{#', '#}'],
] as const;

/** Splits a text into words. @throws InvalidArguments */
export function splitArgs(text: string): string[] {
  const state: State = { words: [], quote: undefined, depths: [0, 0, 0] };
  const lines = text === '' ? [] : text.split('\n');
  for (const [index, line] of lines.entries()) {
    const isContinued = splitLine(line, state);
    if (index < lines.length - 1 && !isContinued) appendToLast(state, '\n');
  }
  if (isInside(state)) throw new InvalidArguments('a quote or a template is not closed');
  return state.words;
}

/** Splits one line; tells whether a backslash at its end joins it with the next. */
function splitLine(line: string, state: State): boolean {
  let isContinued = false;
  for (const [index, token] of line.split(' ').entries()) {
    if (token === '' && index !== 0) appendToLast(state, ' ');
    else if (token === '\\' && state.quote === undefined) isContinued = true;
    else addToken(token, index, state);
  }
  return isContinued;
}

function addToken(token: string, index: number, state: State): void {
  const wasQuoted = state.quote !== undefined;
  const wasInside = isInside(state);
  state.quote = quoteAfter(token, state.quote);
  if (wasInside) {
    const glue = index === 0 ? '' : ' ';
    appendToLast(state, (index === 0 && wasQuoted ? '' : glue) + token);
  } else if (token !== '' || state.quote !== undefined) state.words.push(token);
  state.depths = BLOCKS.map(([open, close], at) => depthAfter(token, state.depths[at] ?? 0, open, close)) as [
    number,
    number,
    number,
  ];
}

function isInside(state: State): boolean {
  return state.quote !== undefined || state.depths.some((depth) => depth > 0);
}

function appendToLast(state: State, text: string): void {
  const last = state.words.pop() ?? '';
  state.words.push(last + text);
}

function quoteAfter(token: string, before: string | undefined): string | undefined {
  let quote = before;
  for (const [index, char] of [...token].entries()) {
    if ((char !== '"' && char !== "'") || token[index - 1] === '\\') continue;
    if (quote === undefined) quote = char;
    else if (quote === char) quote = undefined;
  }
  return quote;
}

function depthAfter(token: string, before: number, open: string, close: string): number {
  const change = token.split(open).length - token.split(close).length;
  return Math.max(0, before + change);
}
