/** Lookups that work on their terms or on variables. */

import { Fault, typeFault } from '../fault.ts';
import { isSequence } from '../filters/arguments.ts';
import { checkItems, produceItems, spend } from '../limits.ts';
import { readText } from '../python/ambient.ts';
import { PyDict } from '../python/dict.ts';
import { listItems } from '../python/iterate.ts';
import { isText, pyType } from '../python/kinds.ts';
import { percentFormat } from '../python/percent.ts';
import { compileRegex, searchText } from '../python/regex.ts';
import { str } from '../python/repr.ts';
import { PyList, PyTuple, type PyValue, undefinedValue } from '../python/value.ts';
import { forbidden, type Lookup, type Options, optionFlag } from './lookup.ts';

/** Lists among the items are opened once. */
const flat = (items: readonly PyValue[]): PyValue[] =>
  items.flatMap((item) => (isSequence(item) ? listItems(item) : [item]));

const dict: Lookup = (_tools, terms) =>
  terms.flatMap((term) => {
    if (!(term instanceof PyDict))
      throw new Fault('other', `the 'dict' lookup plugin expects a dictionary, not ${pyType(term)}`);
    return [...term.entries()].map(
      ([key, value]) =>
        new PyDict([
          ['key', key],
          ['value', value],
        ]),
    );
  });

const indexedItems: Lookup = (_tools, terms) => flat(terms).map((item, index) => new PyTuple([index, item]));

const nested: Lookup = (_tools, terms) => {
  if (terms.length === 0) throw new Fault('other', 'with_nested requires at least one element in the nested list');
  const lists = terms.map((term) => (isSequence(term) ? listItems(term) : [...listItems(term)]));
  produceItems(lists.reduce((size, list) => size * list.length, 1));
  let rows: PyValue[][] = [[]];
  for (const list of lists) rows = rows.flatMap((row) => list.map((item) => [...row, item]));
  return rows.map((row) => new PyList(flat(row)));
};

const together: Lookup = (_tools, terms) => {
  if (terms.length === 0) throw new Fault('other', 'with_together requires at least one element in each list');
  const lists = terms.map(listItems);
  const length = Math.max(...lists.map((list) => list.length));
  return Array.from(
    { length },
    (_, row) => new PyList(flat(lists.map((list) => (row < list.length ? (list[row] ?? null) : null)))),
  );
};

const subelements: Lookup = (_tools, terms) => {
  const [first, path, flags] = terms;
  const fits = (first instanceof PyList || first instanceof PyDict) && path !== undefined && isText(path);
  if (!fits)
    throw new Fault('other', 'subelements lookup expects a dict or a list, and a string pointing to the subkey');
  const skip =
    flags instanceof PyDict && optionFlag(new Map([['s', flags.get('skip_missing') ?? false]]), 's', false);
  const elements = first instanceof PyDict ? [...first.entries()].map(([, item]) => item) : [...first];
  return elements.flatMap((element) => {
    if (!(element instanceof PyDict)) throw new Fault('other', 'subelements lookup expects a dictionary');
    return subelementRows(element, readText(path).split('.'), skip);
  });
};

/** The list is taken out of the element that stands beside each of its items. */
function subelementRows(element: PyDict, path: readonly string[], skip: boolean): PyValue[] {
  const [key = '', ...rest] = path;
  const copy = new PyDict(element.cells());
  const found = copy.get(key);
  if (found === undefined) {
    if (skip) return [];
    throw new Fault('other', `could not find '${key}' key in iterated item`);
  }
  if (rest.length === 0) {
    if (!(found instanceof PyList)) throw new Fault('other', `the key ${key} should point to a list`);
    copy.delete(key);
    return [...found].map((item) => new PyTuple([copy, item]));
  }
  if (!(found instanceof PyDict)) {
    if (skip) return [];
    throw new Fault('other', `the key ${key} should point to a dictionary`);
  }
  return subelementRows(found, rest, skip).map((row) => {
    const [inner = null, item = null] = row instanceof PyTuple ? row.items : [];
    const outer = new PyDict(element.cells());
    outer.set(key, inner);
    return new PyTuple([outer, item]);
  });
}

const SHORTCUT = /^(?:(0?x?[0-9a-f]+)-)?(0?x?[0-9a-f]+)(?:\/(0?x?[0-9a-f]+))?(?::(.+))?$/i;

