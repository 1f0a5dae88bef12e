/** Python's pattern syntax to JavaScript's with the `u` flag. See Python, "re — Regular expression operations". */
import { valueFault } from '../fault.ts';

export type Translation = {
  readonly pattern: string;
  readonly flags: string;
  readonly names: ReadonlyMap<string, number>;
  readonly groups: number;
};

type State = {
  readonly source: string;
  at: number;
  groups: number;
  readonly names: Map<string, number>;
  flags: string;
  multiline: boolean;
  dotAll: boolean;
  verbose: boolean;
};

/** Translates a pattern. @throws Fault value */
export function translatePattern(source: string, multiline: boolean): Translation {
  const state: State = {
    source,
    at: 0,
    groups: 0,
    names: new Map(),
    flags: '',
    multiline,
    dotAll: false,
    verbose: false,
  };
  readGlobalFlags(state);
  let pattern = '';
  while (state.at < source.length) pattern += translateNext(state);
  return { pattern, flags: state.flags, names: state.names, groups: state.groups };
}

function readGlobalFlags(state: State): void {
  const match = /^\(\?([aiLmsux]+)\)/.exec(state.source);
  if (!match) return;
  applyFlags(state, match[1] ?? '');
  state.at = match[0].length;
}

function applyFlags(state: State, letters: string): void {
  state.flags += letters;
  state.multiline ||= letters.includes('m');
  state.dotAll ||= letters.includes('s');
  state.verbose ||= letters.includes('x');
}

