/** The tokens inside one `{{ … }}` or `{% … %}`. */

import { Fault } from '../fault.ts';
import { unescapeText } from '../python/literal.ts';
import { SyntaxFault, type Token } from './token.ts';

export type TagEnd = { readonly at: number; readonly after: number; readonly sign: string };

type Tag = {
  readonly end: string;
  readonly plusAllowed: boolean;
  readonly raw: boolean;
  readonly tokens: Token[];
};

const SPACE = /\s+/y;
const FLOAT = /(?:\d+_)*\d+(?:(?:\.(?:\d+_)*\d+)?e[+-]?(?:\d+_)*\d+|\.(?:\d+_)*\d+)/iy;
const INTEGER = /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy;
/** What nearly all names look like; the classes of Unicode below take V8 milliseconds to compile. */
const PLAIN_NAME = /[A-Za-z_]\w*(?![\w\x80-\uffff])/y;
const NAME = /[\p{L}\p{Nl}\p{N}\p{Mn}\p{Mc}\p{Pc}·]+/uy;
const IDENTIFIER = /^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}·]*$/u;
const STRING = /'(?:[^'\\]|\\[\s\S])*'|"(?:[^"\\]|\\[\s\S])*"/y;
const OPERATOR = /\/\/|\*\*|==|!=|>=|<=|[-+/*%~[\](){}<>=.:|,;]/y;

const CLOSERS: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

/** Reads tokens up to the end of the tag. @throws SyntaxFault */
export function scanTag(source: string, from: number, tag: Tag): TagEnd {
  const open: string[] = [];
  let at = from;
  for (;;) {
    at += match(SPACE, source, at)?.length ?? 0;
    const end = open.length === 0 ? tagEnd(source, at, tag) : undefined;
    if (end) return end;
    if (at >= source.length) throw new SyntaxFault('unexpected end of template', at);
    const token = nextToken(source, at, tag);
    at += token.length;
    if (token.type === 'operator') balance(open, token.text, token.at);
    tag.tokens.push({ type: token.type, value: token.text, at: token.at });
  }
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

function tagEnd(source: string, at: number, tag: Tag): TagEnd | undefined {
  if (source.startsWith(tag.end, at)) return { at, after: at + tag.end.length, sign: '' };
  const sign = source.charAt(at);
  const signed = (sign === '-' || (sign === '+' && tag.plusAllowed)) && source.startsWith(tag.end, at + 1);
  return signed ? { at, after: at + 1 + tag.end.length, sign } : undefined;
}

type Scanned = Omit<Token, 'value'> & { readonly text: string; readonly length: number };

function nextToken(source: string, at: number, tag: Tag): Scanned {
  const float = source[at - 1] === '.' ? undefined : match(FLOAT, source, at);
  if (float) return { type: 'float', text: float.replaceAll('_', ''), at, length: float.length };
  const integer = match(INTEGER, source, at);
  if (integer) return { type: 'integer', text: integer.replaceAll('_', ''), at, length: integer.length };
  const plain = match(PLAIN_NAME, source, at);
  const name = plain ?? match(NAME, source, at);
  if (name) {
    if (!plain && !IDENTIFIER.test(name)) throw new SyntaxFault('invalid character in identifier', at);
    return { type: 'name', text: name, at, length: name.length };
  }
  const string = match(STRING, source, at);
  if (string) return { type: 'string', text: stringValue(string, tag.raw, at), at, length: string.length };
  const operator = match(OPERATOR, source, at);
  if (operator) return { type: 'operator', text: operator, at, length: operator.length };
  throw new SyntaxFault(`unexpected char ${JSON.stringify(source[at])}`, at);
}

function stringValue(quoted: string, raw: boolean, at: number): string {
  const text = quoted.slice(1, -1);
  if (raw) return text;
  try {
    return unescapeText(text);
  } catch (error) {
    if (error instanceof Fault) throw new SyntaxFault(error.message, at);
    throw error;
  }
}

function balance(open: string[], operator: string, at: number): void {
  const closer = CLOSERS[operator];
  if (closer) open.push(closer);
  if (operator !== ')' && operator !== ']' && operator !== '}') return;
  const expected = open.pop();
  if (expected === undefined) throw new SyntaxFault(`unexpected '${operator}'`, at);
  if (expected !== operator) throw new SyntaxFault(`unexpected '${operator}', expected '${expected}'`, at);
}
