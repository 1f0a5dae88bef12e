/** JSON to values: ints of any size, floats apart from them, as Python's `json.loads` reads it. */
import { Float } from '../../base/value.ts';
import { valueFault } from '../fault.ts';
import { spend } from '../limits.ts';
import { toInt } from './number.ts';

/** How the parts of a JSON text become values. */
export type JsonBuilder<T> = {
  readonly scalar: (value: string | number | bigint | boolean | null | Float, at: number) => T;
  readonly list: (items: T[], at: number) => T;
  readonly dict: (entries: [string, T][], at: number) => T;
};

type Place = { readonly text: string; at: number };
type Reader<T> = Place & { depth: number; readonly build: JsonBuilder<T> };

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /null|true|false|NaN|-?Infinity/y;
// Control characters in a string are refused, as Python refuses them.
const STRING = /"(?:[^"\\\p{Cc}]|[\x7f-\x9f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*"/uy;

const WORDS: Record<string, null | boolean | Float> = {
  null: null,
  true: true,
  false: false,
  NaN: new Float(Number.NaN),
  Infinity: new Float(Number.POSITIVE_INFINITY),
  '-Infinity': new Float(Number.NEGATIVE_INFINITY),
};

/** Reads a JSON text. @throws Fault value */
export function readJson<T>(text: string, build: JsonBuilder<T>): T {
  const reader: Reader<T> = { text, at: 0, depth: 0, build };
  const value = readValue(reader);
  skipSpace(reader);
  if (reader.at < text.length) throw broken(reader, 'Extra data');
  return value;
}

function broken(reader: Place, what: string): Error {
  const before = reader.text.slice(0, reader.at).split('\n');
  return valueFault(`${what}: line ${before.length} column ${(before.at(-1) ?? '').length + 1}`);
}

function take(reader: Place, pattern: RegExp): string | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text)?.[0];
  reader.at += found?.length ?? 0;
  return found;
}

function skipSpace(reader: Place): void {
  take(reader, SPACE);
}

function readValue<T>(reader: Reader<T>): T {
  spend();
  skipSpace(reader);
  const { at } = reader;
  const start = reader.text[at];
  if (start === '{' || start === '[') return readNested(reader, start);
  if (start === '"') return reader.build.scalar(readString(reader), at);
  const word = take(reader, WORD);
  if (word !== undefined) return reader.build.scalar(WORDS[word] ?? null, at);
  const number = take(reader, NUMBER);
  if (number === undefined) throw broken(reader, 'Expecting value');
  const isInt = /^-?\d+$/.test(number);
  return reader.build.scalar(isInt ? toInt(BigInt(number)) : new Float(Number(number)), at);
}

function readString(reader: Place): string {
  const quoted = take(reader, STRING);
  if (quoted === undefined) throw broken(reader, 'Expecting a string');
  return JSON.parse(quoted);
}

function readNested<T>(reader: Reader<T>, start: '{' | '['): T {
  if (++reader.depth > 200) throw broken(reader, 'nested too deeply');
  const { at } = reader;
  reader.at++;
  const value = start === '[' ? reader.build.list(readItems(reader, ']', readValue), at) : readDict(reader, at);
  reader.depth--;
  return value;
}

function readDict<T>(reader: Reader<T>, at: number): T {
  const pair = (inner: Reader<T>): [string, T] => {
    skipSpace(inner);
    const key = readString(inner);
    skipSpace(inner);
    if (inner.text[inner.at++] !== ':') throw broken(inner, "Expecting ':' delimiter");
    return [key, readValue(inner)];
  };
  return reader.build.dict(readItems(reader, '}', pair), at);
}

function readItems<T, I>(reader: Reader<T>, close: string, read: (reader: Reader<T>) => I): I[] {
  const items: I[] = [];
  skipSpace(reader);
  if (reader.text[reader.at] === close) {
    reader.at++;
    return items;
  }
  for (;;) {
    items.push(read(reader));
    skipSpace(reader);
    const sign = reader.text[reader.at++];
    if (sign === close) return items;
    if (sign !== ',') throw broken(reader, "Expecting ',' delimiter");
  }
}
