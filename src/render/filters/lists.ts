/** Filters that pick, order and group items. */
import { typeFault, valueFault } from '../fault.ts';
import { produceItems } from '../limits.ts';
import { type PluginTable, plugin } from '../plugin.ts';
import { readText } from '../python/ambient.ts';
import { operate } from '../python/arithmetic.ts';
import { compare, equals, numeric, sizeOf, truth } from '../python/compare.ts';
import { PyDict } from '../python/dict.ts';
import { iterate, listItems } from '../python/iterate.ts';
import { defined, isNumber, isText, pyType } from '../python/kinds.ts';
import { characters } from '../python/text.ts';
import { PyList, PyTuple, type PyValue, undefinedValue } from '../python/value.ts';
import { isSequence, missingMethod, sequenceItems, whole } from './arguments.ts';
import { attributeGetter, attributesGetter, ignoreCase } from './attribute.ts';
import { uniqueItems } from './sets.ts';

const KEEP = { secrecy: 'keep' } as const;

function first(value: PyValue): PyValue {
  for (const item of iterate(value)) return item;
  return undefinedValue('No first item, sequence was empty.');
}

function last(value: PyValue): PyValue {
  const item = value instanceof PyList ? lastOf(value) : listItems(value).at(-1);
  return item === undefined ? undefinedValue('No last item, sequence was empty.') : item;
}

const lastOf = (list: PyList): PyValue | undefined => (list.length > 0 ? list.at(list.length - 1) : undefined);

function length(value: PyValue): number {
  const size = sizeOf(defined(value));
  if (size === undefined) throw typeFault(`object of type '${pyType(value)}' has no len()`);
  return size;
}

/** Sorts by keys, stably; `reverse` keeps equal items in their order, as Python does. */
export function sortBy(items: readonly PyValue[], key: (item: PyValue) => PyValue, reverse: boolean): PyValue[] {
  const keyed = items.map((item) => ({ item, key: key(item) }));
  keyed.sort((a, b) => (reverse ? compare(b.key, a.key) : compare(a.key, b.key)));
  return keyed.map(({ item }) => item);
}

/** Sorting a list of one key compares nothing in Python, a list of keys compares each. */
function sortFilter(value: PyValue, reverse: PyValue, caseSensitive: PyValue, attribute: PyValue): PyValue {
  const read = attributesGetter(attribute);
  const fold = truth(caseSensitive) ? (item: PyValue) => item : foldDeep;
  const down = whole(reverse) !== 0;
  return new PyList(sortBy(listItems(value), (item) => fold(read(item)), down));
}

function foldDeep(value: PyValue): PyValue {
  return value instanceof PyList ? new PyList([...value].map(ignoreCase)) : ignoreCase(value);
}

function extreme(value: PyValue, caseSensitive: PyValue, attribute: PyValue, sign: 1 | -1): PyValue {
  const items = listItems(value);
  const [start] = items;
  if (start === undefined) return undefinedValue('No aggregated item, sequence was empty.');
  const read = attributeGetter(attribute);
  const key = (item: PyValue) => (truth(caseSensitive) ? read(item) : ignoreCase(read(item)));
  return items.reduce((best, item) => (compare(key(item), key(best)) * sign < 0 ? item : best), start);
}

function batch(value: PyValue, size: PyValue, fill: PyValue): PyValue {
  // Python compares the length with whatever was given.
  const width = isNumber(size) ? Number(numeric(size)) : -1;
  const batches: PyValue[][] = width === 0 ? [[]] : [];
  for (const item of listItems(value)) {
    const open = batches.at(-1);
    if (open && open.length !== width) open.push(item);
    else batches.push([item]);
  }
  const rest = batches.at(-1);
  if (fill !== null && rest) while (rest.length < width) rest.push(fill);
  return new PyList(batches.map((items) => new PyList(items)));
}

function slices(value: PyValue, count: PyValue, fill: PyValue): PyValue {
  const items = listItems(value);
  const columns = whole(count);
  if (columns === 0) throw valueFault('integer division or modulo by zero');
  if (columns < 0) return new PyList();
  produceItems(columns);
  const [size, extra] = [Math.floor(items.length / columns), items.length % columns];
  const parts: PyValue[] = [];
  for (let column = 0, at = 0; column < columns; column++) {
    const end = at + size + (column < extra ? 1 : 0);
    const part = items.slice(at, end);
    if (fill !== null && column >= extra) part.push(fill);
    parts.push(new PyList(part));
    at = end;
  }
  return new PyList(parts);
}

