/** The parts of the grammar that its lower levels need again. */
import type { Expr } from './ast.ts';
import type { Cursor } from './cursor.ts';

/** What ends a tuple that has no parentheses, and whether it may be empty. */
export type TupleOptions = {
  readonly conditional?: boolean;
  readonly parentheses?: boolean;
  readonly stop?: string;
};

export type Grammar = {
  readonly expression: (cursor: Cursor, conditional?: boolean) => Expr;
  readonly tuple: (cursor: Cursor, options?: TupleOptions) => Expr;
};
