/** JSON text → `Node` tree with positions. Ansible tries JSON before YAML, and the two differ: `1e3` is a float only here. */
import type { Node, ScalarNode } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import { Float, type Scalar } from '../../base/value.ts';
import { narrow } from '../../base/yaml-scalar.ts';
import type { ParseContext } from './context.ts';
import { DictBuilder } from './dict.ts';
import { MAX_DEPTH } from './parse.ts';

const TOKEN =
  /[ \t\n\r]*(?:([[\]{},:])|("(?:[^"\\]|\\.)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)|(true|false|null|NaN|-?Infinity))/y;

const WORDS: Readonly<Record<string, Scalar>> = {
  true: true,
  false: false,
  null: null,
  NaN: new Float(Number.NaN),
  Infinity: new Float(Number.POSITIVE_INFINITY),
  '-Infinity': new Float(Number.NEGATIVE_INFINITY),
};

type Reader = {
  readonly text: string;
  readonly context: ParseContext;
  offset: number;
  line: number;
  lineStart: number;
};
type Token = { readonly mark?: string; readonly scalar?: Scalar; readonly position: Position };

/** Thrown inside this file when the text turns out to be no JSON; the YAML reader then has its say. */
const NOT_JSON = Symbol('not JSON');

/** Reads JSON; undefined when the text is not JSON. */
export function parseJson(text: string, context: ParseContext): Node | undefined {
  const reader: Reader = { text, context, offset: 0, line: 1, lineStart: 0 };
  try {
    const node = readValue(reader, next(reader), 0);
    return /^[ \t\n\r]*$/.test(text.slice(reader.offset)) ? node : undefined;
  } catch (error) {
    if (error === NOT_JSON) return undefined;
    throw error;
  }
}

function next(reader: Reader): Token {
  TOKEN.lastIndex = reader.offset;
  const match = TOKEN.exec(reader.text);
  if (!match) throw NOT_JSON;
  const [all, mark, string, number, word] = match;
  const start = TOKEN.lastIndex - all.trimStart().length;
  countLines(reader, start);
  reader.offset = TOKEN.lastIndex;
  const position = { file: reader.context.file, line: reader.line, column: start - reader.lineStart + 1 };
  if (mark) return { mark, position };
  return { scalar: scalarOf(string, number, word), position };
}

function countLines(reader: Reader, start: number): void {
  for (
    let at = reader.text.indexOf('\n', reader.offset);
    at >= 0 && at < start;
    at = reader.text.indexOf('\n', at + 1)
  ) {
    reader.line++;
    reader.lineStart = at + 1;
  }
}

function scalarOf(string: string | undefined, number: string | undefined, word = ''): Scalar {
  if (string !== undefined) return parseString(string);
  if (number === undefined) return WORDS[word] ?? null;
  return /^-?\d+$/.test(number) ? narrow(BigInt(number)) : new Float(Number(number));
}

function parseString(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    throw NOT_JSON;
  }
}

function readValue(reader: Reader, token: Token, depth: number): Node {
  if (depth > MAX_DEPTH) throw NOT_JSON;
  if (token.mark === '[') return readList(reader, token.position, depth);
  if (token.mark === '{') return readDict(reader, token.position, depth);
  if (token.mark !== undefined || token.scalar === undefined) throw NOT_JSON;
  return leaf(reader, token.scalar, token.position);
}

function leaf(reader: Reader, value: Scalar, position: Position): ScalarNode {
  const { secretText } = reader.context;
  const kept = typeof value === 'string' && secretText ? secretText(value) : value;
  return { kind: 'scalar', value: kept, position, template: typeof value === 'string' };
}

function readList(reader: Reader, position: Position, depth: number): Node {
  const items: Node[] = [];
  let token = next(reader);
  while (token.mark !== ']' || items.length > 0) {
    items.push(readValue(reader, token, depth + 1));
    const after = next(reader);
    if (after.mark === ']') break;
    if (after.mark !== ',') throw NOT_JSON;
    token = next(reader);
  }
  return { kind: 'list', items, position };
}

function readDict(reader: Reader, position: Position, depth: number): Node {
  const dict = new DictBuilder();
  let token = next(reader);
  while (token.mark !== '}' || dict.entries.size > 0) {
    if (typeof token.scalar !== 'string' || next(reader).mark !== ':') throw NOT_JSON;
    dict.add(token.scalar, readValue(reader, next(reader), depth + 1), token.position);
    const after = next(reader);
    if (after.mark === '}') break;
    if (after.mark !== ',') throw NOT_JSON;
    token = next(reader);
  }
  return { kind: 'dict', entries: dict.entries, position, keyPositions: dict.positions };
}
