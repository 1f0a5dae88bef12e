/** `macro` and `call` blocks. */
import type { CallExpr, MacroDefinition, MacroParameter, Statement } from './ast.ts';
import type { Bodies } from './bodies.ts';
import { atOperator, type Cursor, current, expectOperator, skipOperator } from './cursor.ts';
import { parseExpression } from './parse-expression.ts';
import { parseAssignedName } from './parse-scope.ts';
import { SyntaxFault } from './token.ts';

export function parseMacro(cursor: Cursor, at: number, bodies: Bodies): Statement {
  const { name } = parseAssignedName(cursor);
  return { kind: 'macro', at, name, macro: parseDefinition(cursor, 'endmacro', bodies) };
}

export function parseCallBlock(cursor: Cursor, at: number, bodies: Bodies): Statement {
  const parameters = atOperator(cursor, '(') ? parseParameters(cursor) : [];
  const call = parseExpression(cursor);
  if (call.kind !== 'call') throw new SyntaxFault('expected call', call.at);
  return {
    kind: 'call',
    at,
    call: call satisfies CallExpr,
    macro: parseMacroBody(cursor, 'endcall', bodies, parameters),
  };
}

function parseDefinition(cursor: Cursor, end: string, bodies: Bodies): MacroDefinition {
  return parseMacroBody(cursor, end, bodies, parseParameters(cursor));
}

function parseMacroBody(
  cursor: Cursor,
  end: string,
  bodies: Bodies,
  parameters: readonly MacroParameter[],
): MacroDefinition {
  const outer = cursor.names;
  cursor.names = new Set();
  const body = bodies.body(cursor, end);
  const names = cursor.names;
  const own = new Set(parameters.map((parameter) => parameter.name));
  const uses = (name: string): boolean => names.has(name) && !own.has(name);
  cursor.names = new Set([...outer, ...names]);
  return {
    parameters,
    body,
    uses: { caller: names.has('caller'), kwargs: uses('kwargs'), varargs: uses('varargs') },
  };
}

function parseParameters(cursor: Cursor): MacroParameter[] {
  expectOperator(cursor, '(');
  const parameters: MacroParameter[] = [];
  while (!atOperator(cursor, ')')) {
    if (parameters.length > 0) expectOperator(cursor, ',');
    parameters.push(parseParameter(cursor, parameters));
  }
  if (current(cursor).type === 'end') throw new SyntaxFault('unexpected end of template', current(cursor).at);
  expectOperator(cursor, ')');
  return parameters;
}

function parseParameter(cursor: Cursor, before: readonly MacroParameter[]): MacroParameter {
  const { name, at } = parseAssignedName(cursor);
  const value = skipOperator(cursor, '=') ? parseExpression(cursor) : undefined;
  if (before.some((one) => one.name === name))
    throw new SyntaxFault(`duplicate argument '${name}' in function definition`, at);
  if (!value && before.at(-1)?.default) throw new SyntaxFault('non-default argument follows default argument', at);
  return value ? { name, default: value } : { name };
}