function groupBy(value: PyValue, attribute: PyValue, otherwise: PyValue, caseSensitive: PyValue): PyValue {
  const read = attributeGetter(attribute, otherwise === null ? undefined : otherwise);
  const key = (item: PyValue) => (truth(caseSensitive) ? read(item) : ignoreCase(read(item)));
  const groups: { key: PyValue; items: PyValue[] }[] = [];
  for (const item of sortBy(listItems(value), key, false)) {
    const open = groups.at(-1);
    if (open && equals(open.key, key(item))) open.items.push(item);
    else groups.push({ key: key(item), items: [item] });
  }
  const grouper = (group: { key: PyValue; items: PyValue[] }) =>
    truth(caseSensitive) ? group.key : read(group.items[0] ?? null);
  return new PyList(
    groups.map((group) => new PyTuple([grouper(group), new PyList(group.items)], ['grouper', 'list'])),
  );
}

function reverse(value: PyValue): PyValue {
  if (isText(value)) return characters(readText(value)).reverse().join('');
  return new PyList(listItems(value).reverse());
}

function sum(value: PyValue, attribute: PyValue, start: PyValue): PyValue {
  if (isText(start)) throw typeFault("sum() can't sum strings [use ''.join(seq) instead]");
  const read = attributeGetter(attribute);
  return listItems(value).reduce<PyValue>((total, item) => operate('+', total, read(item)), start);
}

/** Ansible's `flatten`: nulls and the words null and None go, lists open up to so many levels. */
export function flatten(items: readonly PyValue[], levels: number | undefined, skipNulls: boolean): PyValue[] {
  const isNull = (item: PyValue) => item === null || (isText(item) && ['None', 'null'].includes(readText(item)));
  return items.flatMap((item) => {
    if (skipNulls && isNull(defined(item))) return [];
    if (!isSequence(item) || (levels !== undefined && levels < 1)) return [item];
    return flatten(sequenceItems(item), levels === undefined ? undefined : levels - 1, skipNulls);
  });
}

function dictSort(value: PyValue, caseSensitive: PyValue, by: PyValue, reversed: PyValue): PyValue {
  if (!(value instanceof PyDict)) throw missingMethod('items', value);
  const position =
    isText(by) && readText(by) === 'key' ? 0 : isText(by) && readText(by) === 'value' ? 1 : undefined;
  if (position === undefined) throw valueFault('You can only sort by either "key" or "value"');
  const pairs = [...value.entries()].map((pair) => new PyTuple(pair));
  const key = (pair: PyValue): PyValue => {
    const part = pair instanceof PyTuple ? (pair.items[position] ?? null) : null;
    return truth(caseSensitive) ? part : ignoreCase(part);
  };
  return new PyList(sortBy(pairs, key, truth(reversed)));
}

function items(value: PyValue): PyValue {
  if (value instanceof PyDict) return new PyList([...value.entries()].map((pair) => new PyTuple(pair)));
  throw typeFault('Can only get item pairs from a mapping.');
}

export const LIST_FILTERS: PluginTable = {
  first: plugin('seq', (_t, value) => first(value), KEEP),
  last: plugin('seq', (_t, value) => last(value), KEEP),
  length: plugin('obj', (_t, value) => length(value)),
  count: plugin('obj', (_t, value) => length(value)),
  list: plugin('value', (_t, value) => new PyList(listItems(value)), KEEP),
  sort: plugin(
    'value, reverse=False, case_sensitive=False, attribute=None',
    (_t, v, r, c, a) => sortFilter(v, r, c, a),
    KEEP,
  ),
  min: plugin('value, case_sensitive=False, attribute=None', (_t, v, c, a) => extreme(v, c, a, 1), KEEP),
  max: plugin('value, case_sensitive=False, attribute=None', (_t, v, c, a) => extreme(v, c, a, -1), KEEP),
  batch: plugin('value, linecount, fill_with=None', (_t, v, n, fill) => batch(v, n, fill), KEEP),
  slice: plugin('value, slices, fill_with=None', (_t, v, n, fill) => slices(v, n, fill), KEEP),
  groupby: plugin(
    'value, attribute, default=None, case_sensitive=False',
    (_t, v, a, d, c) => groupBy(v, a, d, c),
    KEEP,
  ),
  reverse: plugin('value', (_t, value) => reverse(value)),
  sum: plugin('iterable, attribute=None, start=0', (_t, value, attribute, start) => sum(value, attribute, start)),
  unique: plugin(
    'a, case_sensitive=None, attribute=None',
    (_t, value, caseSensitive, attribute) => new PyList(uniqueItems(listItems(value), caseSensitive, attribute)),
    KEEP,
  ),
  flatten: plugin(
    'mylist, levels=None, skip_nulls=True',
    (_t, value, levels, skip) =>
      new PyList(flatten(listItems(value), levels === null ? undefined : whole(levels), skip !== false)),
    KEEP,
  ),
  dictsort: plugin(
    "value, case_sensitive=False, by='key', reverse=False",
    (_t, v, c, by, r) => dictSort(v, c, by, r),
    KEEP,
  ),
  items: plugin('value', (_t, value) => items(value), KEEP),
};
