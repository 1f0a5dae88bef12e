/** Host patterns of plays and of `--limit`: groups, globs, `~regex`, `a:!b:&c`, `group[0:2]`. */
import { Fault } from '../../render/fault.ts';
import { compileRegex, searchText } from '../../render/python/regex.ts';
import { parseAddress } from './address.ts';
import { type Host, hostsOf, type InventoryData } from './model.ts';

/** Names that mean this machine, and a host that exists without being written anywhere. */
export const LOCAL_NAMES: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '::1']);

/** Why a pattern can't be used. */
export class PatternFault extends Error {}

/** What patterns select from. */
export type Selection = {
  readonly data: InventoryData;
  /** The implicit localhost, when no source names one. */
  readonly implicit: (name: string) => Host;
  /** Told about each pattern that matches no group and no host. */
  readonly unmatched: (pattern: string) => void;
};

/** Selects hosts by a pattern, or several that are joined. @throws PatternFault */
export function selectHosts(pattern: string | readonly string[], selection: Selection): Host[] {
  const patterns = splitPatterns(pattern);
  const included = patterns.filter((one) => !/^[!&]/.test(one));
  const hosts = new Set<Host>();
  for (const one of included.length > 0 ? included : ['all'])
    for (const host of matchOne(one, selection)) hosts.add(host);
  let found = [...hosts];
  for (const one of patterns.filter((other) => other.startsWith('&'))) {
    const wanted = new Set(matchOne(one.slice(1), selection));
    found = found.filter((host) => wanted.has(host));
  }
  for (const one of patterns.filter((other) => other.startsWith('!'))) {
    const unwanted = new Set(matchOne(one.slice(1), selection));
    found = found.filter((host) => !unwanted.has(host));
  }
  return found;
}

/** Splits at commas, or at colons that are part of no address and no range. */
export function splitPatterns(pattern: string | readonly string[]): string[] {
  if (typeof pattern !== 'string') return pattern.flatMap(splitPatterns);
  const parts = pattern.includes(',')
    ? pattern.split(',')
    : parseAddress(pattern)
      ? [pattern]
      : (pattern.match(/(?:[^\s:[\]]|\[[^\]]*\])+/g) ?? []);
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function matchOne(pattern: string, selection: Selection): Host[] {
  const named = selection.data.hosts.get(pattern);
  if (named) return [named];
  const { name, subscript } = splitSubscript(pattern);
  const hosts = enumerate(name, selection);
  if (hosts.length === 0 || !subscript) return hosts;
  const [start, end] = subscript;
  if (end !== undefined) return hosts.slice(start, end === -1 ? undefined : end + 1);
  const one = hosts.at(start);
  if (!one)
    throw new PatternFault(`\`${pattern}\` asks for a host that \`${name}\` (${hosts.length} hosts) doesn't have`);
  return [one];
}

type Subscript = readonly [number, number | undefined];

function splitSubscript(pattern: string): { readonly name: string; readonly subscript?: Subscript } {
  const match = pattern.startsWith('~') ? null : /^(.+)\[(?:(-?[0-9]+)|([0-9]+)[:-]([0-9]*))\]$/.exec(pattern);
  if (!match) return { name: pattern };
  const [, name = '', index, start, end] = match;
  if (index !== undefined) return { name, subscript: [Number(index), undefined] };
  // Ansible takes an end of 0 for no end at all: g[0:0] is the first host.
  const last = end ? Number(end) : -1;
  return { name, subscript: [Number(start), last === 0 ? undefined : last] };
}

function enumerate(pattern: string, selection: Selection): Host[] {
  const { data } = selection;
  const matches = matcher(pattern);
  const groups = [...data.groups.values()].filter((group) => matches(group.name));
  const found = new Set(groups.flatMap((group) => [...hostsOf(group)]));
  const mayNameHosts = groups.length === 0 || pattern.startsWith('~') || /[.?*[]/.test(pattern);
  const named = mayNameHosts ? [...data.hosts.values()].filter((host) => matches(host.name)) : [];
  for (const host of named) found.add(host);
  if (found.size === 0 && LOCAL_NAMES.has(pattern)) return [selection.implicit(pattern)];
  if (found.size === 0 && groups.length === 0 && pattern !== 'all') selection.unmatched(pattern);
  return [...found];
}

function matcher(pattern: string): (name: string) => boolean {
  if (!pattern.startsWith('~') && !/[*?[]/.test(pattern)) return (name) => name === pattern;
  const glob = globRegex(pattern);
  return glob ? (name) => glob.test(name) : patternMatcher(pattern);
}

/** A regular expression is Python's and has bounded time, also one that a hostile repository wrote. */
function patternMatcher(pattern: string): (name: string) => boolean {
  const bounded = <T>(run: () => T): T => {
    try {
      return run();
    } catch (error) {
      if (error instanceof Fault) throw new PatternFault(`\`${pattern}\` can't be used: ${error.message}`);
      throw error;
    }
  };
  const regex = bounded(() => compileRegex(pattern.slice(1)));
  return (name) => bounded(() => searchText(regex, name, 'match') !== undefined);
}

function globRegex(pattern: string): RegExp | undefined {
  if (pattern.startsWith('~')) return undefined;
  try {
    return new RegExp(globSource(pattern), 'su');
  } catch {
    throw new PatternFault(`\`${pattern}\` is no valid pattern`);
  }
}

/** Python's fnmatch: `*`, `?`, `[abc]`, `[!abc]`; an open bracket that isn't closed stands for itself. */
function globSource(glob: string): string {
  const body = glob.replace(
    /\*+|\?|\[(!?)(\]?[^\]]*)\]|[\\^$.|+(){}[\]/-]/g,
    (all, negated?: string, set?: string) => {
      if (all.startsWith('*')) return '.*';
      if (all === '?') return '.';
      if (set === undefined) return `\\${all}`;
      const escaped = set.replace(/[\\\]^[&~|]/g, '\\$&');
      return `[${negated ? '^' : ''}${escaped}]`;
    },
  );
  return `^(?:${body})$`;
}
