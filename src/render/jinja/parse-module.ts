/** Statements that join templates: `block`, `extends`, `include`, `import`, `from`. */
import type { BlockStatement, Statement } from './ast.ts';
import type { Bodies } from './bodies.ts';
import {
  atWord,
  type Cursor,
  current,
  expectName,
  expectWord,
  skipOperator,
  skipWord,
  unexpected,
  upcoming,
} from './cursor.ts';
import { parseExpression } from './parse-expression.ts';
import { parseAssignedName } from './parse-scope.ts';
import { SyntaxFault } from './token.ts';

export function parseBlock(cursor: Cursor, at: number, bodies: Bodies): Statement {
  const { value: name, at: nameAt } = expectName(cursor);
  if (cursor.blocks.has(name)) throw new SyntaxFault(`block '${name}' defined twice`, nameAt);
  const scoped = skipWord(cursor, 'scoped');
  const required = skipWord(cursor, 'required');
  const holder: BlockStatement = { kind: 'block', at, name, scoped, required, body: [] };
  cursor.blocks.set(name, holder);
  const block = { ...holder, body: bodies.body(cursor, 'endblock') };
  cursor.blocks.set(name, block);
  skipWord(cursor, name);
  return block;
}

export function parseExtends(cursor: Cursor, at: number): Statement {
  return { kind: 'extends', at, template: parseExpression(cursor) };
}

export function parseInclude(cursor: Cursor, at: number): Statement {
  const template = parseExpression(cursor);
  const ignoreMissing = atWord(cursor, 'ignore') && upcoming(cursor).value === 'missing';
  if (ignoreMissing) cursor.index += 2;
  return { kind: 'include', at, template, ignoreMissing, context: parseContext(cursor, true) };
}

export function parseImport(cursor: Cursor, at: number): Statement {
  const template = parseExpression(cursor);
  expectWord(cursor, 'as');
  const { name } = parseAssignedName(cursor);
  return { kind: 'import', at, template, name, context: parseContext(cursor, false) };
}

export function parseFrom(cursor: Cursor, at: number): Statement {
  const template = parseExpression(cursor);
  expectWord(cursor, 'import');
  const names: (readonly [string, string])[] = [];
  let context = contextWords(cursor);
  while (context === undefined && current(cursor).type === 'name') {
    names.push(parseImported(cursor));
    context = contextWords(cursor);
    if (context !== undefined || !skipOperator(cursor, ',')) break;
    context = contextWords(cursor);
  }
  if (names.length === 0) throw unexpected(cursor, 'a name');
  return { kind: 'from', at, template, names, context: context ?? false };
}

function parseImported(cursor: Cursor): readonly [string, string] {
  const { name, at } = parseAssignedName(cursor);
  if (name.startsWith('_')) throw new SyntaxFault('names starting with an underline can not be imported', at);
  return [name, skipWord(cursor, 'as') ? parseAssignedName(cursor).name : name];
}

function parseContext(cursor: Cursor, otherwise: boolean): boolean {
  return contextWords(cursor) ?? otherwise;
}

/** Takes `with context` or `without context` if it is at hand. */
function contextWords(cursor: Cursor): boolean | undefined {
  const asks = (atWord(cursor, 'with') || atWord(cursor, 'without')) && upcoming(cursor).value === 'context';
  if (!asks) return undefined;
  const context = atWord(cursor, 'with');
  cursor.index += 2;
  return context;
}
