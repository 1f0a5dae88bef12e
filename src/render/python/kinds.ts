/** What kind of value something is, by Python's names. */
import { Secret } from '../../base/secret.ts';
import { DateValue, Float } from '../../base/value.ts';
import { typeFault } from '../fault.ts';
import { PyDict } from './dict.ts';
import { Marker, Omit, PyBytes, PyList, PyObject, PyRange, PyTuple, type PyValue } from './value.ts';

/** Whether a value is text, secret or not. */
export const isText = (value: PyValue): value is string | Secret =>
  typeof value === 'string' || value instanceof Secret;

/** Whether a value is an int; a bool counts, as in Python. */
export const isInt = (value: PyValue): value is number | bigint | boolean =>
  typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean';

/** Whether a value is a number. */
export const isNumber = (value: PyValue): value is number | bigint | boolean | Float =>
  isInt(value) || value instanceof Float;

/** The name of a value's Python type. */
export function pyType(value: PyValue): string {
  if (value === null) return 'NoneType';
  if (isText(value)) return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (isInt(value)) return 'int';
  if (value instanceof PyObject) return value.typeName;
  if (value instanceof DateValue) return value.kind;
  return CLASS_NAMES.find(([type]) => value instanceof type)?.[1] ?? 'object';
}

/** Throws the fault of an undefined value; returns any other. */
export function defined<T extends PyValue>(value: T): Exclude<T, Marker> {
  if (value instanceof Marker) throw value.fault;
  return value as Exclude<T, Marker>;
}

/** Requires text. @throws Fault type */
export function needText(value: PyValue, what = 'value'): string | Secret {
  if (isText(value)) return value;
  throw typeFault(`${what} must be text, not ${pyType(defined(value))}`);
}

const CLASS_NAMES = [
  [Float, 'float'],
  [PyList, 'list'],
  [PyDict, 'dict'],
  [PyTuple, 'tuple'],
  [PyRange, 'range'],
  [PyBytes, 'bytes'],
  [Marker, 'UndefinedMarker'],
  [Omit, '_OmitType'],
] as const;
