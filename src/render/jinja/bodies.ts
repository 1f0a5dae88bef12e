/** How the parsers of single tags parse what is inside them. */
import type { Statement } from './ast.ts';
import type { Cursor } from './cursor.ts';

export type Bodies = {
  readonly statements: (cursor: Cursor, stops: readonly string[]) => Statement[];
  readonly body: (cursor: Cursor, end: string) => Statement[];
};
