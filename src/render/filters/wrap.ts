/** Wraps words as Python's `textwrap.wrap`, line by line, as Jinja2's `wordwrap` does. */
import { valueFault } from '../fault.ts';
import { splitLines } from '../python/text.ts';

type Wrapping = {
  readonly width: number;
  readonly breakLong: boolean;
  readonly end: string;
  readonly hyphens: boolean;
};

/** Wraps each line of a text. */
export function wordWrap(value: string, options: Wrapping): string {
  if (options.width <= 0) throw valueFault(`invalid width ${options.width} (must be > 0)`);
  return splitLines(value)
    .map((line) => wrapLine(line, options).join(options.end))
    .join(options.end);
}

/** Whether a text is longer than a width, without counting all of a long one. */
const isLonger = (chunk: string, width: number): boolean => chunk.length > 2 * width || size(chunk) > width;

/** The length as Python counts it, in characters. */
const size = (chunk: string): number => Array.from(chunk).length;

const isBlank = (chunk: string | undefined): boolean => (chunk ?? '').trim() === '';

function wrapLine(line: string, options: Wrapping): string[] {
  const chunks = chunksOf(line, options.hyphens).reverse();
  const lines: string[] = [];
  while (chunks.length > 0) {
    if (lines.length > 0 && isBlank(chunks.at(-1))) chunks.pop();
    const taken = takeLine(chunks, options);
    if (taken.length > 0 && isBlank(taken.at(-1))) taken.pop();
    if (taken.length > 0) lines.push(taken.join(''));
  }
  return lines;
}

function takeLine(chunks: string[], options: Wrapping): string[] {
  const taken: string[] = [];
  let length = 0;
  for (
    let next = chunks.at(-1);
    next !== undefined && !isLonger(next, options.width - length);
    next = chunks.at(-1)
  ) {
    taken.push(next);
    length += size(next);
    chunks.pop();
  }
  const long = chunks.at(-1);
  if (long !== undefined && isLonger(long, options.width)) takeLong(chunks, taken, options, length);
  return taken;
}

function takeLong(chunks: string[], taken: string[], options: Wrapping, length: number): void {
  const long = chunks.pop() ?? '';
  if (!options.breakLong) {
    if (taken.length === 0) taken.push(long);
    else chunks.push(long);
    return;
  }
  const space = options.width - length;
  // A character may take two places, and a cut in the middle of one must not be seen.
  const letters = Array.from(long.slice(0, 2 * space + 2));
  const hyphen = options.hyphens && letters.length > space ? letters.lastIndexOf('-', space - 1) : -1;
  const end = hyphen > 0 && letters.slice(0, hyphen).some((letter) => letter !== '-') ? hyphen + 1 : space;
  const piece = letters.slice(0, end).join('');
  taken.push(piece);
  chunks.push(long.slice(piece.length));
}

const LETTER = '[\\p{L}_]';
const WORD = '[\\p{L}\\p{N}_]';
const PUNCTUATED = `(?:${WORD}|[!"'&.,?])`;

/** Where a word may be broken: around a dash of several hyphens, and behind a hyphen among letters. */
const DASHES = new RegExp(`(?<=${PUNCTUATED})(-{2,})(?=${WORD})`, 'u');
const HYPHENS = new RegExp(`(?<=(?:${LETTER}{2}|${LETTER}-${LETTER})-)(?=${LETTER}-?${LETTER})`, 'u');

function chunksOf(line: string, hyphens: boolean): string[] {
  const words = line.split(/([\t\n\v\f\r ]+)/).filter((part) => part !== '');
  if (!hyphens) return words;
  return words.flatMap((word) => word.split(DASHES)).flatMap((part) => part.split(HYPHENS));
}
