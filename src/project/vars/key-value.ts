/** Ansible's `key=value key2="two words"` texts: of `-e` and of modules written in one line. */

import { splitArgs } from './split-args.ts';

/** Options with their values, and what is no option. */
export type KeyValues = { readonly options: ReadonlyMap<string, string>; readonly rest: string };

/**
 * Splits a text into options. With `freeForm`, only the options of command modules count and all else is the command.
 * @throws InvalidArguments for an open quote or template
 */
export function parseKeyValues(text: string, freeForm = false): KeyValues {
  const options = new Map<string, string>();
  const rest: string[] = [];
  for (const word of splitArgs(text)) {
    const decoded = decodeEscapes(word);
    const at = equalsSign(decoded);
    if (at < 0) rest.push(decoded.includes('=') ? decoded.replaceAll('\\=', '=') : word);
    else if (freeForm && !COMMAND_OPTIONS.has(decoded.slice(0, at))) rest.push(word);
    else options.set(decoded.slice(0, at).trim(), unquote(decoded.slice(at + 1).trim()));
  }
  return { options, rest: joinWords(rest) };
}

const COMMAND_OPTIONS = new Set([
  'creates',
  'removes',
  'chdir',
  'executable',
  'warn',
  'stdin',
  'stdin_add_newline',
  'strip_empty_ends',
]);

const ESCAPE = /\\(?:U([0-9a-fA-F]{8})|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([\\'"abfnrtv]))/g;
const CHARACTERS: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function decodeEscapes(text: string): string {
  return text.replace(ESCAPE, (all, long, short, byte, char) => {
    if (char !== undefined) return CHARACTERS[char] ?? char;
    const code = Number.parseInt(long ?? short ?? byte, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

/** The first `=` that no backslash stands before; a word doesn't begin with it. */
function equalsSign(word: string): number {
  for (let at = word.indexOf('=', 1); at > 0; at = word.indexOf('=', at + 1)) if (word[at - 1] !== '\\') return at;
  return -1;
}

function unquote(text: string): string {
  const first = text[0];
  const quoted =
    text.length > 1 && (first === '"' || first === "'") && text.endsWith(first) && text.at(-2) !== '\\';
  return quoted ? text.slice(1, -1) : text;
}

function joinWords(words: readonly string[]): string {
  return words.reduce((text, word) => (text === '' || text.endsWith('\n') ? text + word : `${text} ${word}`), '');
}
