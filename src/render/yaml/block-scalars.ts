/** Writes scalars in block style: `|` keeps each line end, `>` folds lines that are too long. See YAML 1.1, chapter 9.2. */
import { isBreak } from './scalars.ts';
import { put, putBreak, type Writer, writeIndent, writeIndicator } from './writer.ts';

const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\t';

/** Says what the lines can't: their indentation when they begin with a space, and what becomes of the final line end. */
function writeHints(writer: Writer, chars: readonly string[]): void {
  const [first = ''] = chars;
  if (first === ' ' || isBreak(first)) writeIndicator(writer, String(writer.bestIndent), {});
  const ends = isBreak(chars.at(-1) ?? '');
  const keeps = ends && (chars.length === 1 || isBreak(chars.at(-2) ?? ''));
  if (!ends) writeIndicator(writer, '-', {});
  if (keeps) writeIndicator(writer, '+', {});
  writer.openEnded = keeps;
}

function startBlock(writer: Writer, sign: string, chars: readonly string[]): void {
  writeIndicator(writer, sign, { space: true });
  writeHints(writer, chars);
  putBreak(writer);
  writer.indention = true;
  writer.whitespace = true;
}

/** Writes a literal scalar. */
export function literalText(writer: Writer, text: string): void {
  const chars = Array.from(text);
  startBlock(writer, '|', chars);
  let breaks = true;
  for (const char of chars) {
    if (isBreak(char)) putBreak(writer, char);
    else {
      if (breaks) writeIndent(writer);
      put(writer, char);
    }
    breaks = isBreak(char);
    writer.indention = breaks;
  }
}

/** Writes a folded scalar. */
export function foldedText(writer: Writer, text: string): void {
  const chars = Array.from(text);
  startBlock(writer, '>', chars);
  const state = { breaks: true, leadingSpaces: true };
  for (const [index, char] of chars.entries()) {
    if (isBreak(char)) {
      const folds = !state.breaks && !state.leadingSpaces && char === '\n' && goesOn(chars, index);
      if (folds) putBreak(writer);
      putBreak(writer, char);
    } else writeFolded(writer, chars, index, state);
    state.breaks = isBreak(char);
    writer.indention = state.breaks;
  }
}

/** Whether text that doesn't begin with a space follows the line ends at a place. */
function goesOn(chars: readonly string[], index: number): boolean {
  const next = chars.slice(index).find((char) => !isBreak(char));
  return next !== undefined && !isBlank(next);
}

type Folding = { breaks: boolean; leadingSpaces: boolean };

function writeFolded(writer: Writer, chars: readonly string[], index: number, state: Folding): void {
  const char = chars[index] ?? '';
  if (state.breaks) {
    writeIndent(writer);
    state.leadingSpaces = isBlank(char);
  }
  const full = writer.column > writer.width && chars[index + 1] !== ' ';
  if (!state.breaks && char === ' ' && full) writeIndent(writer);
  else put(writer, char);
}
