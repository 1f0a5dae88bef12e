/** Splits a command into words as Python's shlex does. */
import { mapText, reveal, Secret, type Text } from '../../base/secret.ts';

/** The words of a command; those of a secret command are secret. */
export function splitWords(command: Text): readonly Text[] {
  const words = shlex(reveal(command));
  if (typeof command === 'string') return words;
  const shown = shlex(command.redacted);
  return words.map((word, at) => (word === shown[at] ? word : mapText(new Secret(word), (one) => one)));
}

function shlex(text: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  const parts = /\\([\s\S])|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|(\s+)|([\s\S])/g;
  for (const [, escaped, single, double, space, other] of text.matchAll(parts)) {
    if (space !== undefined) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + (escaped ?? single ?? double?.replace(/\\(["\\])/g, '$1') ?? other ?? '');
  }
  return word === undefined ? words : [...words, word];
}
