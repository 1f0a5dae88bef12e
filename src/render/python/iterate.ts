/** Python's iteration over values. */
import { Fault, typeFault } from '../fault.ts';
import { produceItems, spend } from '../limits.ts';
import { readText } from './ambient.ts';
import { PyDict } from './dict.ts';
import { defined, isText, pyType } from './kinds.ts';
import { guardSecrets } from './secrecy.ts';
import { characters } from './text.ts';
import { NOTHING_CHOSEN, PyBytes, PyList, PyObject, PyRange, PyTuple, type PyValue } from './value.ts';

/** Yields a value's items: characters of text, keys of a dict. @throws Fault type */
export function iterate(value: PyValue): Iterable<PyValue> {
  if (value === NOTHING_CHOSEN) return [];
  const items = itemsOf(defined(value));
  if (items === undefined) throw typeFault(`'${pyType(value)}' object is not iterable`);
  return items;
}

/** Whether a value can be iterated over. */
export const isIterable = (value: PyValue): boolean => itemsOf(value) !== undefined;

/** All items at once. */
export function listItems(value: PyValue): PyValue[] {
  const items: PyValue[] = [];
  for (const item of iterate(value)) {
    spend();
    items.push(item);
  }
  produceItems(items.length);
  return items;
}

function itemsOf(value: PyValue): Iterable<PyValue> | undefined {
  if (value instanceof PyList || value instanceof PyRange) return value;
  if (value instanceof PyDict) return keysOf(value);
  if (value instanceof PyTuple) return value.items;
  if (isText(value)) return charactersOf(value);
  if (value instanceof PyBytes) return value.bytes;
  return value instanceof PyObject ? value.can.iterate?.() : undefined;
}

function* keysOf(dict: PyDict): Generator<PyValue> {
  const { size } = dict;
  for (const key of dict.keys()) {
    if (dict.size !== size) throw new Fault('other', 'dictionary changed size during iteration');
    yield key;
  }
  if (dict.size !== size) throw new Fault('other', 'dictionary changed size during iteration');
}

function charactersOf(value: PyValue): Iterable<PyValue> {
  const list = guardSecrets('mask', () => new PyList(isText(value) ? characters(readText(value)) : []));
  return list instanceof PyList ? list : [];
}
