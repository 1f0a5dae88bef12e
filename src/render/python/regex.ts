/** Python's regular expressions on JavaScript's engine: the syntax is translated, time is bounded as far as it can be. */
import { createContext, Script } from 'node:vm';
import { Fault, valueFault } from '../fault.ts';
import { translatePattern } from './regex-syntax.ts';

export type RegexFlags = { readonly ignoreCase?: boolean; readonly multiline?: boolean };

/** A compiled pattern with the names of its groups. */
export type Regex = {
  readonly pattern: RegExp;
  readonly names: ReadonlyMap<string, number>;
  readonly groups: number;
};

const MAX_CACHED = 500;
const cache = new Map<string, Regex>();

/** Compiles a Python pattern. @throws Fault value */
export function compileRegex(source: string, flags: RegexFlags = {}): Regex {
  const key = `${flags.ignoreCase ? 'i' : ''}${flags.multiline ? 'm' : ''}:${source}`;
  const known = cache.get(key);
  if (known) return known;
  if (source.length > 20_000) throw new Fault('limit', 'the regular expression is too long');
  const made = make(source, flags);
  if (cache.size >= MAX_CACHED) cache.clear();
  cache.set(key, made);
  return made;
}

function make(source: string, flags: RegexFlags): Regex {
  const { pattern, flags: inline, names, groups } = translatePattern(source, flags.multiline ?? false);
  const letters = `gu${flags.ignoreCase || inline.includes('i') ? 'i' : ''}`;
  try {
    return { pattern: new RegExp(pattern, letters), names, groups };
  } catch (error) {
    throw valueFault(
      `invalid regular expression: ${error instanceof Error ? error.message.replace(/^.*: /, '') : ''}`,
    );
  }
}

/** A match: the text, its place, and its groups; a group that took no part is undefined. */
export type Match = {
  readonly groups: readonly (string | undefined)[];
  readonly start: number;
  readonly end: number;
};

/** Finds matches one after another, empty ones too, as Python's `finditer`. */
export function* findMatches(regex: Regex, text: string): Generator<Match> {
  let at = 0;
  while (at <= text.length) {
    const match = matchFrom(regex, text, at);
    if (!match) return;
    yield match;
    at = match.end > match.start ? match.end : match.end + (isHighSurrogate(text, match.end) ? 2 : 1);
  }
}

const isHighSurrogate = (text: string, at: number): boolean => /[\ud800-\udbff]/.test(text.charAt(at));

/** Searches from a position on. */
export function matchFrom(regex: Regex, text: string, from: number): Match | undefined {
  regex.pattern.lastIndex = from;
  const found = execute(regex.pattern, text);
  if (!found) return undefined;
  return { groups: [...found], start: found.index, end: found.index + found[0].length };
}

/** Searches anywhere, or only at the beginning, or for the whole text. */
export function searchText(regex: Regex, text: string, kind: 'search' | 'match' | 'fullmatch'): Match | undefined {
  if (kind === 'search') return matchFrom(regex, text, 0);
  const body = kind === 'match' ? regex.pattern.source : `(?:${regex.pattern.source})$(?![\\s\\S])`;
  const sticky = new RegExp(body, `${regex.pattern.flags.replace('g', '')}y`);
  return matchFrom({ ...regex, pattern: sticky }, text, 0);
}

const REPEATED_GROUP = /\)(?:[*+]|\{\d)/;
const REPEAT = /[*+]|\{\d+,/g;
const OPTIONAL = /[^(]\?/g;
const MANY_STEPS = 1e6;
const TIME_LIMIT_MS = 1000;

/** Whether matching could take long: each repetition multiplies the ways by the text's length, what is optional by two. */
function mayTakeLong({ source }: RegExp, text: string): boolean {
  if (REPEATED_GROUP.test(source)) return true;
  const repeats = source.match(REPEAT)?.length ?? 0;
  const choices = source.match(OPTIONAL)?.length ?? 0;
  return (text.length + 1) ** (repeats + 1) * 2 ** choices > MANY_STEPS;
}

const sandbox: { pattern?: RegExp; text?: string } = createContext({});
const search = new Script('pattern.exec(text)');

/** The error comes from another realm, so that its class tells nothing. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}

/** Matches, and gives up after a while where that could be needed; JavaScript itself would never give up. */
function execute(pattern: RegExp, text: string): RegExpExecArray | null {
  if (!mayTakeLong(pattern, text)) return pattern.exec(text);
  Object.assign(sandbox, { pattern, text });
  try {
    return search.runInContext(sandbox, { timeout: TIME_LIMIT_MS });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new Fault('limit', 'a regular expression takes too long on this text');
  } finally {
    Object.assign(sandbox, { pattern: undefined, text: undefined });
  }
}

/** Reads a replacement's group references `\1`, `\g<name>`. */
export function expandTemplate(template: string, match: Match, regex: Regex): string {
  return template.replace(/\\(?:g<([^>]*)>|(\d{1,2})|([\s\S])|$)/g, (_all, name, digits, char) => {
    if (digits !== undefined) return groupText(match, Number(digits), regex);
    if (name !== undefined) return groupText(match, groupNumber(regex, name), regex);
    return escapeText(char);
  });
}

const ESCAPES: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  f: '\f',
  v: '\v',
  a: '\x07',
  b: '\b',
  '\\': '\\',
};

function escapeText(char: string | undefined): string {
  if (char === undefined) throw valueFault('bad escape (end of pattern)');
  const known = ESCAPES[char];
  if (known !== undefined) return known;
  if (/[A-Za-z]/.test(char)) throw valueFault(`bad escape \\${char}`);
  return `\\${char}`;
}

/** The number of a group that is named or numbered. @throws Fault value */
export function groupNumber(regex: Regex, name: string): number {
  const number = /^\d+$/.test(name) ? Number(name) : regex.names.get(name);
  if (number === undefined) throw valueFault(`unknown group name '${name}'`);
  return number;
}

function groupText(match: Match, number: number, regex: Regex): string {
  if (number > regex.groups) throw valueFault(`invalid group reference ${number}`);
  return match.groups[number] ?? '';
}
