/** Python's truth, equality and order. */
import { DateValue, Float } from '../../base/value.ts';
import { typeFault } from '../fault.ts';
import { spend } from '../limits.ts';
import { ambient, readText } from './ambient.ts';
import { PyDict } from './dict.ts';
import { defined, isNumber, isText, pyType } from './kinds.ts';
import { Marker, NOTHING_CHOSEN, PyBytes, PyList, PyObject, PyRange, PyTuple, type PyValue } from './value.ts';

/** Whether a value counts as true. @throws Fault of an undefined value */
export function truth(value: PyValue): boolean {
  if (typeof value === 'boolean') return value;
  if (isText(value)) return readText(value) !== '';
  if (value === null || value === NOTHING_CHOSEN) return false;
  if (isNumber(value)) return Boolean(numeric(value));
  if (value instanceof Marker) throw value.fault;
  const size = sizeOf(value);
  return size === undefined ? true : size > 0;
}

/** The number of items, undefined for what has none. Text counts code points. */
export function sizeOf(value: PyValue): number | undefined {
  if (isText(value)) return codePointCount(readText(value));
  if (value instanceof PyList || value instanceof PyRange) return value.length;
  if (value instanceof PyDict) return value.size;
  if (value instanceof PyTuple) return value.items.length;
  if (value instanceof PyBytes) return value.bytes.length;
  if (value instanceof PyObject)
    return value.seconds === undefined ? value.can.length?.() : Number(value.seconds !== 0);
  return undefined;
}

/** How many code points a text has. */
export function codePointCount(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0xdc00 || unit > 0xdfff || index === 0) count++;
  }
  return count;
}

/** The JavaScript number of a Python number. */
export function numeric(value: number | bigint | boolean | Float): number | bigint {
  if (value instanceof Float) return value.value;
  return typeof value === 'boolean' ? Number(value) : value;
}

/** Python's `==`. @throws Fault of an undefined value */
export function equals(a: PyValue, b: PyValue): boolean {
  spend();
  defined(a);
  defined(b);
  if (ambient.tripping) for (const value of [a, b]) touchItems(value);
  if (isText(a)) return isText(b) && readText(a) === readText(b);
  if (isNumber(a)) return isNumber(b) && sameNumber(numeric(a), numeric(b));
  if (a instanceof DateValue) return b instanceof DateValue && a.kind === b.kind && a.iso === b.iso;
  return a === b || equalContainers(a, b);
}

/** Inside a filter or test, comparing a list or dict touches all that is in it, even where the sizes decide. */
function touchItems(value: PyValue): void {
  if (value instanceof PyList || value instanceof PyDict)
    for (const _item of value instanceof PyList ? value : value.entries());
}

function sameNumber(a: number | bigint, b: number | bigint): boolean {
  if (typeof a === typeof b) return a === b;
  return Number.isInteger(Number(a)) && Number.isInteger(Number(b)) && BigInt(a) === BigInt(b);
}

function equalContainers(a: PyValue, b: PyValue): boolean {
  if (a instanceof PyList) return b instanceof PyList && equalSequences([...a], [...b]);
  if (a instanceof PyTuple) return b instanceof PyTuple && equalSequences(a.items, b.items);
  if (a instanceof PyDict) return b instanceof PyDict && equalDicts(a, b);
  if (a instanceof PyRange) return b instanceof PyRange && equalSequences([...a], [...b]);
  if (a instanceof PyBytes) return b instanceof PyBytes && Buffer.from(a.bytes).equals(b.bytes);
  if (a instanceof PyObject) return b instanceof PyObject && a.seconds !== undefined && a.seconds === b.seconds;
  return false;
}

function equalSequences(a: readonly PyValue[], b: readonly PyValue[]): boolean {
  return a.length === b.length && a.every((item, index) => equals(item, b[index] ?? null));
}

function equalDicts(a: PyDict, b: PyDict): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a.entries()) {
    const other = b.get(key);
    if (other === undefined || !equals(value, other)) return false;
  }
  return true;
}

/** Python's order: below, equal or above zero. @throws Fault type where Python has none */
export function compare(a: PyValue, b: PyValue, operator = '<'): number {
  spend();
  if (isText(a) && isText(b)) return compareText(readText(a), readText(b));
  if (isNumber(a) && isNumber(b)) return compareNumbers(numeric(a), numeric(b));
  if (a instanceof PyList && b instanceof PyList) return compareSequences([...a], [...b], operator);
  if (a instanceof PyTuple && b instanceof PyTuple) return compareSequences(a.items, b.items, operator);
  if (a instanceof DateValue && b instanceof DateValue && a.kind === b.kind) return compareText(a.iso, b.iso);
  if (a instanceof PyObject && b instanceof PyObject && a.seconds !== undefined && b.seconds !== undefined) {
    return a.seconds - b.seconds;
  }
  const types = `'${pyType(defined(a))}' and '${pyType(defined(b))}'`;
  throw typeFault(`'${operator}' not supported between instances of ${types}`);
}

function compareNumbers(a: number | bigint, b: number | bigint): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return sameNumber(a, b) ? 0 : Number.NaN;
}

/** Orders text by code points, not by UTF-16 units. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index++) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for the characters beyond U+FFFF, which come after all others. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

function compareSequences(a: readonly PyValue[], b: readonly PyValue[], operator: string): number {
  for (const [index, item] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (!equals(item, other)) return compare(item, other, operator);
  }
  return a.length - b.length;
}
