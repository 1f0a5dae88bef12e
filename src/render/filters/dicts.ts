/** Filters on dicts: merging them, turning them into lists and back, looking into them. */
import { Fault, typeFault } from '../fault.ts';
import { type PluginTable, plugin } from '../plugin.ts';
import { readItem } from '../python/access.ts';
import { readText } from '../python/ambient.ts';
import { equals, truth } from '../python/compare.ts';
import { contains } from '../python/contains.ts';
import { PyDict } from '../python/dict.ts';
import { listItems } from '../python/iterate.ts';
import { defined, isText, pyType } from '../python/kinds.ts';
import { str } from '../python/repr.ts';
import { PyList, PyTuple, type PyValue } from '../python/value.ts';
import { isSequence, text } from './arguments.ts';
import { flatten } from './lists.ts';

const KEEP = { secrecy: 'keep' } as const;

type Merge = { readonly recursive: boolean; readonly lists: string };

const LIST_MERGES: Record<string, (low: PyList, high: PyList) => PyValue> = {
  replace: (_low, high) => high,
  keep: (low) => low,
  append: (low, high) => new PyList([...low, ...high]),
  prepend: (low, high) => new PyList([...high, ...low]),
  append_rp: (low, high) => new PyList([...[...low].filter((item) => !contains(high, item)), ...high]),
  prepend_rp: (low, high) => new PyList([...high, ...[...low].filter((item) => !contains(high, item))]),
};

/** Merges a dict of higher precedence into one of lower, by Ansible's rules. @throws Fault type */
export function mergeDicts(low: PyValue, high: PyValue, merge: Merge): PyDict {
  if (!(low instanceof PyDict) || !(high instanceof PyDict)) {
    throw new Fault(
      'other',
      `failed to combine variables, expected dicts but got a '${pyType(low)}' and a '${pyType(high)}'`,
    );
  }
  // Ansible compares the two first, and comparing touches each of their values.
  for (const dict of [low, high]) for (const [, value] of dict.entries()) defined(value);
  if (low.size === 0 || equals(low, high)) return new PyDict(high.cells());
  return mergeCells(low, high, merge);
}

function mergeCells(low: PyDict, high: PyDict, merge: Merge): PyDict {
  const simple = !merge.recursive && merge.lists === 'replace';
  const merged = new PyDict(low.cells());
  for (const [key, cell] of high.cells()) {
    const alone = simple || !low.has(key);
    merged.set(key, alone ? cell : mergeValues(low.get(key) ?? null, high.get(key) ?? null, merge));
  }
  return merged;
}

function mergeValues(low: PyValue, high: PyValue, merge: Merge): PyValue {
  if (low instanceof PyDict && high instanceof PyDict)
    return merge.recursive ? mergeDicts(low, high, merge) : high;
  if (low instanceof PyList && high instanceof PyList) return LIST_MERGES[merge.lists]?.(low, high) ?? high;
  return high;
}

function combine(first: PyValue, rest: PyTuple, kwargs: PyDict): PyValue {
  const merge = {
    recursive: truth(kwargs.get('recursive') ?? false),
    lists: text(kwargs.get('list_merge') ?? 'replace'),
  };
  const strange = kwargs.keys().find((key) => !['recursive', 'list_merge'].includes(str(key)));
  if (strange !== undefined)
    throw new Fault('other', "'recursive' and 'list_merge' are the only valid keyword arguments");
  if (!Object.hasOwn(LIST_MERGES, merge.lists))
    throw new Fault('other', `merge_hash: 'list_merge' argument can't be ${merge.lists}`);
  const dicts = flatten([first, ...rest.items], 1, true);
  if (dicts.length === 0) return new PyDict();
  return dicts.reduceRight((high, low) => mergeDicts(low, high, merge));
}

function toItems(value: PyValue, keyName: PyValue, valueName: PyValue): PyValue {
  if (!(value instanceof PyDict))
    throw typeFault(`dict2items requires a dictionary, got ${pyType(value)} instead.`);
  const pairs = [...value.entries()];
  return new PyList(
    pairs.map(
      ([key, item]) =>
        new PyDict([
          [keyName, key],
          [valueName, item],
        ]),
    ),
  );
}

