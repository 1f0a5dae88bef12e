/** Methods of Python's `str` that make text or lists of text. */
import { typeFault, valueFault } from '../fault.ts';
import { produce } from '../limits.ts';
import { readText } from './ambient.ts';
import type { PyDict } from './dict.ts';
import { iterate } from './iterate.ts';
import { defined, isText, needText, pyType } from './kinds.ts';
import { type Method, method } from './method.ts';
import { asciiOnly, str } from './repr.ts';
import { formatFields } from './str-format.ts';
import { capitalize, characters, split, splitFromRight, splitLines, strip, titleCase } from './text.ts';
import { PyBytes, PyList, PyTuple, type PyValue } from './value.ts';

/** The receiver; a function, so that a secret is read inside the method. */
export type Self = () => string;

const text = (value: PyValue): string => readText(needText(value));
const optional = (value: PyValue): string | undefined => (value === null ? undefined : text(value));
const count = (value: PyValue): number => {
  if (typeof value === 'number' || typeof value === 'boolean') return Number(value);
  throw typeFault(`'${pyType(value)}' object cannot be interpreted as an integer`);
};
const texts = (items: readonly string[]): PyList => new PyList([...items]);

/** Replaces from the left at most `limit` times, all when negative. */
export function replaceText(value: string, from: string, to: string, limit: number): string {
  if (limit === 0) return value;
  const parts = from === '' ? ['', ...characters(value), ''] : value.split(from);
  const times = limit < 0 ? parts.length - 1 : Math.min(limit, parts.length - 1);
  produce(value.length + times * to.length);
  const rest = parts.slice(times).join(from);
  return times === 0 ? rest : parts.slice(0, times).join(to) + to + rest;
}

/** Python's `separator.join(items)`. @throws Fault type */
export function joinItems(separator: string, items: PyValue): string {
  const parts: string[] = [];
  for (const item of iterate(items)) {
    if (!isText(item))
      throw typeFault(`sequence item ${parts.length}: expected str instance, ${pyType(defined(item))} found`);
    parts.push(readText(item));
  }
  produce(parts.reduce((sum, part) => sum + part.length + separator.length, 0));
  return parts.join(separator);
}

function padded(value: string, width: PyValue, fill: PyValue, left: (missing: number) => number): string {
  const missing = count(width) - characters(value).length;
  const char = text(fill);
  if (characters(char).length !== 1) throw typeFault('The fill character must be exactly one character long');
  if (missing <= 0) return value;
  produce(count(width));
  return char.repeat(left(missing)) + value + char.repeat(missing - left(missing));
}

function partition(value: string, separator: PyValue, fromRight: boolean): PyTuple {
  const mark = text(separator);
  if (mark === '') throw valueFault('empty separator');
  const at = fromRight ? value.lastIndexOf(mark) : value.indexOf(mark);
  if (at < 0) return new PyTuple(fromRight ? ['', '', value] : [value, '', '']);
  return new PyTuple([value.slice(0, at), mark, value.slice(at + mark.length)]);
}

function separatorOf(value: PyValue): string | undefined {
  const separator = optional(value);
  if (separator === '') throw valueFault('empty separator');
  return separator;
}

const SWAP = (char: string): string => (char === char.toUpperCase() ? char.toLowerCase() : char.toUpperCase());

