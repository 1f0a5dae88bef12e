/** Jinja2's expressions, by recursive descent from `a if b else c` down to the operands. */
import type { ArithmeticExpr, Comparison, ComparisonOperator, Expr } from './ast.ts';
import {
  advance,
  atOperator,
  atWord,
  type Cursor,
  current,
  nested,
  skipOperator,
  skipWord,
  unexpected,
  upcoming,
} from './cursor.ts';
import type { Grammar, TupleOptions } from './grammar.ts';
import { parseFilterChain, parsePostfix } from './parse-postfix.ts';
import { parsePrimary } from './parse-primary.ts';

/** Parses one expression; without `conditional` a following `if` belongs to somebody else. */
export function parseExpression(cursor: Cursor, conditional = true): Expr {
  return nested(cursor, () => (conditional ? parseChoice(cursor) : parseOr(cursor)));
}

function parseChoice(cursor: Cursor): Expr {
  const { at } = current(cursor);
  let then = parseOr(cursor);
  while (skipWord(cursor, 'if')) {
    const test = parseOr(cursor);
    const otherwise = skipWord(cursor, 'else') ? nested(cursor, () => parseChoice(cursor)) : undefined;
    then = { kind: 'choose', at, test, then, ...(otherwise && { otherwise }) };
  }
  return then;
}

function parseOr(cursor: Cursor): Expr {
  let left = parseAnd(cursor);
  while (atWord(cursor, 'or')) left = { kind: 'or', at: advance(cursor).at, left, right: parseAnd(cursor) };
  return left;
}

function parseAnd(cursor: Cursor): Expr {
  let left = parseNot(cursor);
  while (atWord(cursor, 'and')) left = { kind: 'and', at: advance(cursor).at, left, right: parseNot(cursor) };
  return left;
}

function parseNot(cursor: Cursor): Expr {
  if (!atWord(cursor, 'not')) return parseCompare(cursor);
  const { at } = advance(cursor);
  return { kind: 'not', at, operand: nested(cursor, () => parseNot(cursor)) };
}

const COMPARISONS = new Set<string>(['==', '!=', '<', '<=', '>', '>=']);

function parseCompare(cursor: Cursor): Expr {
  const { at } = current(cursor);
  const first = parseSum(cursor);
  const rest: Comparison[] = [];
  for (let operator = comparison(cursor); operator; operator = comparison(cursor)) {
    rest.push({ operator, operand: parseSum(cursor) });
  }
  return rest.length === 0 ? first : { kind: 'compare', at, first, rest };
}

function comparison(cursor: Cursor): ComparisonOperator | undefined {
  const { type, value } = current(cursor);
  if (type === 'operator' && COMPARISONS.has(value)) return advance(cursor).value as ComparisonOperator;
  if (skipWord(cursor, 'in')) return 'in';
  const next = upcoming(cursor);
  if (!atWord(cursor, 'not') || next.type !== 'name' || next.value !== 'in') return undefined;
  cursor.index += 2;
  return 'not in';
}

type Level = (cursor: Cursor) => Expr;

/** A level of operators that associate to the left. */
function leftToRight(operators: readonly string[], operand: Level): Level {
  return (cursor) => {
    let left = operand(cursor);
    for (;;) {
      const token = current(cursor);
      if (token.type !== 'operator' || !operators.includes(token.value)) return left;
      const operator = advance(cursor).value as ArithmeticExpr['operator'];
      left = { kind: 'arithmetic', at: token.at, operator, left, right: operand(cursor) };
    }
  };
}

const parsePower: Level = leftToRight(['**'], (cursor) => parseUnary(cursor, true));
const parseProduct: Level = leftToRight(['*', '/', '//', '%'], parsePower);
const parseSum: Level = leftToRight(['+', '-'], parseConcat);

function parseConcat(cursor: Cursor): Expr {
  const { at } = current(cursor);
  const parts = [parseProduct(cursor)];
  while (skipOperator(cursor, '~')) parts.push(parseProduct(cursor));
  const [only] = parts;
  return parts.length === 1 && only ? only : { kind: 'concat', at, parts };
}

function parseUnary(cursor: Cursor, filters: boolean): Expr {
  const { at } = current(cursor);
  const sign = atOperator(cursor, '-') ? 'negative' : atOperator(cursor, '+') ? 'positive' : undefined;
  if (sign) advance(cursor);
  const operand = sign
    ? ({ kind: sign, at, operand: nested(cursor, () => parseUnary(cursor, false)) } as const)
    : parsePrimary(cursor, GRAMMAR);
  const value = parsePostfix(cursor, operand, GRAMMAR);
  return filters ? parseFilterChain(cursor, value, GRAMMAR) : value;
}

/** Parses one expression or a tuple of them. @throws SyntaxFault */
export function parseTuple(cursor: Cursor, options: TupleOptions = {}): Expr {
  const { at } = current(cursor);
  const items: Expr[] = [];
  let isTuple = false;
  while (!tupleEnds(cursor, options.stop)) {
    items.push(parseExpression(cursor, options.conditional ?? true));
    if (!skipOperator(cursor, ',')) break;
    isTuple = true;
  }
  const [only] = items;
  if (!isTuple && only) return only;
  if (!isTuple && !options.parentheses) throw unexpected(cursor, 'an expression');
  return { kind: 'tuple', at, items };
}

function tupleEnds(cursor: Cursor, stop: string | undefined): boolean {
  const { type, value } = current(cursor);
  if (type === 'variable-end' || type === 'block-end' || type === 'end') return true;
  if (type === 'operator' && value === ')') return true;
  return stop !== undefined && type === 'name' && value === stop;
}

const GRAMMAR: Grammar = { expression: parseExpression, tuple: parseTuple };
