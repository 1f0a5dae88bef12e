/** Python's literals as they stand in source text: strings with escapes, numbers, True, False, None. */

import type { Float } from '../../base/value.ts';
import { Fault } from '../fault.ts';
import { readFloat, readInt } from './number.ts';

const ESCAPES: Record<string, string> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\n': '',
};

const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|([\s\S])|$)/g;

/** Replaces the backslash escapes of a string; unknown ones stay. @throws Fault syntax */
export function unescapeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(ESCAPE, (all, x, u, long, octal, char) => {
    const hex = x ?? u ?? long;
    if (hex !== undefined) return codePoint(Number.parseInt(hex, 16));
    if (octal !== undefined) return codePoint(Number.parseInt(octal, 8));
    if (char === undefined || 'xuUN'.includes(char))
      throw new Fault('syntax', 'truncated or unknown \\ escape in a string');
    return ESCAPES[char] ?? all;
  });
}

function codePoint(code: number): string {
  if (code > 0x10ffff) throw new Fault('syntax', 'illegal Unicode character in a string');
  return String.fromCodePoint(code);
}

const CONSTANTS: Record<string, null | boolean> = { None: null, True: true, False: false };

/** Reads one scalar literal. @throws Fault syntax */
export function parseLiteral(text: string): string | number | bigint | boolean | null | Float {
  const quoted = /^(['"])((?:[^\\]|\\[\s\S])*?)\1$/.exec(text);
  if (quoted) return unescapeText(quoted[2] ?? '');
  if (Object.hasOwn(CONSTANTS, text)) return CONSTANTS[text] ?? null;
  const number = readInt(text, 0) ?? readFloat(text);
  if (number === undefined) throw new Fault('syntax', `malformed value: ${text}`);
  return number;
}
