/** Filters and tests with regular expressions. */
import { Fault, valueFault } from '../fault.ts';
import { produce, produceItems, spend } from '../limits.ts';
import { type PluginTable, plugin } from '../plugin.ts';
import { truth } from '../python/compare.ts';
import type { PyDict } from '../python/dict.ts';
import {
  compileRegex,
  expandTemplate,
  findMatches,
  groupNumber,
  type Regex,
  searchText,
} from '../python/regex.ts';
import { str } from '../python/repr.ts';
import { PyList, PyTuple, type PyValue } from '../python/value.ts';
import { text, whole } from './arguments.ts';

const compile = (pattern: PyValue, ignoreCase: PyValue, multiline: PyValue): Regex =>
  compileRegex(text(pattern), { ignoreCase: truth(ignoreCase), multiline: truth(multiline) });

/** Replaces matches as Python's `subn`. */
function substitute(
  regex: Regex,
  value: string,
  replacement: string,
  limit: number,
): { text: string; count: number } {
  let out = '';
  let from = 0;
  let count = 0;
  for (const match of findMatches(regex, value)) {
    if (limit > 0 && count >= limit) break;
    spend();
    out += value.slice(from, match.start) + expandTemplate(replacement, match, regex);
    produce(out.length - from);
    from = match.end;
    count++;
  }
  return { text: out + value.slice(from), count };
}

function replace(value: PyValue, regex: Regex, replacement: PyValue, limit: PyValue, mandatory: PyValue): string {
  const result = substitute(regex, str(value), text(replacement), whole(limit));
  if (truth(mandatory) && whole(mandatory) !== result.count) {
    throw new Fault(
      'other',
      `the pattern should match ${str(mandatory)} times, but matches ${result.count} times`,
    );
  }
  return result.text;
}

function findAll(value: string, regex: Regex): PyList {
  const found: PyValue[] = [];
  for (const { groups } of findMatches(regex, value)) {
    spend();
    const parts = groups.slice(1).map((group) => group ?? '');
    found.push(
      parts.length === 0 ? (groups[0] ?? '') : parts.length === 1 ? (parts[0] ?? '') : new PyTuple(parts),
    );
  }
  produceItems(found.length);
  return new PyList(found);
}

function search(value: string, pattern: PyValue, args: PyTuple, named: PyDict): PyValue {
  const wanted = args.items.map((arg) => groupReference(text(arg)));
  const regex = compile(pattern, named.get('ignorecase') ?? false, named.get('multiline') ?? false);
  const match = searchText(regex, value, 'search');
  if (!match) return null;
  if (wanted.length === 0) return match.groups[0] ?? '';
  return new PyList(
    wanted.map((name) => {
      const number = groupNumber(regex, name);
      if (number > regex.groups) throw valueFault('no such group');
      return match.groups[number] ?? null;
    }),
  );
}

function groupReference(argument: string): string {
  const match = /^\\(?:g<(\S+)>|(\d+))/.exec(argument);
  if (match) return match[1] ?? match[2] ?? '';
  if (!argument.startsWith('\\')) throw new Fault('other', 'Unknown argument');
  throw new Fault('undefined', `the group reference '${argument}' names no group`);
}

function escapePattern(value: PyValue, type: PyValue): string {
  const kind = text(type);
  if (kind === 'python') return str(value).replace(/[()[\]{}?*+\-|^$\\.&~#\s]/g, (char) => `\\${char}`);
  if (kind === 'posix_basic') return str(value).replace(/[\][.^$*\\]/g, '\\$&');
  throw new Fault(
    'other',
    kind === 'posix_extended' ? `Regex type (${kind}) not yet implemented` : `Invalid regex type (${kind})`,
  );
}

export const REGEX_FILTERS: PluginTable = {
  regex_escape: plugin("string, re_type='python'", (_t, value, type) => escapePattern(value, type)),
  regex_findall: plugin(
    'value, regex, multiline=False, ignorecase=False',
    (_t, value, pattern, multiline, ignoreCase) => findAll(str(value), compile(pattern, ignoreCase, multiline)),
  ),
  regex_replace: plugin(
    "value='', pattern='', replacement='', ignorecase=False, multiline=False, count=0, mandatory_count=0",
    (_t, value, pattern, replacement, ignoreCase, multiline, count, mandatory) =>
      replace(value, compile(pattern, ignoreCase, multiline), replacement, count, mandatory),
  ),
  regex_search: plugin('value, regex, *args, **kwargs', (_t, value, pattern, args, named) =>
    search(str(value), pattern, args as PyTuple, named as PyDict),
  ),
};

const regexTest = (fixed?: 'search' | 'match') =>
  plugin(
    "value='', pattern='', ignorecase=False, multiline=False, match_type='search'",
    (_t, value, pattern, ignoreCase, multiline, type) => {
      const kind =
        fixed ?? (text(type) === 'match' ? 'match' : text(type) === 'fullmatch' ? 'fullmatch' : 'search');
      return searchText(compile(pattern, ignoreCase, multiline), str(value), kind) !== undefined;
    },
  );

export const REGEX_TESTS: PluginTable = {
  match: regexTest('match'),
  search: regexTest('search'),
  regex: regexTest(),
};
