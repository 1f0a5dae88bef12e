/** Reading the arguments of filters. */
import { typeFault } from '../fault.ts';
import { readText } from '../python/ambient.ts';
import { isInt, isText, needText, pyType } from '../python/kinds.ts';
import { str } from '../python/repr.ts';
import { PyList, PyTuple, type PyValue } from '../python/value.ts';

/** A text argument. @throws Fault type */
export const text = (value: PyValue): string => readText(needText(value));

/** Any value as text, as Python's `str`. */
export const soft = (value: PyValue): string => str(value);

/** A whole number argument. @throws Fault type */
export function whole(value: PyValue): number {
  if (isInt(value)) return Number(value);
  throw typeFault(`'${pyType(value)}' object cannot be interpreted as an integer`);
}

/** A list or tuple, which Ansible calls a sequence; text is none. */
export function isSequence(value: PyValue): value is PyList | PyTuple {
  return value instanceof PyList || value instanceof PyTuple;
}

/** The items of a list or tuple. */
export const sequenceItems = (value: PyList | PyTuple): PyValue[] =>
  value instanceof PyList ? [...value] : [...value.items];

/** A list of texts. */
export const textList = (items: readonly string[]): PyList => new PyList([...items]);

/** Whether a value is text, for narrowing. */
export const textOr = (value: PyValue, otherwise: string): string => (isText(value) ? readText(value) : otherwise);
