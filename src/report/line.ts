/** Text for people as lines of styled spans: made once, drawn in colour or not; harmless and masked when drawn. */
import { eastAsianWidth } from 'get-east-asian-width';
import { maskKnown } from '../base/secret.ts';
import { defuse, neutralise } from './neutral.ts';

/** What a piece of text means; the painter knows how that looks. */
export type Style = 'plain' | 'strong' | 'dim' | 'good' | 'bad' | 'change' | 'warn';

export type Span = { readonly text: string; readonly style: Style };

/** A string is a plain span. */
export type Line = readonly (string | Span)[];
export type Lines = readonly Line[];

/** Draws a harmless text in a style. */
export type Paint = (text: string, style: Style) => string;

/** Draws no colours. */
export const noPaint: Paint = (text) => text;

/** Makes a span. */
export function span(style: Style, text: string): Span {
  return { text, style };
}

/** Draws lines, each with a newline at its end. */
export function draw(lines: Lines, paint: Paint = noPaint): string {
  return lines.map((line) => `${drawLine(line, paint)}\n`).join('');
}

/** Draws one line without a newline. */
export function drawLine(line: Line, paint: Paint = noPaint): string {
  const spans = line.map((part) => (typeof part === 'string' ? span('plain', part) : part));
  const safe = spans.map((one) => ({ ...one, text: neutralise(one.text) }));
  const plain = safe.map((one) => one.text).join('');
  const checked = maskKnown(defuse(plain));
  // What only the whole line gives away is worth more than its colours.
  if (checked !== plain) return checked.trimEnd();
  return safe
    .map((one) => (one.style === 'plain' ? one.text : paint(one.text, one.style)))
    .join('')
    .trimEnd();
}

/** The width of a line as drawn. */
export function widthOf(line: Line): number {
  return line.reduce((sum, part) => sum + columnsOf(typeof part === 'string' ? part : part.text), 0);
}

/** How many columns of a terminal a text takes: some characters take two, some none, some are spelt out. */
function columnsOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  return [...neutralise(text)].reduce((sum, character) => sum + columnsOfCharacter(character), 0);
}

/** Marks that are drawn over what stands before them. */
const OVER = /^[\p{Mn}\p{Me}\p{Cf}]$/u;

function columnsOfCharacter(character: string): number {
  return OVER.test(character) ? 0 : eastAsianWidth(character.codePointAt(0) ?? 0);
}

/** Wraps a line of spans at a width, its first line at another; words longer than it stay whole. */
export function wrapLine(line: Line, width: number, first = width): Lines {
  const lines: Span[][] = [[]];
  let used = 0;
  for (const { text, style } of line.flatMap(wordsOf)) {
    if (used > 0 && used + columnsOf(text) > (lines.length === 1 ? first : width)) {
      lines.push([]);
      used = 0;
    }
    const shown = used === 0 && lines.length > 1 ? text.trimStart() : text;
    lines.at(-1)?.push(span(style, shown));
    used += columnsOf(shown);
  }
  return lines;
}

/** Wraps a line at a width; what comes below its beginning is indented. */
export function hanging(line: Line, width: number, indent: number): Lines {
  if (widthOf(line) <= width) return [line];
  const room = Math.max(width, 40);
  const [first = [], ...others] = wrapLine(line, room - indent, room);
  return [first, ...others.map((one): Line => [' '.repeat(indent), ...one])];
}

/** Each word as a span of its own, with the spaces before it. */
function wordsOf(part: string | Span): readonly Span[] {
  const { text, style } = typeof part === 'string' ? span('plain', part) : part;
  return [...text.matchAll(/ *[^ ]+| +/g)].map(([word]) => span(style, word));
}

/** Wraps prose at a width; words longer than it stay whole. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
