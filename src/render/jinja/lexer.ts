/** Jinja2's lexer: template source to tokens, with white space control. See Jinja2, "Template Designer Documentation". */
import { SPACES } from '../python/text.ts';
import type { SyntaxOptions } from './options.ts';
import { scanTag, type TagEnd } from './scan-tag.ts';
import { SyntaxFault, type Token } from './token.ts';

const TRAILING_SPACE = new RegExp(`[${SPACES}]+$`);
const LEADING_SPACE = new RegExp(`[${SPACES}]*`, 'y');

type Lexing = { readonly source: string; readonly options: SyntaxOptions; readonly tokens: Token[]; at: number };

type Opening = { readonly kind: 'block' | 'variable' | 'comment'; readonly start: string; readonly end: string };

/** Splits a template into tokens. Line ends must be `\n` already. @throws SyntaxFault */
export function tokenize(source: string, options: SyntaxOptions): Token[] {
  const state: Lexing = { source, options, tokens: [], at: 0 };
  const openings = openingsOf(options);
  const pattern = new RegExp(openings.map(({ start }) => escapePattern(start)).join('|'), 'g');
  while (state.at < source.length) {
    pattern.lastIndex = state.at;
    const match = pattern.exec(source);
    if (!match) break;
    const opening = openings.find(({ start }) => start === match[0]);
    if (opening) lexTag(state, match.index, opening);
  }
  pushText(state, source.slice(state.at), state.at);
  state.tokens.push({ type: 'end', value: '', at: source.length });
  return state.tokens;
}

/** Longer beginnings are tried first, so that `{%` and `{%%` can stand side by side. */
function openingsOf(options: SyntaxOptions): Opening[] {
  const openings: Opening[] = [
    { kind: 'comment', start: options.commentStart, end: options.commentEnd },
    { kind: 'block', start: options.blockStart, end: options.blockEnd },
    { kind: 'variable', start: options.variableStart, end: options.variableEnd },
  ];
  return openings.sort((a, b) => b.start.length - a.start.length);
}

const escapePattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

function lexTag(state: Lexing, start: number, opening: Opening): void {
  const { source } = state;
  let after = start + opening.start.length;
  const sign = /[-+]/.exec(source.charAt(after))?.[0];
  if (sign) after++;
  const before = stripBefore(source.slice(state.at, start), state, {
    sign,
    variable: opening.kind === 'variable',
  });
  pushText(state, before, state.at);
  if (opening.kind === 'comment') skipComment(state, after, start);
  else if (opening.kind === 'block' && lexRaw(state, start, after)) return;
  else lexCode(state, start, after, opening);
}

function stripBefore(text: string, state: Lexing, tag: { sign: string | undefined; variable: boolean }): string {
  if (tag.sign === '-') return text.replace(TRAILING_SPACE, '');
  if (tag.sign === '+' || tag.variable || !state.options.lstripBlocks) return text;
  const line = text.lastIndexOf('\n') + 1;
  const lineStarts = line > 0 || state.at === 0 || state.source[state.at - 1] === '\n';
  return lineStarts && /^\s*$/.test(text.slice(line)) ? text.slice(0, line) : text;
}

function pushText(state: Lexing, text: string, at: number): void {
  const value = state.options.newline === '\n' ? text : text.replaceAll('\n', state.options.newline);
  if (value !== '') state.tokens.push({ type: 'text', value, at });
}

function skipComment(state: Lexing, from: number, start: number): void {
  const end = state.source.indexOf(state.options.commentEnd, from);
  if (end < 0) throw new SyntaxFault('missing end of comment tag', start);
  const sign = end > from ? state.source.charAt(end - 1) : '';
  state.at = afterTag(state, end + state.options.commentEnd.length, sign, true);
}

/** Where the text goes on after a tag: `-` takes all white space, trim_blocks one line end unless `+`. */
function afterTag(state: Lexing, end: number, sign: string, block: boolean): number {
  if (sign === '-') {
    LEADING_SPACE.lastIndex = end;
    return end + (LEADING_SPACE.exec(state.source)?.[0].length ?? 0);
  }
  const trims = block && sign !== '+' && state.options.trimBlocks && state.source[end] === '\n';
  return trims ? end + 1 : end;
}

/** Reads `{% raw %}…{% endraw %}`; false when the block is another one. */
function lexRaw(state: Lexing, start: number, after: number): boolean {
  const { source, options } = state;
  const [open, close] = [escapePattern(options.blockStart), escapePattern(options.blockEnd)];
  const begin = new RegExp(`\\s*raw\\s*(-?)${close}`, 'y');
  begin.lastIndex = after;
  const match = begin.exec(source);
  if (!match) return false;
  const from = afterTag(state, after + match[0].length, match[1] ?? '', false);
  const finish = new RegExp(`${open}([-+]?)\\s*endraw\\s*([-+]?)${close}`, 'g');
  finish.lastIndex = from;
  const end = finish.exec(source);
  if (!end) throw new SyntaxFault('missing end of raw directive', start);
  const raw = source.slice(from, end.index);
  state.at = from;
  pushText(state, stripBefore(raw, state, { sign: end[1] || undefined, variable: false }), from);
  state.at = afterTag(state, end.index + end[0].length, end[2] ?? '', true);
  return true;
}

function lexCode(state: Lexing, start: number, after: number, opening: Opening): void {
  const block = opening.kind === 'block';
  state.tokens.push({ type: block ? 'block-begin' : 'variable-begin', value: opening.start, at: start });
  const raw = state.options.rawBackslashes && !block;
  const end: TagEnd = scanTag(state.source, after, {
    end: opening.end,
    plusAllowed: block,
    raw,
    tokens: state.tokens,
  });
  state.tokens.push({ type: block ? 'block-end' : 'variable-end', value: opening.end, at: end.at });
  state.at = afterTag(state, end.after, end.sign, block);
}