const sequence: Lookup = (_tools, terms, options) => {
  const given = terms.length === 0 ? [''] : terms.map(str);
  return given.flatMap((term) => sequenceOf(sequenceFields(term, options)));
};

type SequenceFields = {
  readonly start: number;
  readonly end?: number;
  readonly count?: number;
  readonly stride: number;
  readonly format: string;
};

const whole = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const number = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
  if (!Number.isInteger(number)) throw new Fault('other', `can't parse ${text} as integer`);
  return number;
};

function sequenceFields(term: string, options: Options): SequenceFields {
  const fields = new Map([...options].map(([key, value]) => [key, str(value)]));
  for (const [key, value] of sequenceWords(term)) fields.set(key, value);
  const [end, count] = [whole(fields.get('end')), whole(fields.get('count'))];
  return {
    start: whole(fields.get('start')) ?? 1,
    stride: whole(fields.get('stride')) ?? 1,
    format: fields.get('format') ?? '%d',
    ...(end !== undefined && { end }),
    ...(count !== undefined && { count }),
  };
}

const FIELDS = ['start', 'end', 'stride', 'format', 'count'];

/** The fields of `2-10/4:host%02d` or of `start=2 end=10`. */
function sequenceWords(term: string): [string, string][] {
  const short = SHORTCUT.exec(term);
  if (short)
    return FIELDS.slice(0, 4).flatMap((key, index) =>
      short[index + 1] === undefined ? [] : [[key, shortField(key, short[index + 1] ?? '')]],
    );
  const words = term.split(/\s+/).filter((part) => part !== '');
  return words.map((word) => {
    const [key = '', value] = word.split(/=(.*)/s);
    if (value === undefined || !FIELDS.includes(key)) {
      throw new Fault('other', `unrecognized arguments to with_sequence: ${word}`);
    }
    return [key, value];
  });
}

/** The short form takes letters of hexadecimal numbers, and then refuses them. */
function shortField(key: string, written: string): string {
  if (key === 'format' || /^\d+$/.test(written)) return written;
  throw new Fault('other', `can't parse ${written} as integer`);
}

function sequenceOf({ start, end, count, stride, format }: SequenceFields): string[] {
  if ((count === undefined) === (end === undefined))
    throw new Fault('other', 'must specify count or end in with_sequence, not both');
  if (count === 0 || stride === 0) return [];
  const last = end ?? start + (count ?? 0) * stride - 1;
  if (stride > 0 && last < start) throw new Fault('other', 'to count backwards make stride negative');
  if (stride < 0 && last > start) throw new Fault('other', "to count forward don't make stride negative");
  checkItems((last - start) / stride);
  const numbers: string[] = [];
  for (let n = start; stride > 0 ? n <= last : n >= last; n += stride) {
    spend();
    numbers.push(percentFormat(format, n));
  }
  produceItems(numbers.length);
  return numbers;
}

const variableNames: Lookup = (tools, terms) =>
  terms.flatMap((term) => {
    if (!isText(term)) throw typeFault(`a variable name's pattern must be text, not ${pyType(term)}`);
    const pattern = compileRegex(readText(term));
    return [...tools.names()].filter((name) => searchText(pattern, name, 'search'));
  });

const variables: Lookup = (tools, terms, options) =>
  terms.map((term) => {
    if (!isText(term)) throw typeFault(`a variable name must be text, not ${pyType(term)}`);
    const value = tools.variable(readText(term));
    if (value !== undefined) return value;
    const otherwise = options.get('default');
    const shown = typeof term === 'string' ? term : '***';
    return otherwise === undefined || otherwise === null
      ? undefinedValue(`No variable named '${shown}' was found.`, shown)
      : otherwise;
  });

const inventoryHostnames: Lookup = (tools, terms) => {
  if (!tools.access.selectHosts) throw forbidden('ask the inventory here');
  return tools.access.selectHosts(flat(terms).map(str)) ?? [];
};

export const VALUE_LOOKUPS: Readonly<Record<string, Lookup>> = {
  dict,
  indexed_items: indexedItems,
  inventory_hostnames: inventoryHostnames,
  items: (_tools, terms) => flat(terms),
  list: (_tools, terms) => terms,
  nested,
  random_choice: (tools, terms) => {
    const at = Math.floor(tools.access.random() * terms.length);
    return terms.slice(at, at + 1);
  },
  sequence,
  subelements,
  together,
  varnames: variableNames,
  vars: variables,
};
