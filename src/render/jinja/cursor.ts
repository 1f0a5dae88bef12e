/** Walking over tokens while parsing. */
import type { BlockStatement } from './ast.ts';
import { SyntaxFault, type Token } from './token.ts';

const MAX_NESTING = 200;

/** Where the parser stands, and what it has to know of its surroundings. */
export type Cursor = {
  readonly tokens: readonly Token[];
  index: number;
  nesting: number;
  /** Names that the macro being parsed uses. */
  names: Set<string>;
  readonly blocks: Map<string, BlockStatement>;
};

/** Starts at the first token. */
export function startCursor(tokens: readonly Token[]): Cursor {
  return { tokens, index: 0, nesting: 0, names: new Set(), blocks: new Map() };
}

const END: Token = { type: 'end', value: '', at: 0 };

/** The token at hand. */
export const current = (cursor: Cursor): Token => cursor.tokens[cursor.index] ?? cursor.tokens.at(-1) ?? END;

/** The token after the one at hand. */
export const upcoming = (cursor: Cursor): Token => cursor.tokens[cursor.index + 1] ?? cursor.tokens.at(-1) ?? END;

/** Takes the token at hand. */
export function advance(cursor: Cursor): Token {
  const token = current(cursor);
  if (token.type !== 'end') cursor.index++;
  return token;
}

/** Whether the token at hand is this operator. */
export function atOperator(cursor: Cursor, operator: string): boolean {
  const token = current(cursor);
  return token.type === 'operator' && token.value === operator;
}

/** Whether the token at hand is this word. */
export function atWord(cursor: Cursor, word: string): boolean {
  const token = current(cursor);
  return token.type === 'name' && token.value === word;
}

/** Takes an operator if it is at hand. */
export function skipOperator(cursor: Cursor, operator: string): boolean {
  const found = atOperator(cursor, operator);
  if (found) cursor.index++;
  return found;
}

/** Takes a word if it is at hand. */
export function skipWord(cursor: Cursor, word: string): boolean {
  const found = atWord(cursor, word);
  if (found) cursor.index++;
  return found;
}

/** Takes an operator that must be there. @throws SyntaxFault */
export function expectOperator(cursor: Cursor, operator: string): Token {
  if (!atOperator(cursor, operator)) throw unexpected(cursor, `'${operator}'`);
  return advance(cursor);
}

/** Takes a word that must be there. @throws SyntaxFault */
export function expectWord(cursor: Cursor, word: string): Token {
  if (!atWord(cursor, word)) throw unexpected(cursor, `'${word}'`);
  return advance(cursor);
}

/** Takes a name, whichever it is. @throws SyntaxFault */
export function expectName(cursor: Cursor): Token {
  if (current(cursor).type !== 'name') throw unexpected(cursor, 'a name');
  return advance(cursor);
}

/** Takes the end of a `{% … %}` tag. @throws SyntaxFault */
export function expectBlockEnd(cursor: Cursor): void {
  if (current(cursor).type !== 'block-end') throw unexpected(cursor, 'end of statement block');
  cursor.index++;
}

/** Builds the error of a token that doesn't fit. */
export function unexpected(cursor: Cursor, wanted: string): SyntaxFault {
  const token = current(cursor);
  return new SyntaxFault(`expected ${wanted}, got ${describe(token)}`, token.at);
}

/** Names a token for people. */
export function describe(token: Token): string {
  const names: Partial<Record<Token['type'], string>> = {
    text: 'template data',
    'variable-begin': 'begin of print statement',
    'variable-end': 'end of print statement',
    'block-begin': 'begin of statement block',
    'block-end': 'end of statement block',
    end: 'end of template',
  };
  return names[token.type] ?? `'${token.value}'`;
}

/** Parses one level deeper. @throws SyntaxFault when it is too deep */
export function nested<T>(cursor: Cursor, parse: () => T): T {
  if (++cursor.nesting > MAX_NESTING) throw new SyntaxFault('nested too deeply', current(cursor).at);
  const result = parse();
  cursor.nesting--;
  return result;
}
