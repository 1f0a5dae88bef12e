/** Filters that apply other filters and tests to each item: map, select, reject and their attribute forms. */
import { Fault, typeFault } from '../fault.ts';
import { produceItems, spend } from '../limits.ts';
import { type PluginTable, plugin, type Tools } from '../plugin.ts';
import { truth } from '../python/compare.ts';
import { PyDict } from '../python/dict.ts';
import { iterate } from '../python/iterate.ts';
import { str } from '../python/repr.ts';
import { PyList, type PyTuple, type PyValue } from '../python/value.ts';
import { text } from './arguments.ts';
import { attributeGetter } from './attribute.ts';

const LAZY = { secrecy: 'keep', acceptsInner: true } as const;

function named(kwargs: PyValue): Map<string, PyValue> {
  return new Map(kwargs instanceof PyDict ? [...kwargs.entries()].map(([key, value]) => [str(key), value]) : []);
}

/** Undefined and false lists give nothing, as in Jinja2. */
function each(value: PyValue, make: (item: PyValue) => PyValue[]): PyList {
  const result: PyValue[] = [];
  if (!truth(value)) return new PyList();
  for (const item of iterate(value)) {
    spend();
    result.push(...make(item));
  }
  produceItems(result.length);
  return new PyList(result);
}

function map(tools: Tools, value: PyValue, args: PyTuple, kwargs: PyValue): PyValue {
  const options = named(kwargs);
  const attribute = options.get('attribute');
  if (args.items.length === 0 && attribute !== undefined) {
    const otherwise = options.get('default');
    options.delete('attribute');
    options.delete('default');
    const [strange] = options.keys();
    if (strange !== undefined) throw new Fault('type', `Unexpected keyword argument '${strange}'`);
    const read = attributeGetter(attribute, otherwise === null ? undefined : otherwise);
    return each(value, (item) => [read(item)]);
  }
  const [name, ...rest] = args.items;
  if (name === undefined) throw typeFault('map requires a filter argument');
  return each(value, (item) => [tools.filter(text(name), item, rest, options)]);
}

type Choice = {
  readonly tools: Tools;
  readonly args: readonly PyValue[];
  readonly kwargs: PyValue;
  readonly keep: boolean;
};

function choose(value: PyValue, read: (item: PyValue) => PyValue, choice: Choice): PyValue {
  const [name, ...rest] = choice.args;
  const options = named(choice.kwargs);
  const holds = (item: PyValue): boolean =>
    name === undefined ? truth(item) : choice.tools.test(text(name), item, rest, options);
  return each(value, (item) => (holds(read(item)) === choice.keep ? [item] : []));
}

const byItem = (keep: boolean) =>
  plugin(
    'seq, *args, **kwargs',
    (tools, value, args, kwargs) => {
      return choose(value, (item) => item, { tools, args: (args as PyTuple).items, kwargs, keep });
    },
    LAZY,
  );

const byAttribute = (keep: boolean) =>
  plugin(
    'seq, *args, **kwargs',
    (tools, value, args, kwargs) => {
      const [attribute, ...rest] = (args as PyTuple).items;
      if (attribute === undefined) throw typeFault('Missing parameter for attribute name');
      return choose(value, attributeGetter(attribute), { tools, args: rest, kwargs, keep });
    },
    LAZY,
  );

export const SELECT_FILTERS: PluginTable = {
  map: plugin(
    'seq, *args, **kwargs',
    (tools, value, args, kwargs) => map(tools, value, args as PyTuple, kwargs),
    LAZY,
  ),
  select: byItem(true),
  reject: byItem(false),
  selectattr: byAttribute(true),
  rejectattr: byAttribute(false),
};
