/** Between the evaluator's values and finished ones. */

import { Secret } from '../base/secret.ts';
import { DateValue, Float, isDict, isList, type Scalar, type Value } from '../base/value.ts';
import { Fault, typeFault } from './fault.ts';
import { spend } from './limits.ts';
import { PyDict } from './python/dict.ts';
import { listItems } from './python/iterate.ts';
import { pyType } from './python/kinds.ts';
import { str } from './python/repr.ts';
import { Lazy, Marker, Omit, PyBytes, PyList, PyObject, PyRange, PyTuple, type PyValue } from './python/value.ts';

/** A finished value for templates to work on; lists and dicts are converted when they are touched. */
export function fromValue(value: Value): PyValue {
  if (isList(value)) return new PyList(value.map((item) => new Lazy(() => fromValue(item))));
  if (isDict(value)) return new PyDict([...value].map(([key, item]) => [key, new Lazy(() => fromValue(item))]));
  return value;
}

/** A result as Ansible finishes it: everything evaluated, tuples as lists, omitted items gone; undefined when all of it is omitted. @throws Fault */
export function finish(value: PyValue): PyValue | undefined {
  if (value instanceof Omit) return undefined;
  return finishPart(value, 0);
}

/** Python gives up a little later; nobody's values come near. */
const DEEPEST = 400;

function finishPart(value: PyValue, depth: number): PyValue {
  spend();
  if (depth > DEEPEST) throw new Fault('recursion', `the value is nested more than ${DEEPEST} levels deep`);
  if (value instanceof Marker) throw value.fault;
  if (value instanceof PyList) return new PyList(finishItems([...value], depth));
  if (value instanceof PyTuple) return new PyList(finishItems(value.items, depth));
  if (value instanceof PyDict) return finishDict(value, depth);
  if (value instanceof PyObject) return finishObject(value, depth);
  if (value instanceof PyRange) throw unsupported(value);
  return value;
}

function finishItems(items: readonly PyValue[], depth: number): PyValue[] {
  const kept: PyValue[] = [];
  for (const item of items) if (!(item instanceof Omit)) kept.push(finishPart(item, depth + 1));
  return kept;
}

function finishDict(dict: PyDict, depth: number): PyDict {
  const kept = new PyDict();
  for (const [key, item] of dict.entries())
    if (!(item instanceof Omit)) kept.set(key, finishPart(item, depth + 1));
  return kept;
}

function finishObject(value: PyObject, depth: number): PyValue {
  if (value.typeName === 'TemplateModule') return str(value);
  if (!value.can.iterate) throw unsupported(value);
  return new PyList(finishItems(listItems(value), depth));
}

function unsupported(value: PyValue): Fault {
  return new Fault('unsupported-type', `a value of type '${pyType(value)}' cannot be a result`);
}

/** Turns a finished value into plain lists and maps. @throws Fault */
export function toValue(value: PyValue): Value {
  if (value instanceof PyList) return [...value].map(toValue);
  if (value instanceof PyDict)
    return new Map([...value.entries()].map(([key, item]) => [toKey(key), toValue(item)]));
  if (value instanceof PyBytes) return Buffer.from(value.bytes).toString('utf8');
  if (isScalar(value)) return value;
  throw unsupported(value);
}

function toKey(key: PyValue): Scalar {
  if (key instanceof PyTuple) return str(key);
  if (isScalar(key)) return key;
  throw typeFault(`a value of type '${pyType(key)}' cannot be a key`);
}

function isScalar(value: PyValue): value is Scalar {
  const simple = value === null || typeof value !== 'object';
  return simple || value instanceof Float || value instanceof DateValue || value instanceof Secret;
}
