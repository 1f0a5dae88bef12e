/** `value.name` and `value[key]` as Ansible's sandboxed Jinja2 reads them; nothing of JavaScript is reachable. */
import { DateValue, Float } from '../../base/value.ts';
import { Fault } from '../fault.ts';
import { readText } from './ambient.ts';
import { DICT_METHODS, LIST_METHODS, TUPLE_METHODS } from './container-methods.ts';
import { dateAttribute } from './date-methods.ts';
import { PyDict } from './dict.ts';
import { installFieldReader } from './field.ts';
import { isInt, isText, pyType } from './kinds.ts';
import { bindMethod, method } from './method.ts';
import { repr } from './repr.ts';
import { itemAt } from './slice.ts';
import { MAKING_TEXT, type Self } from './string-methods.ts';
import { ASKING_TEXT } from './string-tests.ts';
import {
  Marker,
  NOTHING_CHOSEN,
  PyBytes,
  PyList,
  PyObject,
  PyTuple,
  type PyValue,
  undefinedValue,
} from './value.ts';

const TEXT_METHODS = { ...MAKING_TEXT, ...ASKING_TEXT };

const FLOAT_METHODS = { is_integer: method<Float>('', (self) => Number.isInteger(self.value)) };
const INT_METHODS = {
  bit_length: method<number | bigint>(
    '',
    (self) => (self < 0 ? -self : self).toString(2).replace(/^0$/, '').length,
  ),
};
const BYTES_METHODS = {
  decode: method<PyBytes>("encoding='utf-8', errors='strict'", (self) => Buffer.from(self.bytes).toString('utf8')),
};

/** Reads `value.name`: a method or attribute first, then an item; undefined values pass through. */
export function readAttribute(value: PyValue, name: string): PyValue {
  if (value instanceof Marker) return chosen(value);
  const attribute = name.startsWith('_') ? undefined : attributeOf(value, name);
  if (attribute !== undefined) return attribute;
  const item = itemOf(value, name);
  return item === undefined ? missing(value, name) : item;
}

/** Reads an attribute and never an item, as the filter `attr`. */
export function readOnlyAttribute(value: PyValue, name: string): PyValue {
  const attribute = name.startsWith('_') ? undefined : attributeOf(value, name);
  return attribute === undefined ? missing(value, name) : attribute;
}

/** Reads `value[key]`: an item first, then a method or attribute; undefined values pass through. */
export function readItem(value: PyValue, key: PyValue): PyValue {
  if (value instanceof Marker) return chosen(value);
  if (key instanceof Marker) throw key.fault;
  const item = itemOf(value, key);
  if (item !== undefined) return item;
  const name = isText(key) ? readText(key) : undefined;
  const attribute = name === undefined || name.startsWith('_') ? undefined : attributeOf(value, name);
  return attribute === undefined ? missing(value, key) : attribute;
}

function chosen(value: Marker): Marker {
  if (value === NOTHING_CHOSEN) throw value.fault;
  return value;
}

function missing(value: PyValue, key: PyValue): Marker {
  const shown = isText(key) ? `'${typeof key === 'string' ? key : key.redacted}'` : repr(key);
  const marker = undefinedValue(`object of type '${pyType(value)}' has no attribute ${shown}`);
  if (value instanceof PyDict && typeof key === 'string')
    marker.fault.misnamed = { name: key, known: () => value.keys().filter((one) => typeof one === 'string') };
  if (value instanceof PyList && isInt(key)) marker.fault.advice = lengthAdvice(value.cells.length);
  return marker;
}

/** What a newcomer should know of a list that is shorter than was thought. */
function lengthAdvice(length: number): string {
  if (length === 0) return 'the list is empty: look at what should fill it';
  return `the last item of the list is [${length - 1}]`;
}

/** An item by key or index; undefined when there is none. */
function itemOf(value: PyValue, key: PyValue): PyValue | undefined {
  if (value instanceof PyDict) return hashable(key) ? value.get(key) : undefined;
  return isInt(key) ? itemAt(value, Number(key)) : undefined;
}

const hashable = (key: PyValue): boolean => !(key instanceof PyList) && !(key instanceof PyDict);

function attributeOf(value: PyValue, name: string): PyValue | undefined {
  if (isText(value)) {
    const self: Self = () => readText(value);
    return bindMethod(TEXT_METHODS, self, name);
  }
  if (value instanceof PyDict) return bindMethod(DICT_METHODS, value, name);
  if (value instanceof PyList) return bindMethod(LIST_METHODS, value, name);
  if (value instanceof PyTuple) return tupleAttribute(value, name);
  if (value instanceof PyObject) return value.can.attribute?.(name);
  if (value instanceof DateValue) return dateAttribute(value, name);
  return scalarAttribute(value, name);
}

function tupleAttribute(value: PyTuple, name: string): PyValue | undefined {
  const at = value.names.indexOf(name);
  return at >= 0 ? value.items[at] : bindMethod(TUPLE_METHODS, value, name);
}

function scalarAttribute(value: PyValue, name: string): PyValue | undefined {
  if (value instanceof Float) return name === 'real' ? value : bindMethod(FLOAT_METHODS, value, name);
  if (value instanceof PyBytes) return bindMethod(BYTES_METHODS, value, name);
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  return name === 'real' ? value : bindMethod<number | bigint>(INT_METHODS, value, name);
}

function noAttribute(name: string): never {
  throw new Fault('other', `'dict' object has no attribute '${name}'`);
}

installFieldReader((value, attribute, index) => {
  if (attribute !== undefined)
    return value instanceof PyDict ? noAttribute(attribute) : readAttribute(value, attribute);
  return readItem(value, /^\d+$/.test(index ?? '') ? Number(index) : (index ?? ''));
});
