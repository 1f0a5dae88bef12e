/** Writes scalars plain or quoted, folding lines at spaces beyond the width. */
import { put, putBreak, type Writer, writeIndent, writeIndicator } from './writer.ts';

/** Whether a character ends a line in YAML. */
export const isBreak = (char: string): boolean => /^[\n\r\x85\u2028\u2029]$/u.test(char);

type Folding = { spaces: boolean; breaks: boolean };

/** Writes a plain scalar. */
export function plainText(writer: Writer, text: string, split: boolean): void {
  if (!writer.whitespace && (text !== '' || writer.flowLevel > 0)) put(writer, ' ');
  const state: Folding = { spaces: false, breaks: false };
  const chars = Array.from(text);
  for (const [index, char] of chars.entries()) {
    if (char === ' ') {
      const folds = split && !state.spaces && writer.column > writer.width && chars[index + 1] !== ' ';
      if (folds) writeIndent(writer);
      else put(writer, char);
      state.spaces = true;
    } else {
      put(writer, char);
      writer.indention = false;
      state.spaces = false;
    }
  }
  writer.whitespace = false;
  writer.indention = false;
}

/** Writes a single-quoted scalar; a line end inside is written as an empty line. */
export function singleQuoted(writer: Writer, text: string, split: boolean): void {
  writeIndicator(writer, "'", { space: true });
  const state: Folding = { spaces: false, breaks: false };
  const chars = Array.from(text);
  for (const [index, char] of chars.entries()) {
    const folds = split && index > 0 && index < chars.length - 1 && chars[index + 1] !== ' ';
    if (char === ' ') writeSpace(writer, folds, state);
    else if (isBreak(char)) writeBreak(writer, char, state);
    else writeQuoted(writer, char, state);
  }
  if (state.breaks) writeIndent(writer);
  writeIndicator(writer, "'", {});
  writer.whitespace = false;
  writer.indention = false;
}

/** Writes a space, or in its place a line end when the line is full. */
function writeSpace(writer: Writer, folds: boolean, state: Folding): void {
  if (folds && !state.spaces && writer.column > writer.width) writeIndent(writer);
  else put(writer, ' ');
  state.spaces = true;
}

function writeQuoted(writer: Writer, char: string, state: Folding): void {
  if (state.breaks) writeIndent(writer);
  put(writer, char === "'" ? "''" : char);
  writer.indention = false;
  state.spaces = false;
  state.breaks = false;
}

function writeBreak(writer: Writer, char: string, state: Folding): void {
  if (!state.breaks && char === '\n') putBreak(writer);
  putBreak(writer, char);
  writer.indention = true;
  state.breaks = true;
}

const ESCAPES: Record<string, string> = {
  '\0': '0',
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '\x1b': 'e',
  '"': '"',
  '\\': '\\',
  '\x85': 'N',
  '\xa0': '_',
  '\u2028': 'L',
  '\u2029': 'P',
};

const RAW = /^[\x20\x21\x23-\x5b\x5d-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]$/u;

/** Writes a double-quoted scalar. */
export function doubleQuoted(writer: Writer, text: string, split: boolean): void {
  writeIndicator(writer, '"', { space: true });
  let spaces = false;
  const chars = Array.from(text);
  for (const [index, char] of chars.entries()) {
    const inside = index > 0 && index < chars.length - 1;
    if (char === ' ' && split && inside && !spaces && writer.column > writer.width) {
      writeIndent(writer);
      if (chars[index + 1] === ' ') put(writer, '\\');
    } else put(writer, RAW.test(char) ? char : escapeChar(char));
    spaces = char === ' ';
  }
  writeIndicator(writer, '"', {});
  writer.whitespace = false;
  writer.indention = false;
}

function escapeChar(char: string): string {
  const short = ESCAPES[char];
  if (short !== undefined) return `\\${short}`;
  const code = char.codePointAt(0) ?? 0;
  const [letter, digits] = code <= 0xff ? ['x', 2] : code <= 0xffff ? ['u', 4] : ['U', 8];
  return `\\${letter}${code.toString(16).toUpperCase().padStart(Number(digits), '0')}`;
}
