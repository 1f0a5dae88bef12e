/** What follows an operand: attributes, indexes, calls, filters and tests. */
import type { CallArguments, Expr, FilterExpr } from './ast.ts';
import {
  advance,
  atOperator,
  atWord,
  type Cursor,
  current,
  expectName,
  expectOperator,
  skipOperator,
  skipWord,
} from './cursor.ts';
import type { Grammar } from './grammar.ts';
import { beginsOperand, parsePrimary } from './parse-primary.ts';
import { SyntaxFault } from './token.ts';

/** Parses `.name`, `[key]` and `(…)`. */
export function parsePostfix(cursor: Cursor, operand: Expr, grammar: Grammar): Expr {
  let value = operand;
  for (;;) {
    if (atOperator(cursor, '.') || atOperator(cursor, '[')) value = parseSubscript(cursor, value, grammar);
    else if (atOperator(cursor, '(')) value = parseCall(cursor, value, grammar);
    else return value;
  }
}

/** Parses `| filter`, `is test` and calls of their results. */
export function parseFilterChain(cursor: Cursor, operand: Expr, grammar: Grammar): Expr {
  let value = operand;
  for (;;) {
    if (atOperator(cursor, '|')) value = parseFilters(cursor, value, grammar);
    else if (atWord(cursor, 'is')) value = parseTest(cursor, value, grammar);
    else if (atOperator(cursor, '(')) value = parseCall(cursor, value, grammar);
    else return value;
  }
}

function parseSubscript(cursor: Cursor, object: Expr, grammar: Grammar): Expr {
  const { value: operator, at } = advance(cursor);
  if (operator === '.') return parseDot(cursor, object, at);
  const keys: Expr[] = [];
  while (!atOperator(cursor, ']')) {
    if (keys.length > 0) expectOperator(cursor, ',');
    keys.push(parseKey(cursor, grammar));
  }
  expectOperator(cursor, ']');
  const [only] = keys;
  const key: Expr = keys.length === 1 && only ? only : { kind: 'tuple', at, items: keys };
  return { kind: 'item', at, object, key };
}

function parseDot(cursor: Cursor, object: Expr, at: number): Expr {
  const token = advance(cursor);
  if (token.type === 'name') return { kind: 'attribute', at: token.at, object, name: token.value };
  if (token.type !== 'integer') throw new SyntaxFault('expected name or number', token.at);
  return { kind: 'item', at, object, key: { kind: 'const', at: token.at, value: Number(token.value) } };
}

function parseKey(cursor: Cursor, grammar: Grammar): Expr {
  const { at } = current(cursor);
  const ends = () => [':', ']', ','].some((sign) => atOperator(cursor, sign));
  const start = ends() ? undefined : grammar.expression(cursor);
  if (!skipOperator(cursor, ':')) {
    if (start) return start;
    throw new SyntaxFault('expected an index', at);
  }
  const stop = ends() ? undefined : grammar.expression(cursor);
  const step = skipOperator(cursor, ':') && !ends() ? grammar.expression(cursor) : undefined;
  return { kind: 'slice', at, start, stop, step };
}

function parseCall(cursor: Cursor, callee: Expr, grammar: Grammar): Expr {
  return { kind: 'call', at: callee.at, callee, args: parseArguments(cursor, grammar) };
}

const NO_ARGUMENTS: CallArguments = { positional: [], named: [] };

type Parts = {
  readonly positional: Expr[];
  readonly named: (readonly [string, Expr])[];
  rest?: Expr;
  namedRest?: Expr;
};

/** Parses `(a, b=c, *d, **e)`. @throws SyntaxFault */
export function parseArguments(cursor: Cursor, grammar: Grammar): CallArguments {
  const { at } = expectOperator(cursor, '(');
  const parts: Parts = { positional: [], named: [] };
  for (let first = true; !atOperator(cursor, ')'); first = false) {
    if (!first) expectOperator(cursor, ',');
    if (!atOperator(cursor, ')') && !parseArgument(cursor, grammar, parts)) {
      throw new SyntaxFault('invalid syntax for function call expression', at);
    }
  }
  expectOperator(cursor, ')');
  return parts;
}

/** Parses one argument; false when it may not stand where it stands. */
function parseArgument(cursor: Cursor, grammar: Grammar, parts: Parts): boolean {
  const { rest, namedRest, named, positional } = parts;
  if (skipOperator(cursor, '*')) {
    parts.rest = grammar.expression(cursor);
    return !rest && !namedRest;
  }
  if (skipOperator(cursor, '**')) {
    parts.namedRest = grammar.expression(cursor);
    return !namedRest;
  }
  if (current(cursor).type === 'name' && isAssign(cursor)) {
    named.push(parseNamed(cursor, grammar));
    return !namedRest;
  }
  positional.push(grammar.expression(cursor));
  return !rest && !namedRest && named.length === 0;
}

function isAssign(cursor: Cursor): boolean {
  const next = cursor.tokens[cursor.index + 1];
  return next?.type === 'operator' && next.value === '=';
}

function parseNamed(cursor: Cursor, grammar: Grammar): readonly [string, Expr] {
  const name = advance(cursor).value;
  expectOperator(cursor, '=');
  return [name, grammar.expression(cursor)];
}

function dottedName(cursor: Cursor): { name: string; at: number } {
  const { value, at } = expectName(cursor);
  let name = value;
  while (skipOperator(cursor, '.')) name += `.${expectName(cursor).value}`;
  return { name, at };
}

function parseFilters(cursor: Cursor, operand: Expr, grammar: Grammar): Expr {
  let value = operand;
  while (skipOperator(cursor, '|')) value = parseOneFilter(cursor, value, grammar);
  return value;
}

function parseOneFilter(cursor: Cursor, operand: Expr | undefined, grammar: Grammar): FilterExpr {
  const { name, at } = dottedName(cursor);
  const args = atOperator(cursor, '(') ? parseArguments(cursor, grammar) : NO_ARGUMENTS;
  return { kind: 'filter', at, name, operand, args };
}

/** Parses the filters of `{% filter a | b %}`, the first of which has no operand. */
export function parseOpenFilters(cursor: Cursor, grammar: Grammar): FilterExpr {
  let filter = parseOneFilter(cursor, undefined, grammar);
  while (skipOperator(cursor, '|')) filter = parseOneFilter(cursor, filter, grammar);
  return filter;
}

function parseTest(cursor: Cursor, operand: Expr, grammar: Grammar): Expr {
  const { at } = advance(cursor);
  const negated = skipWord(cursor, 'not');
  const { name } = dottedName(cursor);
  const args = parseTestArguments(cursor, grammar);
  const test: Expr = { kind: 'test', at, name, operand, args };
  return negated ? { kind: 'not', at, operand: test } : test;
}

function parseTestArguments(cursor: Cursor, grammar: Grammar): CallArguments {
  const token = current(cursor);
  if (atOperator(cursor, '(')) return parseArguments(cursor, grammar);
  const goesOn = token.type === 'name' && ['else', 'or', 'and'].includes(token.value);
  if (goesOn || !beginsOperand(token)) return NO_ARGUMENTS;
  if (atWord(cursor, 'is')) throw new SyntaxFault('you cannot chain multiple tests with is', token.at);
  return { positional: [parsePostfix(cursor, parsePrimary(cursor, grammar), grammar)], named: [] };
}
