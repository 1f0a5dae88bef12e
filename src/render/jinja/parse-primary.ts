/** Operands of Jinja2's expressions: names, constants, lists, tuples, dicts. */
import { Float } from '../../base/value.ts';
import { readInt } from '../python/number.ts';
import type { Expr } from './ast.ts';
import { advance, atOperator, type Cursor, current, describe, expectOperator, skipOperator } from './cursor.ts';
import type { Grammar } from './grammar.ts';
import { SyntaxFault, type Token } from './token.ts';

const CONSTANTS = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['none', null],
  ['True', true],
  ['False', false],
  ['None', null],
]);

/** Parses one operand. @throws SyntaxFault */
export function parsePrimary(cursor: Cursor, grammar: Grammar): Expr {
  const token = current(cursor);
  const parse = PRIMARIES[token.type === 'operator' ? token.value : token.type];
  if (!parse) throw new SyntaxFault(`unexpected ${describe(token)}`, token.at);
  return parse(cursor, grammar);
}

type Primary = (cursor: Cursor, grammar: Grammar) => Expr;

const PRIMARIES: Record<string, Primary | undefined> = {
  name: (cursor) => {
    const { value: name, at } = advance(cursor);
    const constant = CONSTANTS.get(name);
    if (constant !== undefined) return { kind: 'const', at, value: constant };
    cursor.names.add(name);
    return { kind: 'name', at, name };
  },
  string: (cursor) => {
    const { at } = current(cursor);
    let value = '';
    while (current(cursor).type === 'string') value += advance(cursor).value;
    return { kind: 'const', at, value };
  },
  integer: (cursor) => {
    const { value, at } = advance(cursor);
    return { kind: 'const', at, value: readInt(value, 0) ?? 0 };
  },
  float: (cursor) => {
    const { value, at } = advance(cursor);
    return { kind: 'const', at, value: new Float(Number(value)) };
  },
  '(': (cursor, grammar) => {
    advance(cursor);
    const value = grammar.tuple(cursor, { parentheses: true });
    expectOperator(cursor, ')');
    return value;
  },
  '[': (cursor, grammar) => {
    const { at } = advance(cursor);
    return { kind: 'list', at, items: parseItems(cursor, ']', () => grammar.expression(cursor)) };
  },
  '{': (cursor, grammar) => {
    const { at } = advance(cursor);
    const pair = (): readonly [Expr, Expr] => {
      const key = grammar.expression(cursor);
      expectOperator(cursor, ':');
      return [key, grammar.expression(cursor)];
    };
    return { kind: 'dict', at, items: parseItems(cursor, '}', pair) };
  },
};

/** Items with commas between, a last comma allowed, up to a closing sign. */
function parseItems<T>(cursor: Cursor, close: string, parse: () => T): T[] {
  const items: T[] = [];
  while (!atOperator(cursor, close)) {
    if (items.length > 0) expectOperator(cursor, ',');
    if (atOperator(cursor, close)) break;
    items.push(parse());
  }
  skipOperator(cursor, close);
  return items;
}

/** Whether a token can begin the argument of a test without parentheses. */
export function beginsOperand(token: Token): boolean {
  if (token.type === 'operator') return token.value === '(' || token.value === '[' || token.value === '{';
  return token.type === 'name' || token.type === 'string' || token.type === 'integer' || token.type === 'float';
}
