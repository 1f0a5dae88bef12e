/** Statements that bind names: `for`, `set`, `with`; and `filter` blocks. */
import type { Expr, Statement, Target } from './ast.ts';
import type { Bodies } from './bodies.ts';
import {
  advance,
  atOperator,
  atWord,
  type Cursor,
  current,
  expectBlockEnd,
  expectName,
  expectOperator,
  expectWord,
  nested,
  skipOperator,
  skipWord,
} from './cursor.ts';
import { parseExpression, parseTuple } from './parse-expression.ts';
import { parseOpenFilters } from './parse-postfix.ts';
import { SyntaxFault } from './token.ts';

const GRAMMAR = { expression: parseExpression, tuple: parseTuple };
const RESERVED = new Set(['true', 'false', 'none', 'True', 'False', 'None']);

/** Parses the name of something that is assigned. @throws SyntaxFault */
export function parseAssignedName(cursor: Cursor): { name: string; at: number } {
  const { value, at } = expectName(cursor);
  if (RESERVED.has(value)) throw new SyntaxFault(`can't assign to '${value}'`, at);
  return { name: value, at };
}

/** Parses a name, names in commas, or `namespace.name`. */
function parseTarget(cursor: Cursor, options: { member?: boolean } = {}): Target {
  const { at } = current(cursor);
  const items: Target[] = [];
  let isTuple = false;
  while (!targetEnds(cursor)) {
    items.push(parseOneTarget(cursor, options.member ?? false));
    if (!skipOperator(cursor, ',')) break;
    isTuple = true;
  }
  const [only] = items;
  if (!only) throw new SyntaxFault('expected a name to assign to', at);
  return isTuple ? { kind: 'names', at, items } : only;
}

function targetEnds(cursor: Cursor): boolean {
  const { type } = current(cursor);
  return type === 'block-end' || atOperator(cursor, ')') || atOperator(cursor, '=') || atWord(cursor, 'in');
}

function parseOneTarget(cursor: Cursor, member: boolean): Target {
  if (skipOperator(cursor, '(')) {
    const target = nested(cursor, () => parseTarget(cursor));
    expectOperator(cursor, ')');
    return target;
  }
  const { name, at } = parseAssignedName(cursor);
  if (!member || !skipOperator(cursor, '.')) return { kind: 'name', at, name };
  return { kind: 'member', at, object: name, name: expectName(cursor).value };
}

const namesOf = (target: Target): string[] => {
  if (target.kind === 'names') return target.items.flatMap(namesOf);
  return target.kind === 'name' ? [target.name] : [];
};

export function parseFor(cursor: Cursor, at: number, bodies: Bodies): Statement {
  const target = parseTarget(cursor);
  if (namesOf(target).includes('loop'))
    throw new SyntaxFault("can't assign to special loop variable in for-loop target", target.at);
  expectWord(cursor, 'in');
  const items = parseTuple(cursor, { conditional: false, stop: 'recursive' });
  const condition = skipWord(cursor, 'if') ? parseExpression(cursor) : undefined;
  const recursive = skipWord(cursor, 'recursive');
  expectBlockEnd(cursor);
  const body = nested(cursor, () => bodies.statements(cursor, ['endfor', 'else']));
  const otherwise = advance(cursor).value === 'else' ? bodies.body(cursor, 'endfor') : [];
  return { kind: 'for', at, target, items, condition, recursive, body, otherwise };
}

export function parseSet(cursor: Cursor, at: number, bodies: Bodies): Statement {
  const target = parseTarget(cursor, { member: true });
  if (skipOperator(cursor, '=')) return { kind: 'set', at, target, value: parseTuple(cursor) };
  const filter = skipOperator(cursor, '|') ? parseOpenFilters(cursor, GRAMMAR) : undefined;
  return { kind: 'set-block', at, target, filter, body: bodies.body(cursor, 'endset') };
}

export function parseWith(cursor: Cursor, at: number, bodies: Bodies): Statement {
  const pairs: (readonly [Target, Expr])[] = [];
  while (current(cursor).type !== 'block-end') {
    if (pairs.length > 0) expectOperator(cursor, ',');
    const target = parseTarget(cursor);
    expectOperator(cursor, '=');
    pairs.push([target, parseExpression(cursor)]);
  }
  return { kind: 'with', at, pairs, body: bodies.body(cursor, 'endwith') };
}

export function parseFilterBlock(cursor: Cursor, at: number, bodies: Bodies): Statement {
  const filter = parseOpenFilters(cursor, GRAMMAR);
  return { kind: 'filter-block', at, filter, body: bodies.body(cursor, 'endfilter') };
}
