/** What changes inside a text, as lines with + and -. */
import { structuredPatch } from 'diff';
import { redact, reveal, type Text } from '../base/secret.ts';
import { type Line, type Lines, span } from './line.ts';
import { count } from './quantity.ts';

/** The text on the host and the one that replaces it; undefined where there is none. */
export type TextChange = { readonly before: Text | undefined; readonly after: Text | undefined };

const INDENT = ' '.repeat(6);
/** Beyond these a diff helps nobody, and takes long to find. */
const MOST_EDITS = 2000;
const MOST_LINES = 400;

/** Renders a change with three lines around it; only what may be shown is compared. */
export function renderTextDiff({ before = '', after = '' }: TextChange): Lines {
  const [old, fresh] = [redact(before), redact(after)];
  if (`${old}${fresh}`.includes('\0')) return [remark('not a text')];
  if (old === fresh)
    return [remark(reveal(before) === reveal(after) ? 'no difference' : 'only hidden parts differ')];
  const patch = structuredPatch('', '', old, fresh, '', '', { context: 3, maxEditLength: MOST_EDITS });
  if (!patch) return [remark(`${countLines(old)} before, ${countLines(fresh)} after: all different`)];
  const lines = patch.hunks.flatMap(
    (hunk): Lines => [[INDENT, span('dim', `@@ line ${hunk.newStart} @@`)], ...hunk.lines.map(renderLine)],
  );
  const more = lines.length - MOST_LINES;
  return more > 0 ? [...lines.slice(0, MOST_LINES), remark(`${count(more, 'more line')}`)] : lines;
}

function renderLine(line: string): Line {
  if (line.startsWith('+')) return [INDENT, span('good', line)];
  if (line.startsWith('-')) return [INDENT, span('bad', line)];
  return [INDENT, span('dim', line.startsWith('\\') ? line.slice(2) : line)];
}

function remark(text: string): Line {
  return [INDENT, span('dim', `(${text})`)];
}

function countLines(text: string): string {
  return count(text.split('\n').length, 'line');
}
