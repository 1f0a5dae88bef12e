/** A line of a file that a module finds by its beginning. */
import { edit } from '../../resources/edit.ts';
import type { Resource } from '../../resources/index.ts';
import type { ModuleContext } from '../action.ts';
import { withLine, withoutLine } from '../edits/line.ts';

/** A text as a pattern for itself. */
export function quotePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The line of a file that begins so; without a line none begins so. */
export function lineOf(path: string, start: string, line: string | undefined, { title }: ModuleContext): Resource {
  const regexp = `^\\s*${start}`;
  return edit(`${path}: ${title}`, {
    path,
    looseFor: 'root',
    create: line !== undefined,
    optional: line === undefined,
    edit: (text) => (line === undefined ? withoutLine(text, { regexp }) : withLine(text, { line, regexp })),
  });
}
