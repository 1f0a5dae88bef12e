/** Filters on text. */
import { typeFault, valueFault } from '../fault.ts';
import { checkSize, produce } from '../limits.ts';
import { type PluginTable, plugin } from '../plugin.ts';
import { readText } from '../python/ambient.ts';
import { sizeOf, truth } from '../python/compare.ts';
import type { PyDict } from '../python/dict.ts';
import { iterate } from '../python/iterate.ts';
import { defined, isText } from '../python/kinds.ts';
import { percentFormat } from '../python/percent.ts';
import { str } from '../python/repr.ts';
import { replaceText } from '../python/string-methods.ts';
import { capitalize, characters, split, splitLines, strip } from '../python/text.ts';
import { PyList, type PyTuple, type PyValue } from '../python/value.ts';
import { soft, text, textList, textWith, whole } from './arguments.ts';
import { attributeGetter } from './attribute.ts';
import { comment } from './comment.ts';
import { wordWrap } from './wrap.ts';

const SHOW = { secrecy: 'redact' } as const;

function join(value: PyValue, separator: PyValue, attribute: PyValue): string {
  const read = attributeGetter(attribute);
  const parts: string[] = [];
  for (const item of iterate(value)) parts.push(str(read(item)));
  const between = str(separator);
  produce(parts.reduce((sum, part) => sum + part.length + between.length, 0));
  return parts.join(between);
}

function indent(value: PyValue, width: PyValue, first: PyValue, blank: PyValue): string {
  const indention = isText(width) ? readText(width) : ' '.repeat(Math.max(0, Math.min(100_000, whole(width))));
  // Python adds a line end first, which a list takes, too.
  const lines = splitLines(`${value instanceof PyList ? textWith('splitlines', value) : text(value)}\n`);
  produce(lines.length * indention.length);
  const [head = '', ...others] = lines;
  const rest = others.map((line) => (line !== '' || truth(blank) ? indention + line : line));
  return [truth(first) ? indention + head : head, ...rest].join('\n');
}

/** Shortens text as Jinja2: at a word's end unless told otherwise, with a tolerance. */
function truncate(value: string, length: number, killWords: boolean, end: string, leeway: number): string {
  const chars = characters(value);
  if (length < characters(end).length) throw valueFault(`expected length >= ${end.length}, got ${length}`);
  if (leeway < 0) throw valueFault(`expected leeway >= 0, got ${leeway}`);
  if (chars.length <= length + leeway) return value;
  const head = chars.slice(0, length - characters(end).length).join('');
  if (killWords) return head + end;
  const space = head.lastIndexOf(' ');
  return (space < 0 ? head : head.slice(0, space)) + end;
}

function center(value: string, width: number): string {
  checkSize(width);
  const missing = width - characters(value).length;
  if (missing <= 0) return value;
  const left = Math.floor(missing / 2) + (missing & width & 1);
  return ' '.repeat(left) + value + ' '.repeat(missing - left);
}

/** Jinja2's `title`: words begin after white space, a dash or an opening bracket. */
function title(value: string): string {
  return value
    .split(/([-\s({[<]+)/)
    .filter((part) => part !== '')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1).toLowerCase())
    .join('');
}

function format(value: PyValue, args: PyTuple, named: PyDict): string {
  if (args.items.length > 0 && named.size > 0)
    throw typeFault("can't handle positional and keyword arguments at the same time");
  return percentFormat(soft(value), named.size > 0 ? named : args);
}

function replace(value: PyValue, from: PyValue, to: PyValue, count: PyValue): string {
  return replaceText(soft(value), soft(from), soft(to), count === null ? -1 : whole(count));
}

/** Quotes a word for a shell as Python's `shlex.quote`. */
function quote(value: string): string {
  if (value === '') return "''";
  return /[^\w@%+=:,./-]/.test(value) || /[^\x20-\x7e]/.test(value)
    ? `'${value.replaceAll("'", `'"'"'`)}'`
    : value;
}

function splitText(value: PyValue, separator: PyValue, limit: PyValue) {
  const by = separator === null ? undefined : text(separator);
  if (by === '') throw valueFault('empty separator');
  return textList(split(text(value), by, whole(limit)));
}

function wordCount(value: string): number {
  return (value.match(/[\p{L}\p{N}_]+/gu) ?? []).length;
}

export const TEXT_FILTERS: PluginTable = {
  capitalize: plugin('s', (_t, value) => capitalize(soft(value)), SHOW),
  center: plugin('value, width=80', (_t, value, width) => center(soft(value), whole(width))),
  comment: plugin(
    "text, style='plain', **kw",
    (_t, value, style, options) => comment(textWith('replace', value), text(style), options as PyDict),
    SHOW,
  ),
  format: plugin(
    'value, *args, **kwargs',
    (_t, value, args, named) => format(value, args as PyTuple, named as PyDict),
    SHOW,
  ),
  indent: plugin(
    's, width=4, first=False, blank=False',
    (_t, value, width, first, blank) => indent(value, width, first, blank),
    SHOW,
  ),
  join: plugin(
    "value, d='', attribute=None",
    (_t, value, separator, attribute) => join(value, separator, attribute),
    SHOW,
  ),
  lower: plugin('s', (_t, value) => soft(value).toLowerCase(), SHOW),
  quote: plugin('a', (_t, value) => quote(value === null ? '' : soft(value)), SHOW),
  replace: plugin(
    's, old, new, count=None',
    (_t, value, from, to, count) => replace(value, from, to, count),
    SHOW,
  ),
  split: plugin('value, sep=None, maxsplit=-1', (_t, value, separator, limit) =>
    splitText(value, separator, limit),
  ),
  string: plugin('value', (_t, value) => (isText(value) ? value : str(defined(value))), SHOW),
  title: plugin('s', (_t, value) => title(soft(value)), SHOW),
  trim: plugin(
    'value, chars=None',
    (_t, value, chars) => strip(soft(value), chars === null ? undefined : text(chars), 'both'),
    SHOW,
  ),
  truncate: plugin(
    "s, length=255, killwords=False, end='...', leeway=5",
    (_t, value, length, kill, end, leeway) => {
      const spare = leeway === null ? 5 : whole(leeway);
      const fits = !isText(value) && (sizeOf(value) ?? Number.NaN) <= whole(length) + spare;
      return fits ? value : truncate(text(value), whole(length), truth(kill), text(end), spare);
    },
  ),
  upper: plugin('s', (_t, value) => soft(value).toUpperCase(), SHOW),
  wordcount: plugin('s', (_t, value) => wordCount(soft(value))),
  wordwrap: plugin(
    'value, width=79, break_long_words=True, wrapstring=None, break_on_hyphens=True',
    (_t, value, width, long, wrap, hyphens) =>
      wordWrap(textWith('splitlines', value), {
        width: whole(width),
        breakLong: truth(long),
        end: wrap === null ? '\n' : text(wrap),
        hyphens: truth(hyphens),
      }),
  ),
};
