/** Filters on lists as sets, and on combinations of lists. */
import { Fault, typeFault, valueFault } from '../fault.ts';
import { checkItems, produceItems, spend } from '../limits.ts';
import { type PluginTable, plugin } from '../plugin.ts';
import { equals } from '../python/compare.ts';
import { PyDict } from '../python/dict.ts';
import { listItems } from '../python/iterate.ts';
import { keyId } from '../python/key.ts';
import {
  type NumberSet,
  numberSet,
  orderedValues,
  setDifference,
  setIntersection,
  setSymmetricDifference,
  setUnion,
} from '../python/set-order.ts';
import { PyList, PyTuple, type PyValue } from '../python/value.ts';
import { whole } from './arguments.ts';
import { attributeGetter, ignoreCase } from './attribute.ts';

const KEEP = { secrecy: 'keep' } as const;

const hashable = (item: PyValue): boolean => !(item instanceof PyList) && !(item instanceof PyDict);

/** The items without repetitions, in order; letters compare without case unless asked otherwise. */
export function uniqueItems(items: readonly PyValue[], caseSensitive: PyValue, attribute: PyValue): PyValue[] {
  const read = attributeGetter(attribute);
  const keys = items.map((item) => (caseSensitive === true ? read(item) : ignoreCase(read(item))));
  if (keys.every(hashable)) return firstOfEach(items, keys);
  if (caseSensitive === false || attribute !== null) {
    throw new Fault('other', 'unique cannot compare lists or dicts with case_sensitive=False or attribute');
  }
  const kept: PyValue[] = [];
  for (const item of items) if (!holds(kept, item)) kept.push(item);
  return kept;
}

function firstOfEach(items: readonly PyValue[], keys: readonly PyValue[]): PyValue[] {
  const seen = new Set<unknown>();
  return items.filter((_, index) => {
    const id = keyId(keys[index] ?? null);
    const isNew = !seen.has(id);
    seen.add(id);
    return isNew;
  });
}

function holds(items: readonly PyValue[], item: PyValue): boolean {
  spend(items.length);
  return items.some((other) => equals(item, other));
}

/** Membership in a list: by hash where all can be hashed, else by comparing. */
function membership(items: readonly PyValue[]): (item: PyValue) => boolean {
  if (!items.every(hashable)) return (item) => holds(items, item);
  const ids = new Set(items.map(keyId));
  return (item) => hashable(item) && ids.has(keyId(item));
}

const unique = (items: readonly PyValue[]): PyValue[] => uniqueItems(items, true, null);

type SetOperation = (a: readonly PyValue[], b: readonly PyValue[]) => PyValue[];

const intersect: SetOperation = (a, b) => unique(a.filter(membership(b)));
const difference: SetOperation = (a, b) => {
  const inB = membership(b);
  return unique(a.filter((item) => !inB(item)));
};
const union: SetOperation = (a, b) => unique([...a, ...b]);
const symmetricDifference: SetOperation = (a, b) => [...difference(a, b), ...difference(b, a)];

type NumberOperation = (a: NumberSet, b: NumberSet) => PyValue[];

const onNumbers = {
  union: (a, b) => orderedValues(setUnion(a, b)),
  intersect: (a, b) => orderedValues(setIntersection(a, b)),
  difference: (a, b) => orderedValues(setDifference(a, b)),
  symmetric_difference: (a, b) => orderedValues(setSymmetricDifference(a, b)),
} satisfies Record<string, NumberOperation>;

/** Sets of numbers come out in CPython's order; everything else, whose order is by chance there, in the input's. */
const setFilter = (operation: SetOperation, ofNumbers: NumberOperation) =>
  plugin(
    'a, b',
    (_t, a, b) => {
      const [left, right] = [listItems(a), listItems(b)];
      const [setA, setB] = [numberSet(left), numberSet(right)];
      return new PyList(setA && setB ? ofNumbers(setA, setB) : operation(left, right));
    },
    KEEP,
  );

function zip(lists: readonly (readonly PyValue[])[], longest: boolean, fill: PyValue): PyList {
  const lengths = lists.map((list) => list.length);
  const length = lists.length === 0 ? 0 : longest ? Math.max(...lengths) : Math.min(...lengths);
  const rows = Array.from({ length }, (_, row) => {
    return new PyTuple(lists.map((list) => (row < list.length ? (list[row] ?? null) : fill)));
  });
  produceItems(length * lists.length);
  return new PyList(rows);
}

const others = (lists: PyValue): PyValue[][] => listItems(lists).map(listItems);

function product(lists: readonly (readonly PyValue[])[]): PyList {
  produceItems(lists.reduce((size, list) => size * list.length, 1));
  let rows: PyValue[][] = [[]];
  for (const list of lists) rows = rows.flatMap((row) => list.map((item) => [...row, item]));
  return new PyList(rows.map((row) => new PyTuple(row)));
}

/** Refuses at once what would grow beyond the limits. @throws Fault limit */
function countArrangements(items: number, size: number, ordered: boolean): void {
  let count = 1;
  for (let at = 0; at < Math.min(size, items); at++) count *= ordered ? items - at : (items - at) / (at + 1);
  checkItems(size > items ? 0 : count);
}

function arrangements(items: readonly PyValue[], size: number, ordered: boolean): PyList {
  countArrangements(items.length, size, ordered);
  const rows: PyTuple[] = [];
  const extend = (chosen: readonly number[]): void => {
    spend();
    if (chosen.length === size) {
      produceItems(size);
      rows.push(new PyTuple(chosen.map((at) => items[at] ?? null)));
      return;
    }
    const from = ordered ? 0 : (chosen.at(-1) ?? -1) + 1;
    for (let at = from; at < items.length; at++) if (!chosen.includes(at)) extend([...chosen, at]);
  };
  if (size <= items.length) extend([]);
  return new PyList(rows);
}

function repeatTimes(repeat: PyDict): number {
  const times = repeat.get('repeat');
  const strange = repeat.keys().find((key) => key !== 'repeat');
  if (strange !== undefined) throw typeFault('product() got an unexpected keyword argument');
  return times === undefined ? 1 : whole(times);
}

export const SET_FILTERS: PluginTable = {
  union: setFilter(union, onNumbers.union),
  intersect: setFilter(intersect, onNumbers.intersect),
  difference: setFilter(difference, onNumbers.difference),
  symmetric_difference: setFilter(symmetricDifference, onNumbers.symmetric_difference),
  zip: plugin('a, *others', (_t, a, rest) => zip([listItems(a), ...others(rest)], false, null), KEEP),
  zip_longest: plugin(
    'a, *others, fillvalue=None',
    (_t, a, rest, fill) => zip([listItems(a), ...others(rest)], true, fill ?? null),
    KEEP,
  ),
  product: plugin(
    'a, *others, **kwargs',
    (_t, a, rest, named) => {
      const lists = [listItems(a), ...others(rest)];
      const times = named instanceof PyDict ? repeatTimes(named) : 1;
      return product(Array.from({ length: times }, () => lists).flat());
    },
    KEEP,
  ),
  permutations: plugin(
    'a, r=None',
    (_t, a, size) => {
      const items = listItems(a);
      return arrangements(items, size === null ? items.length : whole(size), true);
    },
    KEEP,
  ),
  combinations: plugin(
    'a, r',
    (_t, a, size) => {
      if (whole(size) < 0) throw valueFault('r must be non-negative');
      return arrangements(listItems(a), whole(size), false);
    },
    KEEP,
  ),
};
