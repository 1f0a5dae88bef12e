/** Methods of Python's `str` that ask about text or search in it. */
import { typeFault, valueFault } from '../fault.ts';
import { readText } from './ambient.ts';
import { isText, needText } from './kinds.ts';
import { type Method, method } from './method.ts';
import type { Self } from './string-methods.ts';
import { characters, SPACES } from './text.ts';
import { PyTuple, type PyValue } from './value.ts';

const text = (value: PyValue): string => readText(needText(value));

/** The part between two code point positions, and where it begins. */
function part(value: string, start: PyValue, end: PyValue): { chars: string[]; from: number } {
  const chars = characters(value);
  const position = (given: PyValue, otherwise: number): number => {
    if (given === null) return otherwise;
    if (typeof given !== 'number') throw typeFault('slice indices must be integers or None');
    return given < 0 ? Math.max(0, given + chars.length) : given;
  };
  const from = position(start, 0);
  return { chars: from > chars.length ? [] : chars.slice(from, position(end, chars.length)), from };
}

function find(self: string, args: readonly PyValue[], last: boolean): number {
  const [wanted = null, start = null, end = null] = args;
  const { chars, from } = part(self, start, end);
  if (from > characters(self).length) return -1;
  const joined = chars.join('');
  const at = last ? joined.lastIndexOf(text(wanted)) : joined.indexOf(text(wanted));
  return at < 0 ? -1 : from + characters(joined.slice(0, at)).length;
}

function found(position: number): number {
  if (position < 0) throw valueFault('substring not found');
  return position;
}

function affix(
  self: string,
  wanted: PyValue,
  start: PyValue,
  end: PyValue,
  fits: (a: string, b: string) => boolean,
): boolean {
  const { chars, from } = part(self, start, end);
  if (from > characters(self).length) return false;
  const options = wanted instanceof PyTuple ? wanted.items : [wanted];
  return options.some((option) => {
    if (!isText(option)) throw typeFault('startswith/endswith first arg must be str or a tuple of str');
    return fits(chars.join(''), readText(option));
  });
}

function countParts(self: string, wanted: string): number {
  return wanted === '' ? characters(self).length + 1 : self.split(wanted).length - 1;
}

const whole = (pattern: RegExp) => method<Self>('', (self) => pattern.test(self()));
const FIND = 'sub, start=None, end=None';

const CASED = /\p{Lu}|\p{Ll}|\p{Lt}/u;

export const ASKING_TEXT: Readonly<Record<string, Method<Self>>> = {
  count: method(FIND, (self, wanted, start, end) =>
    countParts(part(self(), start, end).chars.join(''), text(wanted)),
  ),
  endswith: method(FIND, (self, wanted, start, end) => affix(self(), wanted, start, end, (a, b) => a.endsWith(b))),
  find: method(FIND, (self, ...args) => find(self(), args, false)),
  index: method(FIND, (self, ...args) => found(find(self(), args, false))),
  isalnum: whole(/^[\p{L}\p{Nd}\p{Nl}\p{No}]+$/u),
  isalpha: whole(/^\p{L}+$/u),
  isascii: whole(/^\p{ASCII}*$/u),
  isdecimal: whole(/^\p{Nd}+$/u),
  isdigit: whole(/^[\p{Nd}²³¹⁰⁴-⁹₀-₉①-⑨]+$/u),
  isidentifier: whole(/^[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Nd}\p{Mn}\p{Mc}\p{Pc}]*$/u),
  islower: method('', (self) => CASED.test(self()) && self() === self().toLowerCase()),
  isnumeric: whole(/^\p{N}+$/u),
  isprintable: whole(/^(?:[^\p{C}\p{Z}]| )*$/u),
  isspace: whole(new RegExp(`^[${SPACES}]+$`)),
  istitle: method('', (self) => CASED.test(self()) && !/\p{L}\p{Lu}|(?<!\p{L})\p{Ll}/u.test(self())),
  isupper: method('', (self) => CASED.test(self()) && self() === self().toUpperCase()),
  rfind: method(FIND, (self, ...args) => find(self(), args, true)),
  rindex: method(FIND, (self, ...args) => found(find(self(), args, true))),
  startswith: method(FIND, (self, wanted, start, end) =>
    affix(self(), wanted, start, end, (a, b) => a.startsWith(b)),
  ),
};
