/** Methods of Python's list, tuple and dict. */
import { Fault, typeFault, valueFault } from '../fault.ts';
import { checkItems, produceItems } from '../limits.ts';
import { compare, equals } from './compare.ts';
import { PyDict } from './dict.ts';
import { listItems } from './iterate.ts';
import { defined, isInt, pyType } from './kinds.ts';
import { type Method, method } from './method.ts';
import { repr } from './repr.ts';
import { Lazy, PyList, PyTuple, type PyValue, undefinedValue } from './value.ts';

function position(items: readonly PyValue[], wanted: PyValue): number {
  const at = items.findIndex((item) => equals(item, wanted));
  if (at < 0) throw valueFault(`${repr(wanted)} is not in list`);
  return at;
}

function indexFrom(value: PyValue): number {
  if (isInt(value)) return Number(value);
  throw typeFault(`'${pyType(defined(value))}' object cannot be interpreted as an integer`);
}

/** Python's `index`: between two positions, which count from the end when negative. */
function indexOf(items: readonly PyValue[], wanted: PyValue, start: PyValue, stop: PyValue): number {
  const from = indexFrom(start);
  const first = from < 0 ? Math.max(0, from + items.length) : from;
  return first + position(items.slice(first, stop === null ? undefined : indexFrom(stop)), wanted);
}

function insertAt(list: PyList, index: PyValue, value: PyValue): null {
  const at = indexFrom(index);
  list.cells.splice(at < 0 ? Math.max(0, at + list.length) : at, 0, value);
  return null;
}

function popAt(list: PyList, index: PyValue): PyValue {
  if (list.length === 0) throw new Fault('other', 'pop from empty list');
  const wanted = indexFrom(index);
  const at = wanted < 0 ? wanted + list.length : wanted;
  if (at < 0 || at >= list.length) throw new Fault('other', 'pop index out of range');
  const value = list.at(at);
  list.cells.splice(at, 1);
  return value;
}

function append(list: PyList, items: readonly PyValue[]): null {
  checkItems(list.length + items.length);
  produceItems(items.length);
  for (const item of items) list.cells.push(item);
  return null;
}

function sortList(list: PyList, reverse: PyValue): null {
  const sorted = [...list].sort((a, b) => (reverse === true ? -compare(a, b) : compare(a, b)));
  list.cells.splice(0, list.length, ...sorted);
  return null;
}

function removeCells(list: PyList, start: number, count: number): null {
  list.cells.splice(start, count);
  return null;
}

function reverseList(list: PyList): null {
  list.cells.reverse();
  return null;
}

function clearDict(dict: PyDict): null {
  dict.clear();
  return null;
}

export const LIST_METHODS: Readonly<Record<string, Method<PyList>>> = {
  append: method('object', (self, item) => append(self, [item]), 'keep'),
  clear: method('', (self) => removeCells(self, 0, self.length), 'keep'),
  copy: method('', (self) => new PyList([...self.cells]), 'keep'),
  // What has not been touched yet does not count, in Ansible's lists as in these.
  count: method(
    'value',
    (self, wanted) => self.cells.filter((cell) => !(cell instanceof Lazy) && equals(cell, wanted)).length,
    'keep',
  ),
  extend: method('iterable', (self, items) => append(self, listItems(items)), 'keep'),
  index: method(
    'value, start=0, stop=None',
    (self, wanted, start, stop) => indexOf([...self], wanted, start, stop),
    'keep',
  ),
  insert: method('index, object', insertAt, 'keep'),
  pop: method('index=-1', popAt, 'keep'),
  remove: method('value', (self, wanted) => removeCells(self, position([...self], wanted), 1), 'keep'),
  reverse: method('', reverseList, 'keep'),
  sort: method('reverse=False', sortList, 'keep'),
};

export const TUPLE_METHODS: Readonly<Record<string, Method<PyTuple>>> = {
  count: method('value', (self, wanted) => self.items.filter((item) => equals(item, wanted)).length, 'keep'),
  index: method(
    'value, start=0, stop=None',
    (self, wanted, start, stop) => indexOf(self.items, wanted, start, stop),
    'keep',
  ),
};

function popKey(dict: PyDict, key: PyValue, otherwise: PyValue): PyValue {
  const value = dict.get(key);
  if (value === undefined) {
    if (otherwise === NO_DEFAULT) throw new Fault('other', `KeyError: ${repr(key)}`);
    return otherwise;
  }
  dict.delete(key);
  return value;
}

function popOr(dict: PyDict, key: PyValue, rest: PyTuple): PyValue {
  if (rest.items.length > 1) throw typeFault('pop expected at most 2 arguments');
  return popKey(dict, key, rest.items[0] ?? (rest.items.length > 0 ? null : NO_DEFAULT));
}

const NO_DEFAULT = undefinedValue('no default given');

/** Puts the pairs of a dict or of a list of pairs into a dict. @throws Fault type, value */
export function updateDict(dict: PyDict, source: PyValue, named?: PyDict): null {
  const before = dict.size;
  const pairs = source instanceof PyDict ? source.cells() : listItems(source).map(pairOf);
  for (const [key, value] of pairs) dict.set(key, value);
  if (named) for (const [key, value] of named.cells()) dict.set(key, value);
  checkItems(dict.size);
  produceItems(Math.max(0, dict.size - before));
  return null;
}

function pairOf(item: PyValue): readonly [PyValue, PyValue] {
  const items = listItems(item);
  const [key, value] = items;
  if (items.length === 2 && key !== undefined && value !== undefined) return [key, value];
  throw valueFault(`dictionary update sequence element has length ${items.length}; 2 is required`);
}

function setDefault(dict: PyDict, key: PyValue, value: PyValue): PyValue {
  if (!dict.has(key)) dict.set(key, value);
  return dict.get(key) ?? null;
}

const valueOr = (value: PyValue | undefined, otherwise: PyValue): PyValue =>
  value === undefined ? otherwise : value;

function popItem(dict: PyDict): PyTuple {
  const key = dict.keys().at(-1);
  if (key === undefined) throw new Fault('other', 'popitem(): dictionary is empty');
  return new PyTuple([key, popKey(dict, key, NO_DEFAULT)]);
}

/** A dict's pairs as tuples. */
export const dictItems = (dict: PyDict): PyList =>
  new PyList([...dict.entries()].map((pair) => new PyTuple(pair)));

export const DICT_METHODS: Readonly<Record<string, Method<PyDict>>> = {
  clear: method('', clearDict, 'keep'),
  copy: method('', (self) => new PyDict(self.cells()), 'keep'),
  get: method('key, default=None', (self, key, otherwise) => valueOr(self.get(key), otherwise), 'keep'),
  items: method('', dictItems, 'keep'),
  keys: method('', (self) => new PyList(self.keys()), 'keep'),
  pop: method('key, *rest', (self, key, rest) => popOr(self, key, rest as PyTuple), 'keep'),
  popitem: method('', popItem, 'keep'),
  setdefault: method('key, default=None', setDefault, 'keep'),
  update: method(
    'other=None, **kwargs',
    (self, other, named) => updateDict(self, other === null ? new PyDict() : other, named as PyDict),
    'keep',
  ),
  values: method('', (self) => new PyList([...self.entries()].map(([, value]) => value)), 'keep'),
};

/** Refuses what is no dict. @throws Fault type */
export function needDict(value: PyValue, what: string): PyDict {
  if (value instanceof PyDict) return value;
  throw typeFault(`${what} requires a dictionary`);
}
