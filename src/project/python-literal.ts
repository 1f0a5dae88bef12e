/**
 * Values in INI inventories: Ansible tries Python's `ast.literal_eval` and takes the text as it is when that fails.
 * See https://docs.python.org/3/library/ast.html#ast.literal_eval and Python's lexical analysis.
 */
import type { Node } from '../base/node.ts';
import type { Position } from '../base/position.ts';
import { Float, type Scalar } from '../base/value.ts';

import { lexPython, NOT_LITERAL, type PythonToken } from './python-tokens.ts';
import { DictBuilder } from './yaml/dict.ts';

// Nearly all values of real inventories: names, host names and paths stand for themselves, small numbers are ints.
const PLAIN_NAME = /^(?!(?:True|False|None)$)[A-Za-z_/~][\w./@:~-]*$/;
const PLAIN_INT = /^(?:0|[1-9][0-9]{0,14})$/;

/** Python gives up at 200 open brackets, too. */
const MAX_NESTING = 100;

type Literal = { readonly node: Node; readonly hashable: boolean };
type Reader = { readonly tokens: readonly PythonToken[]; readonly position: Position; at: number; depth: number };

/**
 * Reads a Python literal; the text itself when it is none.
 * @throws Unhashable for a list or dict inside a set or as a key, which makes Ansible refuse the whole file
 */
export function parsePythonLiteral(text: string, position: Position): Node {
  if (PLAIN_NAME.test(text)) return textOrValue(text, position);
  if (PLAIN_INT.test(text)) return textOrValue(Number(text), position);
  try {
    const reader: Reader = { tokens: lexPython(text), position, at: 0, depth: 0 };
    const literal = readExpression(reader);
    if (reader.at < reader.tokens.length) throw NOT_LITERAL;
    return literal.node;
  } catch (error) {
    if (error === NOT_LITERAL) return textOrValue(text, position);
    throw error;
  }
}

/** A list, set or dict where Python needs a hashable value; Ansible takes it for a broken file, not for a text. */
export class Unhashable extends Error {}

/** `1, 2` is a tuple without brackets. */
function readExpression(reader: Reader): Literal {
  const first = readValue(reader);
  if (peek(reader) !== ',') return first;
  const items = [first];
  while (take(reader, ',') && reader.at < reader.tokens.length) items.push(readValue(reader));
  return listOf(items, reader);
}

function readValue(reader: Reader): Literal {
  const token = reader.tokens[reader.at++];
  if (token === undefined) throw NOT_LITERAL;
  if (token.kind === 'emptySet')
    return { node: { kind: 'list', items: [], position: reader.position }, hashable: false };
  if (token.kind === 'text') return leaf(reader, readAdjacentTexts(reader, token.value));
  if (token.kind === 'constant') return leaf(reader, token.value);
  if (token.kind === 'number') return readNumber(reader, token.value, '');
  if (token.value === '-' || token.value === '+') return readSigned(reader, token.value);
  return readBracket(reader, token.value);
}

function readAdjacentTexts(reader: Reader, first: string): string {
  let text = first;
  for (let next = reader.tokens[reader.at]; next?.kind === 'text'; next = reader.tokens[++reader.at])
    text += next.value;
  return text;
}

function readSigned(reader: Reader, sign: '+' | '-'): Literal {
  const token = reader.tokens[reader.at++];
  if (token?.kind !== 'number') throw NOT_LITERAL;
  return readNumber(reader, token.value, sign);
}

/** A number. A complex one stays a text, which is what Ansible makes of it. */
function readNumber(reader: Reader, value: number | bigint | Float | 'imaginary', sign: string): Literal {
  const sum = peek(reader);
  if (value === 'imaginary' || sum === '+' || sum === '-') throw NOT_LITERAL;
  return leaf(reader, sign === '-' ? negate(value) : value);
}

function negate(value: number | bigint | Float): number | bigint | Float {
  if (value instanceof Float) return new Float(-value.value);
  return typeof value === 'bigint' ? -value : 0 - value;
}

function readBracket(reader: Reader, mark: string): Literal {
  if (++reader.depth > MAX_NESTING) throw NOT_LITERAL;
  const literal = mark === '{' ? readBraces(reader) : readItems(reader, mark);
  reader.depth--;
  return literal;
}

function readItems(reader: Reader, mark: string): Literal {
  const close = { '[': ']', '(': ')' }[mark];
  if (close === undefined) throw NOT_LITERAL;
  const items: Literal[] = [];
  let commas = 0;
  while (!take(reader, close)) {
    items.push(readValue(reader));
    if (take(reader, ',')) commas++;
    else if (peek(reader) !== close) throw NOT_LITERAL;
  }
  const [only] = items;
  if (mark === '(' && items.length === 1 && commas === 0 && only) return only;
  const hashable = mark === '(' && items.every((item) => item.hashable);
  return { node: listOf(items, reader).node, hashable };
}

function readBraces(reader: Reader): Literal {
  const pairs = readPairs(reader);
  const isDict = pairs[0] === undefined || pairs[0][1] !== undefined;
  if (pairs.some(([, value]) => (value !== undefined) !== isDict)) throw NOT_LITERAL;
  if (pairs.some(([key]) => !key.hashable)) throw new Unhashable();
  const dict = new DictBuilder();
  for (const [key, value] of pairs) {
    if (key.node.kind === 'scalar') dict.add(key.node.value, value?.node ?? key.node, reader.position);
  }
  const { position } = reader;
  if (isDict) return { node: { kind: 'dict', entries: dict.entries, position }, hashable: false };
  return { node: { kind: 'list', items: [...dict.entries.values()], position }, hashable: false };
}

/** The entries of a dict, or of a set, which have no value. */
function readPairs(reader: Reader): (readonly [Literal, Literal | undefined])[] {
  const pairs: (readonly [Literal, Literal | undefined])[] = [];
  while (!take(reader, '}')) {
    const key = readValue(reader);
    pairs.push([key, take(reader, ':') ? readValue(reader) : undefined]);
    if (!take(reader, ',') && peek(reader) !== '}') throw NOT_LITERAL;
  }
  return pairs;
}

function listOf(items: readonly Literal[], reader: Reader): Literal {
  const node: Node = { kind: 'list', items: items.map((item) => item.node), position: reader.position };
  return { node, hashable: true };
}

function leaf(reader: Reader, value: Scalar): Literal {
  return { node: textOrValue(value, reader.position), hashable: true };
}

function textOrValue(value: Scalar, position: Position): Node {
  return { kind: 'scalar', value, position, template: typeof value === 'string' };
}

function peek(reader: Reader): unknown {
  const token = reader.tokens[reader.at];
  return token?.kind === 'mark' ? token.value : undefined;
}

function take(reader: Reader, mark: string): boolean {
  if (peek(reader) !== mark) return false;
  reader.at++;
  return true;
}
