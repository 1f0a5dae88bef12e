/** The tests that come with Jinja2. */
import { Float } from '../../base/value.ts';
import { findFilter } from '../filters/index.ts';
import { type PluginTable, plugin } from '../plugin.ts';
import { readText } from '../python/ambient.ts';
import { operate } from '../python/arithmetic.ts';
import { compare, equals } from '../python/compare.ts';
import { contains } from '../python/contains.ts';
import { PyDict } from '../python/dict.ts';
import { isIterable } from '../python/iterate.ts';
import { isInt, isNumber, isText } from '../python/kinds.ts';
import { str } from '../python/repr.ts';
import { PyList, PyObject, PyRange, PyTuple, type PyValue } from '../python/value.ts';

const about = (holds: (value: PyValue) => boolean) => plugin('value', (_t, value) => holds(value));
const between = (holds: (value: PyValue, other: PyValue) => boolean) =>
  plugin('value, other', (_t, value, other) => holds(value, other));

const CASED = /\p{Lu}|\p{Ll}|\p{Lt}/u;

const divides = (value: PyValue, by: PyValue, rest: number): boolean => equals(operate('%', value, by), rest);

/** Python's `is`: small values are the same when they are equal and of one type. */
function same(a: PyValue, b: PyValue): boolean {
  if (isText(a) && isText(b)) return readText(a) === readText(b);
  if (a instanceof Float && b instanceof Float) return a.value === b.value;
  return a === b;
}

const isSequence = (value: PyValue): boolean =>
  isText(value) || [PyList, PyTuple, PyDict, PyRange].some((type) => value instanceof type);

const eq = between(equals);
const ne = between((a, b) => !equals(a, b));
const lt = between((a, b) => compare(a, b, '<') < 0);
const le = between((a, b) => compare(a, b, '<=') <= 0);
const gt = between((a, b) => compare(a, b, '>') > 0);
const ge = between((a, b) => compare(a, b, '>=') >= 0);

export const JINJA_TESTS: PluginTable = {
  boolean: about((value) => typeof value === 'boolean'),
  callable: about((value) => value instanceof PyObject && value.can.call !== undefined),
  divisibleby: between((value, by) => divides(value, by, 0)),
  escaped: about(() => false),
  even: about((value) => divides(value, 2, 0)),
  false: about((value) => value === false),
  filter: about((value) => isText(value) && findFilter(readText(value)) !== undefined),
  float: about((value) => value instanceof Float),
  in: between((value, container) => contains(container, value)),
  integer: about((value) => isInt(value) && typeof value !== 'boolean'),
  iterable: about(isIterable),
  lower: about((value) => CASED.test(str(value)) && str(value) === str(value).toLowerCase()),
  mapping: about((value) => value instanceof PyDict),
  none: about((value) => value === null),
  number: about(isNumber),
  odd: about((value) => divides(value, 2, 1)),
  sameas: between(same),
  sequence: about(isSequence),
  string: about(isText),
  true: about((value) => value === true),
  upper: about((value) => CASED.test(str(value)) && str(value) === str(value).toUpperCase()),
  '==': eq,
  eq,
  equalto: eq,
  '!=': ne,
  ne,
  '<': lt,
  lt,
  lessthan: lt,
  '<=': le,
  le,
  '>': gt,
  gt,
  greaterthan: gt,
  '>=': ge,
  ge,
};