export const MAKING_TEXT: Readonly<Record<string, Method<Self>>> = {
  capitalize: method('', (self) => capitalize(self()), 'redact'),
  casefold: method('', (self) => self().toLowerCase().replaceAll('ß', 'ss'), 'redact'),
  center: method("width, fillchar=' '", (self, width, fill) =>
    padded(self(), width, fill, (n) => Math.floor(n / 2) + ((n % 2) & (count(width) % 2))),
  ),
  encode: method("encoding='utf-8', errors='strict'", (self, encoding, errors) =>
    encodeText(self(), text(encoding), text(errors)),
  ),
  expandtabs: method('tabsize=8', (self, size) => expandTabs(self(), count(size))),
  format: method(
    '*args, **kwargs',
    (self, args, kwargs) => formatFields(self(), args as PyTuple, kwargs as PyDict),
    'redact',
  ),
  format_map: method('mapping', (self, map) => formatFields(self(), new PyTuple([]), map as PyDict), 'redact'),
  join: method('iterable', (self, items) => joinItems(self(), items), 'redact'),
  ljust: method("width, fillchar=' '", (self, width, fill) => padded(self(), width, fill, () => 0)),
  lower: method('', (self) => self().toLowerCase(), 'redact'),
  lstrip: method('chars=None', (self, chars) => strip(self(), optional(chars), 'left'), 'redact'),
  partition: method('sep', (self, separator) => partition(self(), separator, false)),
  removeprefix: method('prefix', (self, prefix) => {
    return text(prefix) !== '' && self().startsWith(text(prefix)) ? self().slice(text(prefix).length) : self();
  }),
  removesuffix: method('suffix', (self, suffix) => {
    return text(suffix) !== '' && self().endsWith(text(suffix)) ? self().slice(0, -text(suffix).length) : self();
  }),
  replace: method(
    'old, new, count=-1',
    (self, from, to, limit) => replaceText(self(), text(from), text(to), count(limit)),
    'redact',
  ),
  rjust: method("width, fillchar=' '", (self, width, fill) => padded(self(), width, fill, (n) => n)),
  rpartition: method('sep', (self, separator) => partition(self(), separator, true)),
  rsplit: method('sep=None, maxsplit=-1', (self, separator, limit) =>
    texts(splitFromRight(self(), separatorOf(separator), count(limit))),
  ),
  rstrip: method('chars=None', (self, chars) => strip(self(), optional(chars), 'right'), 'redact'),
  split: method('sep=None, maxsplit=-1', (self, separator, limit) =>
    texts(split(self(), separatorOf(separator), count(limit))),
  ),
  splitlines: method('keepends=False', (self, keep) => texts(splitLines(self(), Boolean(keep)))),
  strip: method('chars=None', (self, chars) => strip(self(), optional(chars), 'both'), 'redact'),
  swapcase: method('', (self) => characters(self()).map(SWAP).join('')),
  title: method('', (self) => titleCase(self())),
  translate: method('table', (self, table) => translate(self(), table as PyDict)),
  upper: method('', (self) => self().toUpperCase(), 'redact'),
  zfill: method('width', (self, width) => zeroFill(self(), count(width))),
};

function zeroFill(value: string, width: number): string {
  const missing = width - characters(value).length;
  if (missing <= 0) return value;
  produce(width);
  const sign = /^[+-]/.exec(value)?.[0] ?? '';
  return sign + '0'.repeat(missing) + value.slice(sign.length);
}

function expandTabs(value: string, size: number): string {
  let column = 0;
  let out = '';
  for (const char of value) {
    const width = char === '\t' ? (size > 0 ? size - (column % size) : 0) : 1;
    out += char === '\t' ? ' '.repeat(width) : char;
    column = char === '\n' || char === '\r' ? 0 : column + width;
  }
  produce(out.length);
  return out;
}

/** What stands for a character that an encoding lacks; undefined where that is an error. */
const REPLACEMENTS: Record<string, (char: string) => string> = {
  ignore: () => '',
  replace: () => '?',
  xmlcharrefreplace: (char) => `&#${char.codePointAt(0)};`,
  backslashreplace: asciiOnly,
};

function encodeText(value: string, encoding: string, errors: string): PyBytes {
  const name = encoding.toLowerCase().replaceAll('_', '-');
  if (name === 'utf-8' || name === 'utf8') return new PyBytes(Buffer.from(value, 'utf8'));
  const limit = name === 'ascii' || name === 'us-ascii' ? 0x7f : /^(latin-?1|iso-?8859-1)$/.test(name) ? 0xff : -1;
  if (limit < 0) throw valueFault(`unknown encoding: ${encoding}`);
  const replace = Object.hasOwn(REPLACEMENTS, errors) ? REPLACEMENTS[errors] : undefined;
  const kept = characters(value).map((char) => {
    if ((char.codePointAt(0) ?? 0) <= limit) return char;
    if (!replace) throw valueFault(`can't encode by ${encoding}`);
    return replace(char);
  });
  return new PyBytes(Buffer.from(kept.join(''), 'latin1'));
}

function translate(value: string, table: PyDict): string {
  return characters(value)
    .map((char) => {
      const found = table.get(char.codePointAt(0) ?? 0);
      if (found === undefined) return char;
      if (found === null) return '';
      return typeof found === 'number' ? String.fromCodePoint(found) : str(found);
    })
    .join('');
}
