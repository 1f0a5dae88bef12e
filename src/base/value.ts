/**
 * Values as Ansible sees them: Python's, with int and float apart. A JavaScript number is always an int; a float is
 * boxed, so that 1 and 1.0 stay different. A dict keeps its order and takes any scalar key, so it is a Map.
 */
import { Secret } from './secret.ts';

/** A Python float, kept apart from ints. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

/** A YAML date or datetime: the text in Python's `isoformat`, and which of the two it is. */
export class DateValue {
  readonly kind: 'date' | 'datetime';
  readonly iso: string;
  constructor(kind: 'date' | 'datetime', iso: string) {
    this.kind = kind;
    this.iso = iso;
  }
}

/** A scalar: null is None, a number is an int within 2^53, a bigint one beyond. */
export type Scalar = null | boolean | number | bigint | Float | string | Secret | DateValue;

/** A finished value: nothing in it is a template any more. */
export type Value = Scalar | readonly Value[] | ReadonlyMap<Scalar, Value>;

/** The same as plain JavaScript, for roles and JSON: floats become numbers, dicts objects without a prototype. */
export type Plain = null | boolean | number | bigint | string | Secret | readonly Plain[] | PlainObject;
export type PlainObject = { readonly [key: string]: Plain };

/** Turns a value into plain JavaScript; secrets stay `Secret`, dates become their ISO text. */
export function toPlain(value: Value): Plain {
  if (value instanceof Float) return value.value;
  if (value instanceof DateValue) return value.iso;
  if (value instanceof Secret || value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(toPlain);
  const object: Record<string, Plain> = Object.create(null);
  for (const [key, item] of value) object[String(key instanceof Float ? key.value : key)] = toPlain(item);
  return object;
}

/** Whether a value is a list; `Array.isArray` does not narrow readonly arrays. */
export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** Whether a value is a dict. */
export function isDict(value: Value): value is ReadonlyMap<Scalar, Value> {
  return value instanceof Map;
}
