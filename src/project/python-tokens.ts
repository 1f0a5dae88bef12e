/** Tokens of Python literals: strings with prefixes and escapes, numbers with underscores, brackets. */
import { Float } from '../base/value.ts';
import { narrow } from '../base/yaml-scalar.ts';
import { Fault } from '../render/fault.ts';
import { unescapeText } from '../render/python/literal.ts';

/** Thrown when a text is no Python literal and therefore stands for itself. */
export const NOT_LITERAL = Symbol('no Python literal');

export type PythonToken =
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number | bigint | Float | 'imaginary' }
  | { readonly kind: 'constant'; readonly value: boolean | null | string }
  | { readonly kind: 'emptySet'; readonly value: undefined }
  | { readonly kind: 'mark'; readonly value: string };

const SPACE = /(?:[ \t\f]+|#.*)+/y;
const STRING =
  /([rRbBuU]{0,2})('''(?:[^\\]|\\.)*?'''|"""(?:[^\\]|\\.)*?"""|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/sy;
const NUMBER =
  /(?:0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|(?:\d(?:_?\d)*)?\.\d(?:_?\d)*(?:[eE][-+]?\d(?:_?\d)*)?|\d(?:_?\d)*\.?(?:[eE][-+]?\d(?:_?\d)*)?)([jJ]?)/y;
const EMPTY_SET = /set[ \t\f]*\([ \t\f]*\)/y;
const WORD = /(?:True|False|None)(?![\p{L}\p{N}_])|\.\.\./uy;
const CONSTANTS = new Map<string, boolean | null | string>([
  ['True', true],
  ['False', false],
  ['None', null],
  ['...', '...'],
]);

/** Splits a text into the tokens of a Python literal. @throws NOT_LITERAL */
export function lexPython(text: string): PythonToken[] {
  const tokens: PythonToken[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const [token, end] = lexOne(text, at);
    tokens.push(token);
    at = skipSpace(text, end);
  }
  return tokens;
}

function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  return SPACE.test(text) ? SPACE.lastIndex : at;
}

function lexOne(text: string, at: number): [PythonToken, number] {
  const char = text[at] ?? '';
  if ('[](){},:+-'.includes(char)) return [{ kind: 'mark', value: char }, at + 1];
  const string = matchAt(STRING, text, at);
  if (string) return [{ kind: 'text', value: decodeString(string[1] ?? '', string[2] ?? '') }, STRING.lastIndex];
  if (matchAt(EMPTY_SET, text, at)) return [{ kind: 'emptySet', value: undefined }, EMPTY_SET.lastIndex];
  const word = matchAt(WORD, text, at);
  if (word) return [{ kind: 'constant', value: CONSTANTS.get(word[0]) ?? null }, WORD.lastIndex];
  const number = matchAt(NUMBER, text, at);
  if (!number || /[\p{L}\p{N}_.]/u.test(text[NUMBER.lastIndex] ?? '')) throw NOT_LITERAL;
  return [{ kind: 'number', value: decodeNumber(number[0], number[1] !== '') }, NUMBER.lastIndex];
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function decodeNumber(text: string, imaginary: boolean): number | bigint | Float | 'imaginary' {
  if (imaginary) return 'imaginary';
  const digits = text.replaceAll('_', '');
  if (/^0[xXoObB]/.test(digits)) return narrow(BigInt(digits.toLowerCase()));
  if (/[.eE]/.test(digits)) return new Float(Number(digits));
  // Python 3 refuses 010, and reads 00 as 0; more than 4300 digits it refuses as well.
  if (/^0+[1-9]/.test(digits) || digits.length > 4300) throw NOT_LITERAL;
  return narrow(BigInt(digits));
}

function decodeString(prefix: string, quoted: string): string {
  const kind = prefix.toLowerCase();
  if (!['', 'r', 'b', 'u', 'rb', 'br'].includes(kind)) throw NOT_LITERAL;
  const width = /^(?:'''|""")/.test(quoted) && quoted.length >= 6 ? 3 : 1;
  const body = quoted.slice(width, -width);
  if (kind.includes('r')) return body;
  try {
    return unescapeText(body);
  } catch (error) {
    if (error instanceof Fault) throw NOT_LITERAL;
    throw error;
  }
}
