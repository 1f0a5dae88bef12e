/** Jinja2's statements: text, `{{ … }}` and `{% … %}`. */
import type { Branch, Expr, Statement } from './ast.ts';
import type { Bodies } from './bodies.ts';
import {
  advance,
  atWord,
  type Cursor,
  current,
  describe,
  expectBlockEnd,
  expectName,
  nested,
  upcoming,
} from './cursor.ts';
import { parseExpression, parseTuple } from './parse-expression.ts';
import { parseCallBlock, parseMacro } from './parse-macro.ts';
import { parseBlock, parseExtends, parseFrom, parseImport, parseInclude } from './parse-module.ts';
import { parseFilterBlock, parseFor, parseSet, parseWith } from './parse-scope.ts';
import { SyntaxFault, type Token } from './token.ts';

/** Parses statements up to a tag with one of these words, which is left at hand; with none, up to the end. */
export function parseStatements(cursor: Cursor, stops: readonly string[]): Statement[] {
  const body: Statement[] = [];
  const start = current(cursor);
  for (;;) {
    const token = current(cursor);
    if (token.type === 'end') {
      if (stops.length === 0) return body;
      throw new SyntaxFault(`unexpected end of template; looking for ${stops.join(' or ')}`, start.at);
    }
    if (token.type === 'block-begin' && isStop(upcoming(cursor), stops)) {
      advance(cursor);
      return body;
    }
    body.push(...parseOne(cursor, token));
  }
}

/** Parses the body of a block after its tag, up to and with the ending tag's word. */
export function parseBody(cursor: Cursor, end: string): Statement[] {
  expectBlockEnd(cursor);
  const body = nested(cursor, () => parseStatements(cursor, [end]));
  advance(cursor);
  return body;
}

function isStop(token: Token, stops: readonly string[]): boolean {
  return token.type === 'name' && stops.includes(token.value);
}

function parseOne(cursor: Cursor, token: Token): Statement[] {
  if (token.type === 'text') {
    advance(cursor);
    return [{ kind: 'text', at: token.at, text: token.value }];
  }
  if (token.type === 'variable-begin') {
    advance(cursor);
    const value = parseTuple(cursor);
    if (current(cursor).type !== 'variable-end') {
      throw new SyntaxFault(
        `expected end of print statement, got ${describe(current(cursor))}`,
        current(cursor).at,
      );
    }
    advance(cursor);
    return [{ kind: 'output', at: value.at, value }];
  }
  advance(cursor);
  return parseTag(cursor, token.at);
}

type TagParser = (cursor: Cursor, at: number) => Statement | Statement[];

const TAGS: Record<string, TagParser | undefined> = {
  if: parseIf,
  for: (cursor, at) => parseFor(cursor, at, BODIES),
  set: (cursor, at) => parseSet(cursor, at, BODIES),
  with: (cursor, at) => parseWith(cursor, at, BODIES),
  filter: (cursor, at) => parseFilterBlock(cursor, at, BODIES),
  macro: (cursor, at) => parseMacro(cursor, at, BODIES),
  call: (cursor, at) => parseCallBlock(cursor, at, BODIES),
  block: (cursor, at) => parseBlock(cursor, at, BODIES),
  extends: parseExtends,
  include: parseInclude,
  import: parseImport,
  from: parseFrom,
  print: parsePrint,
  autoescape: (cursor) => {
    parseExpression(cursor);
    return parseBody(cursor, 'endautoescape');
  },
};

const BODIES: Bodies = { statements: parseStatements, body: parseBody };

function parseTag(cursor: Cursor, at: number): Statement[] {
  const word = expectName(cursor);
  const parse = Object.hasOwn(TAGS, word.value) ? TAGS[word.value] : undefined;
  if (!parse) throw new SyntaxFault(`encountered unknown tag '${word.value}'`, word.at);
  const statements = [parse(cursor, at)].flat();
  expectBlockEnd(cursor);
  return statements;
}

function parseIf(cursor: Cursor, at: number): Statement {
  const branches: Branch[] = [];
  const branch = (): void => {
    const test: Expr = parseTuple(cursor, { conditional: false });
    expectBlockEnd(cursor);
    branches.push({ test, body: nested(cursor, () => parseStatements(cursor, ['elif', 'else', 'endif'])) });
  };
  branch();
  while (atWord(cursor, 'elif')) {
    advance(cursor);
    branch();
  }
  const otherwise = advance(cursor).value === 'else' ? parseBody(cursor, 'endif') : [];
  return { kind: 'if', at, branches, otherwise };
}

function parsePrint(cursor: Cursor): Statement[] {
  const statements: Statement[] = [];
  while (current(cursor).type !== 'block-end') {
    if (statements.length > 0 && advance(cursor).value !== ',')
      throw new SyntaxFault("expected ','", current(cursor).at);
    const value = parseExpression(cursor);
    statements.push({ kind: 'output', at: value.at, value });
  }
  return statements;
}