function fromItems(value: PyValue, keyName: PyValue, valueName: PyValue): PyValue {
  if (!isSequence(value)) throw typeFault(`items2dict requires a list, got ${pyType(value)} instead.`);
  const dict = new PyDict();
  for (const item of listItems(value)) {
    if (!(item instanceof PyDict)) throw typeFault('items2dict requires a list of dictionaries');
    const key = item.get(keyName);
    const content = item.get(valueName);
    if (key === undefined || content === undefined) {
      throw typeFault(
        `items2dict requires each dictionary in the list to contain the keys '${str(keyName)}' and '${str(valueName)}'`,
      );
    }
    dict.set(key, content);
  }
  return dict;
}

function subelements(value: PyValue, path: PyValue, skipMissing: PyValue): PyValue {
  if (!(value instanceof PyDict) && !(value instanceof PyList)) {
    throw new Fault('other', 'obj must be a list of dicts or a nested dict');
  }
  const elements = value instanceof PyDict ? [...value.entries()].map(([, item]) => item) : [...value];
  const keys = isText(path) ? readText(path).split('.') : listItems(path);
  const rows = elements.flatMap((element) => {
    const found = subelement(element, keys, truth(skipMissing));
    if (!(found instanceof PyList)) throw typeFault(`the key '${keys.join('.')}' should point to a list`);
    return [...found].map((item) => new PyTuple([element, item]));
  });
  return new PyList(rows);
}

function subelement(element: PyValue, keys: readonly PyValue[], skipMissing: boolean): PyValue {
  let value = element;
  for (const key of keys) {
    if (!(value instanceof PyDict)) throw typeFault(`the key ${str(key)} should point to a dictionary`);
    const next = value.get(key);
    if (next === undefined) {
      if (skipMissing) return new PyList();
      throw new Fault('other', `could not find '${str(key)}' key in iterated item`);
    }
    value = next;
  }
  return value;
}

function extract(item: PyValue, container: PyValue, more: PyValue): PyValue {
  const keys = more === null ? [item] : more instanceof PyList ? [item, ...more] : [item, more];
  return keys.reduce((value, key) => readItem(value, key), container);
}

function rekey(value: PyValue, key: PyValue, duplicates: PyValue): PyValue {
  const overwrite = text(duplicates) === 'overwrite';
  if (!overwrite && text(duplicates) !== 'error')
    throw new Fault('other', 'duplicates parameter to rekey_on_member has unknown value');
  if (isText(value)) throw new Fault('other', 'Type is not a valid list, set, or dict');
  const members = value instanceof PyDict ? [...value.entries()].map(([, item]) => item) : listItems(value);
  const result = new PyDict();
  for (const member of members) {
    if (!(member instanceof PyDict)) throw new Fault('other', 'List item is not a valid dict');
    const id = member.get(key);
    if (id === undefined) throw new Fault('other', `Key ${str(key)} was not found.`);
    if (result.has(id) && !overwrite) throw new Fault('other', 'Key is not unique, cannot convert to dict.');
    result.set(id, member);
  }
  return result;
}

export const DICT_FILTERS: PluginTable = {
  combine: plugin(
    'first, *rest, **kwargs',
    (_t, first, rest, kwargs) => combine(first, rest as PyTuple, kwargs as PyDict),
    KEEP,
  ),
  dict2items: plugin(
    "mydict, key_name='key', value_name='value'",
    (_t, value, k, v) => toItems(value, k, v),
    KEEP,
  ),
  items2dict: plugin(
    "mylist, key_name='key', value_name='value'",
    (_t, value, k, v) => fromItems(value, k, v),
    KEEP,
  ),
  subelements: plugin(
    'obj, subelements, skip_missing=False',
    (_t, value, path, skip) => subelements(value, path, skip),
    KEEP,
  ),
  extract: plugin(
    'item, container, morekeys=None',
    (_t, item, container, more) => extract(item, container, more),
    KEEP,
  ),
  rekey_on_member: plugin(
    "data, key, duplicates='error'",
    (_t, value, key, duplicates) => rekey(value, key, duplicates),
    KEEP,
  ),
};
