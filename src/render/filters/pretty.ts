/** Python's `pprint.pformat` for lists, tuples and dicts: one line when it fits in 80 columns, else one item a line. */

import { Fault } from '../fault.ts';
import { compare } from '../python/compare.ts';
import { PyDict } from '../python/dict.ts';
import { repr } from '../python/repr.ts';
import { PyList, PyTuple, type PyValue } from '../python/value.ts';

const WIDTH = 80;

/** Formats a value. */
export function prettyPrint(value: PyValue): string {
  return format(value, 0, 0);
}

function format(value: PyValue, indent: number, after: number): string {
  const sorted = sortKeys(value);
  const line = repr(sorted);
  if (line.length <= WIDTH - indent - after) return line;
  if (sorted instanceof PyList) return formatItems('[', ']', [...sorted], indent, after);
  if (sorted instanceof PyTuple)
    return formatItems('(', sorted.items.length === 1 ? ',)' : ')', sorted.items, indent, after);
  return sorted instanceof PyDict ? formatPairs(sorted, indent, after) : line;
}

function formatItems(
  open: string,
  close: string,
  items: readonly PyValue[],
  indent: number,
  after: number,
): string {
  const lines = items.map((item, index) =>
    format(item, indent + 1, index < items.length - 1 ? 1 : after + close.length),
  );
  return open + lines.join(`,\n${' '.repeat(indent + 1)}`) + close;
}

function formatPairs(dict: PyDict, indent: number, after: number): string {
  const pairs = [...dict.entries()];
  const lines = pairs.map(([key, item], index) => {
    const name = repr(key);
    return `${name}: ${format(item, indent + name.length + 3, index < pairs.length - 1 ? 1 : after + 1)}`;
  });
  return `{${lines.join(`,\n${' '.repeat(indent + 1)}`)}}`;
}

function sortKeys(value: PyValue): PyValue {
  if (value instanceof PyList) return new PyList([...value].map(sortKeys));
  if (value instanceof PyTuple) return new PyTuple(value.items.map(sortKeys));
  if (!(value instanceof PyDict)) return value;
  return new PyDict(sortedPairs([...value.entries()]).map(([key, item]) => [key, sortKeys(item)]));
}

function sortedPairs(pairs: [PyValue, PyValue][]): [PyValue, PyValue][] {
  try {
    return pairs.sort(([a], [b]) => compare(a, b));
  } catch (error) {
    if (error instanceof Fault) return pairs;
    throw error;
  }
}
