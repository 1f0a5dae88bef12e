/** YAML text → the syntax tree of the npm package `yaml`, within limits. */
import { Composer, type CST, LineCounter, type ParsedNode, Parser } from 'yaml';
import { type Position, positionAt } from '../../base/position.ts';
import { isCommentWithoutSpace } from '../../base/yaml-scalar.ts';
import { yamlLimit, yamlSyntax } from './errors.ts';
import { explain, type Stop } from './explain.ts';
import { reindent } from './reindent.ts';

/** Deeper than anything written by hand, and shallow enough for recursive readers. */
export const MAX_DEPTH = 150;

const OPTIONS = {
  version: '1.1',
  schema: 'failsafe',
  resolveKnownTags: false,
  uniqueKeys: false,
  merge: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

const CONTROL = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** A parsed file: its one document, and how an offset becomes a position. */
export type Syntax = { readonly root: ParsedNode | null; readonly positionOf: (offset: number) => Position };

/** Parses one document. @throws GatError yaml/syntax at the first mistake, yaml/limit for nesting without end */
export function parseSyntax(written: string, file: string): Syntax {
  // The parser would count a byte order mark as indentation.
  const text = written.replace(/^\ufeff/, '');
  checkCharacters(text, file);
  const lines = new LineCounter();
  const plain = (offset: number): Position => toPosition(lines, offset, file);
  const first = compose(text, plain, lines);
  if (!first.error) return { root: first.root, positionOf: plain };
  const repaired = reindent(text);
  if (repaired) {
    const shifted = (offset: number): Position => plain(repaired.originalOffset(offset));
    const second = compose(repaired.text, shifted);
    if (!second.error) return { root: second.root, positionOf: shifted };
  }
  const { offset, text: said, fix } = explain(text, first.error);
  throw yamlSyntax(plain(offset), said, fix);
}

type Composed = { readonly root: ParsedNode | null; readonly error?: Stop };

function compose(text: string, positionOf: (offset: number) => Position, lines?: LineCounter): Composed {
  const tokens = [...new Parser(lines?.addNewLine).parse(text)];
  const tooDeep = findTooDeep(tokens);
  if (tooDeep !== undefined)
    throw yamlLimit(positionOf(tooDeep), `it is nested more than ${MAX_DEPTH} levels deep`);
  const documents = [...new Composer(OPTIONS).compose(tokens)];
  const [document, another] = documents;
  const root = document?.contents ?? null;
  const [error] = documents.flatMap((one) => one.errors).filter((one) => !isCommentWithoutSpace(one));
  if (error) return { root, error: { code: error.code, message: error.message, offset: error.pos[0] } };
  if (another)
    return {
      root,
      error: { code: 'document', message: 'a second document begins here', offset: another.range[0] },
    };
  return { root };
}

function toPosition(lines: LineCounter, offset: number, file: string): Position {
  const { line, col } = lines.linePos(offset);
  return { file, line: Math.max(1, line), column: Math.max(1, col) };
}

function checkCharacters(text: string, file: string): void {
  const match = CONTROL.exec(text);
  if (!match) return;
  const code = (match[0].codePointAt(0) ?? 0).toString(16).padStart(4, '0');
  throw yamlSyntax(positionAt(text, match.index, file), `the control character U+${code} is not allowed`);
}

/** The offset of the first token that is nested too deep; walks without recursion, so that depth can't exhaust the stack. */
function findTooDeep(tokens: readonly CST.Token[]): number | undefined {
  let level = tokens;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MAX_DEPTH) return level[0]?.offset;
    level = level.flatMap(tokensInside);
  }
  return undefined;
}

function tokensInside(token: CST.Token): CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!('items' in token)) return [];
  return token.items.flatMap((item) => [item.key, item.value].filter((part): part is CST.Token => part != null));
}
