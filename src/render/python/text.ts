/** Text by code points, as Python counts. */

/** Python's white space, for a character class. */
export const SPACES = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';

const LEADING = new RegExp(`^[${SPACES}]+`);
const TRAILING = new RegExp(`[${SPACES}]+$`);
const RUNS = new RegExp(`[${SPACES}]+`, 'g');
const BREAKS = '\\n\\r\\v\\f\\x1c\\x1d\\x1e\\x85\\u2028\\u2029';
const LINE_ENDS = new RegExp(`\\r\\n|[${BREAKS}]`);

/** The characters of a text; only text beyond U+FFFF costs more than a split. */
export const characters = (text: string): string[] =>
  /[\ud800-\udfff]/.test(text) ? Array.from(text) : text.split('');

/** Python's `strip` family; `chars` undefined means white space. */
export function strip(text: string, chars: string | undefined, sides: 'both' | 'left' | 'right'): string {
  if (chars !== undefined) return stripSet(text, new Set(characters(chars)), sides);
  const left = sides === 'right' ? text : text.replace(LEADING, '');
  return sides === 'left' ? left : trimEnd(left);
}

/** Cuts white space at the end; a pattern with `$` would look at every run of spaces. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && TRAILING.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

function stripSet(text: string, set: ReadonlySet<string>, sides: 'both' | 'left' | 'right'): string {
  const chars = characters(text);
  let start = 0;
  let end = chars.length;
  while (sides !== 'right' && start < end && set.has(chars[start] ?? '')) start++;
  while (sides !== 'left' && end > start && set.has(chars[end - 1] ?? '')) end--;
  return chars.slice(start, end).join('');
}

/** Python's `split`; a separator of undefined means runs of white space. */
export function split(text: string, separator: string | undefined, limit: number): string[] {
  if (separator === undefined) return splitSpaces(text, limit);
  const parts = text.split(separator);
  if (limit < 0 || parts.length <= limit + 1) return parts;
  return [...parts.slice(0, limit), parts.slice(limit).join(separator)];
}

function splitSpaces(text: string, limit: number): string[] {
  const parts: string[] = [];
  let rest = strip(text, undefined, 'left');
  while (rest !== '' && (limit < 0 || parts.length < limit)) {
    RUNS.lastIndex = 0;
    const match = RUNS.exec(rest);
    if (!match) break;
    parts.push(rest.slice(0, match.index));
    rest = rest.slice(match.index + match[0].length);
  }
  return rest === '' ? parts : [...parts, limit < 0 ? rest : rest];
}

/** Python's `rsplit`. */
export function splitFromRight(text: string, separator: string | undefined, limit: number): string[] {
  if (limit < 0) return split(text, separator, limit);
  if (separator !== undefined) {
    const parts = text.split(separator);
    const cut = Math.max(0, parts.length - limit);
    return cut <= 1 ? parts : [parts.slice(0, cut).join(separator), ...parts.slice(cut)];
  }
  const reversed = splitSpaces(characters(text).reverse().join(''), limit);
  return reversed.map((part) => characters(part).reverse().join('')).reverse();
}

/** Python's `splitlines`. */
export function splitLines(text: string, keepEnds = false): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest !== '') {
    const match = LINE_ENDS.exec(rest);
    if (!match) return [...lines, rest];
    const end = match.index + match[0].length;
    lines.push(rest.slice(0, keepEnds ? end : match.index));
    rest = rest.slice(end);
  }
  return lines;
}

/** Python's `title`: the first letter of each run of letters is large, the others small. */
export function titleCase(text: string): string {
  return text.replace(/\p{L}[\p{L}\p{M}]*/gu, (word) => {
    const [first = '', ...others] = Array.from(word);
    return largeFirst(first) + others.join('').toLowerCase();
  });
}

/** Python's `capitalize`. */
export function capitalize(text: string): string {
  const [first = '', ...others] = Array.from(text);
  return largeFirst(first) + others.join('').toLowerCase();
}

/** Letters that are two in one have a form of their own for the beginning of a word. */
const DIGRAPHS: Readonly<Record<string, string>> = {
  ǆ: 'ǅ',
  Ǆ: 'ǅ',
  ǉ: 'ǈ',
  Ǉ: 'ǈ',
  ǌ: 'ǋ',
  Ǌ: 'ǋ',
  ǳ: 'ǲ',
  Ǳ: 'ǲ',
};

/** A letter as the first of a word: `ß` is `Ss`. */
function largeFirst(letter: string): string {
  const [head = '', ...tail] = Array.from(DIGRAPHS[letter] ?? letter.toUpperCase());
  return head + tail.join('').toLowerCase();
}