function translateNext(state: State): string {
  const char = state.source.charAt(state.at);
  if (state.verbose && /[\s#]/.test(char)) return skipVerbose(state, char);
  if (char === '\\') return translateEscape(state, false);
  if (char === '[') return translateSet(state);
  if (char === '(') return translateGroup(state);
  if ('*+?{'.includes(char)) return translateRepeat(state, char);
  state.at++;
  return PLAIN[char]?.(state) ?? plainCharacter(state, char);
}

const PLAIN: Record<string, (state: State) => string> = {
  '.': (state) => (state.dotAll ? '[\\s\\S]' : '[^\\n]'),
  '^': (state) => (state.multiline ? '(?<![^\\n])' : '(?<![\\s\\S])'),
  $: (state) => (state.multiline ? '(?![^\\n])' : '(?=\\n?(?![\\s\\S]))'),
  ']': () => '\\]',
  '}': () => '\\}',
};

/** A character beyond U+FFFF is two units; both go in at once. */
function plainCharacter(state: State, char: string): string {
  const low = state.source.charAt(state.at);
  if (!/[\ud800-\udbff]/.test(char) || !/[\udc00-\udfff]/.test(low)) return char;
  state.at++;
  return char + low;
}

function skipVerbose(state: State, char: string): string {
  const end = char === '#' ? state.source.indexOf('\n', state.at) : state.at;
  state.at = end < 0 ? state.source.length : end + 1;
  return '';
}

function translateRepeat(state: State, char: string): string {
  const match = /^(?:[*+?]|\{(\d*)(?:(,)(\d*))?\})([?+]?)/.exec(state.source.slice(state.at, state.at + 40));
  const isCount = char !== '{' || (match && (match[1] !== '' || match[2] !== undefined));
  if (!match || !isCount) {
    state.at++;
    return '\\{';
  }
  state.at += match[0].length;
  const lazy = match[4] === '?' ? '?' : '';
  if (char !== '{') return char + lazy;
  const [, low = '', comma = '', high = ''] = match;
  if (low !== '' && high !== '' && Number(low) > Number(high))
    throw valueFault('min repeat greater than max repeat');
  return `{${low === '' ? '0' : low}${comma}${high}}${lazy}`;
}

const GROUP =
  /^\(\?(?:P<([A-Za-z_]\w*)>|P=([A-Za-z_]\w*)\)|(:|=|!|<=|<!|>)|(#)[^)]*\)|([aiLmsux]*)(?:-([imsx]+))?([:)]))/;

function translateGroup(state: State): string {
  if (state.source.charAt(state.at + 1) !== '?') {
    state.at++;
    state.groups++;
    return '(';
  }
  const match = GROUP.exec(state.source.slice(state.at));
  if (!match) throw valueFault('unknown extension in a regular expression');
  state.at += match[0].length;
  const [, name, back, kind, remark, flags = '', , close] = match;
  if (name !== undefined) {
    state.names.set(name, ++state.groups);
    return `(?<${name}>`;
  }
  if (back !== undefined) return `\\k<${back}>`;
  if (remark !== undefined) return '';
  if (kind !== undefined) return kind === '>' ? '(?:' : `(?${kind}`;
  applyFlags(state, flags);
  return close === ')' ? '' : '(?:';
}

const CLASSES: Record<string, string> = {
  d: '\\p{Nd}',
  D: '\\P{Nd}',
  s: '\\s\\x1c-\\x1f\\x85',
  w: '\\p{L}\\p{N}_',
};

const WORD = '[\\p{L}\\p{N}_]';
const BOUNDARY = `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;
const ANCHORS: Record<string, string> = {
  A: '(?<![\\s\\S])',
  Z: '(?![\\s\\S])',
  b: BOUNDARY,
  B: `(?!${BOUNDARY})`,
  S: '[^\\s\\x1c-\\x1f\\x85]',
  W: '[^\\p{L}\\p{N}_]',
  s: '[\\s\\x1c-\\x1f\\x85]',
  w: WORD,
};

function translateEscape(state: State, inSet: boolean): string {
  const char = state.source.charAt(state.at + 1);
  if (char === '') throw valueFault('bad escape (end of pattern)');
  const numeric = /^\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|0([0-7]{0,2})|([1-9]\d?))/.exec(
    state.source.slice(state.at, state.at + 10),
  );
  if (numeric) {
    state.at += numeric[0].length;
    return numericEscape(numeric, inSet);
  }
  state.at += 2;
  const special = inSet ? setEscape(char) : (ANCHORS[char] ?? CLASSES[char]);
  if (special !== undefined) return special;
  if ('nrtfv'.includes(char)) return `\\${char}`;
  if (char === 'a') return '\\x07';
  if (/[A-Za-z]/.test(char)) throw valueFault(`bad escape \\${char}`);
  return literal(char);
}

function numericEscape(match: RegExpExecArray, inSet: boolean): string {
  const [, x, u, long, octal, reference] = match;
  if (reference !== undefined) {
    if (inSet) throw valueFault('bad escape in a character set');
    return `(?:\\${reference})`;
  }
  const code = octal === undefined ? Number.parseInt(x ?? u ?? long ?? '0', 16) : Number.parseInt(octal || '0', 8);
  return `\\u{${code.toString(16)}}`;
}

function setEscape(char: string): string | undefined {
  if (char === 'b') return '\\x08';
  if (char === 'S') return '\\S';
  if (char === 'W') return '\\P{Any}';
  return CLASSES[char];
}

/** A character that stands for itself, escaped where JavaScript's `u` mode wants it and only there. */
const literal = (char: string): string => (/[\\^$.*+?()[\]{}|/-]/.test(char) ? escapeLiteral(char) : char);

const escapeLiteral = (char: string): string => (char === '-' ? '\\x2d' : `\\${char}`);

function translateSet(state: State): string {
  state.at++;
  const negated = state.source.charAt(state.at) === '^';
  let out = negated ? '[^' : '[';
  if (negated) state.at++;
  for (let first = true; ; first = false) {
    const char = state.source.charAt(state.at);
    if (char === '') throw valueFault('unterminated character set');
    if (char === ']' && !first) break;
    out += translateMember(state, char, out);
  }
  state.at++;
  return `${out}]`;
}

function translateMember(state: State, char: string, before: string): string {
  if (char === '\\') return translateEscape(state, true);
  state.at++;
  if (char === '-') return setDash(state, before);
  return plainCharacter(state, '[]^'.includes(char) ? `\\${char}` : char);
}

/** A dash is a range only between two characters. */
function setDash(state: State, before: string): string {
  const next = state.source.charAt(state.at);
  const range = before !== '[' && before !== '[^' && next !== ']' && !/\\[pPsS]\{?[^}]*\}?$|_$/.test(before);
  return range ? '-' : '\\x2d';
}
