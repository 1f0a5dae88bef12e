/** Where something was written: a place in a file. */

/** A place in a user's file; line and column count from 1, 0 means the whole line, or the whole of what has no lines. */
export type Position = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
};

/** Renders a position as `file:line:column`, the form that editors and CI logs turn into a link. */
export function renderPosition(position: Position): string {
  if (position.line === 0) return position.file;
  const column = position.column > 0 ? `:${position.column}` : '';
  return `${position.file}:${position.line}${column}`;
}

/** Counts the line and column (from 1) of a character offset in a text. */
export function positionAt(text: string, offset: number, file: string): Position {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { file, line, column: offset - (before.lastIndexOf('\n') + 1) + 1 };
}
