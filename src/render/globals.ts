/** The functions and names that every template has. */

import type { DateValue } from '../base/value.ts';
import { typeFault, valueFault } from './fault.ts';
import { invokeLookup } from './lookups/invoke.ts';
import { functionOf, type PluginTable, plugin, type Tools } from './plugin.ts';
import { readText } from './python/ambient.ts';
import { updateDict } from './python/container-methods.ts';
import { fieldsOfEpoch, makeDatetime } from './python/date.ts';
import { PyDict } from './python/dict.ts';
import { isText } from './python/kinds.ts';
import { formatTime } from './python/strftime.ts';
import { OMIT, PyObject, PyRange, type PyTuple, type PyValue, undefinedValue } from './python/value.ts';

const KEEP = { secrecy: 'keep' } as const;

const FUNCTIONS: PluginTable = {
  range: plugin('*args', (_tools, args) => makeRange((args as PyTuple).items)),
  dict: plugin(
    'source=None, **named',
    (_tools, source, named) => {
      const dict = new PyDict();
      updateDict(dict, source === null ? new PyDict() : source, named as PyDict);
      return dict;
    },
    KEEP,
  ),
  namespace: plugin(
    'source=None, **named',
    (_tools, source, named) => makeNamespace(source, named as PyDict),
    KEEP,
  ),
  cycler: plugin('*items', (_tools, items) => makeCycler((items as PyTuple).items), KEEP),
  joiner: plugin('sep=None', (_tools, separator) => makeJoiner(separator ?? ', ')),
  lipsum: plugin('n=5, html=True, min=20, max=100', (_tools, n) =>
    Array.from({ length: Math.min(100, Number(n)) }, () => 'Lorem ipsum dolor sit amet.').join('\n'),
  ),
  now: plugin('utc=False, fmt=None', (tools, utc, format) => now(tools, utc, format)),
  undef: plugin('hint=None', (_tools, hint) =>
    undefinedValue(isText(hint) ? readText(hint) : 'Mandatory variable has not been overridden'),
  ),
};

/** Makes the names that every template has. */
export function makeGlobals(tools: Tools): ReadonlyMap<string, PyValue> {
  const functions = Object.entries(FUNCTIONS).map(
    ([name, declared]) => [name, functionOf(name, declared, tools)] as const,
  );
  const lookup = (wantList: boolean) =>
    new PyObject('function', {
      acceptsMarkers: true,
      call: (args) => invokeLookup(tools, args, wantList),
    });
  return new Map<string, PyValue>([
    ...functions,
    ['omit', OMIT],
    ['lookup', lookup(false)],
    ['query', lookup(true)],
    ['q', lookup(true)],
  ]);
}

function makeRange(args: readonly PyValue[]): PyRange {
  const numbers = args.map((arg) => {
    if (typeof arg === 'number' || typeof arg === 'boolean') return Number(arg);
    throw typeFault('range() needs ints');
  });
  const [first, second, step = 1] = numbers;
  if (first === undefined || numbers.length > 3)
    throw typeFault(`range expected 1 to 3 arguments, got ${numbers.length}`);
  if (step === 0) throw valueFault('range() arg 3 must not be zero');
  return second === undefined ? new PyRange(0, first, 1) : new PyRange(first, second, step);
}

function makeNamespace(source: PyValue, named: PyDict): PyObject {
  const values = new PyDict();
  updateDict(values, source === null ? new PyDict() : source, named);
  return new PyObject('Namespace', {
    attribute: (name) => values.get(name),
    setAttribute: (name, value) => values.set(name, value),
    text: () => '<Namespace>',
  });
}

function makeCycler(items: readonly PyValue[]): PyObject {
  if (items.length === 0) throw typeFault('at least one item has to be provided');
  let position = 0;
  const current = (): PyValue => items[position] ?? null;
  const next = (): PyValue => {
    const value = current();
    position = (position + 1) % items.length;
    return value;
  };
  const reset = (): null => {
    position = 0;
    return null;
  };
  return new PyObject('Cycler', {
    attribute: (name) => {
      if (name === 'current') return current();
      const run = name === 'next' ? next : name === 'reset' ? reset : undefined;
      return run && new PyObject('method', { call: run });
    },
  });
}

function makeJoiner(separator: PyValue): PyObject {
  let used = false;
  return new PyObject('Joiner', {
    call: () => {
      const value = used ? separator : '';
      used = true;
      return value;
    },
  });
}

function now(tools: Tools, utc: PyValue, format: PyValue): PyValue {
  const ms = tools.access.now();
  const offset = utc === true ? 0 : -new Date(ms).getTimezoneOffset();
  const fields = { ...fieldsOfEpoch(ms * 1000, offset), offset: undefined };
  const date: DateValue = makeDatetime(fields);
  return isText(format) ? formatTime(readText(format), fields) : date;
}
