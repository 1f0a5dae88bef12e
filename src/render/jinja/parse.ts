/** Jinja2 templates: text to syntax tree. */
import type { Expr, Statement, Template } from './ast.ts';
import { type Cursor, current, describe, startCursor } from './cursor.ts';
import { tokenize } from './lexer.ts';
import type { SyntaxOptions } from './options.ts';
import { parseExpression } from './parse-expression.ts';
import { parseStatements } from './parse-statement.ts';
import { requirementsOf } from './requirements.ts';
import { SyntaxFault } from './token.ts';

/** Parses a template. Line ends must be `\n`. @throws SyntaxFault */
export function parseTemplate(source: string, options: SyntaxOptions): Template {
  const cursor = startCursor(tokenize(source, options));
  const body: Statement[] = parseStatements(cursor, []);
  return { body, blocks: cursor.blocks, required: requirementsOf(body) };
}

/** Parses one expression that is the whole text, as in `when`. @throws SyntaxFault */
export function parseCondition(source: string, options: SyntaxOptions): Template {
  // Behind a space, or a minus at the beginning would belong to the tag.
  const prefix = `${options.variableStart} `;
  const tokens = tokenize(`${prefix}${source}\n${options.variableEnd}`, options);
  const inside = tokens.filter((token) => token.type !== 'variable-begin');
  const cursor: Cursor = startCursor(
    inside.map((token) => ({ ...token, at: Math.max(0, token.at - prefix.length) })),
  );
  const value: Expr = parseExpression(cursor);
  const last = current(cursor);
  const ends = last.type === 'variable-end' && cursor.tokens[cursor.index + 1]?.type === 'end';
  if (!ends) {
    const hint = last.value === '=' ? '; two values are compared with ==' : '';
    throw new SyntaxFault(`chunk after expression: ${describe(last)}${hint}`, last.at);
  }
  return {
    body: [{ kind: 'output', at: value.at, value }],
    blocks: cursor.blocks,
    required: requirementsOf(value),
  };
}
