/** Reading the arguments of filters. */
import { Fault, typeFault } from '../fault.ts';
import { readText } from '../python/ambient.ts';
import { defined, isInt, isText, needText, pyType } from '../python/kinds.ts';
import { str } from '../python/repr.ts';
import { PyList, PyTuple, type PyValue } from '../python/value.ts';

/** A text argument. @throws Fault type */
export const text = (value: PyValue): string => readText(needText(value));

/** The text whose Python method a filter calls; what has no such method counts as undefined in Ansible. @throws Fault undefined */
export function textWith(method: string, value: PyValue): string {
  if (isText(value)) return readText(value);
  throw missingMethod(method, value);
}

/** Builds the failure of calling a method that a value lacks. */
export const missingMethod = (method: string, value: PyValue): Fault =>
  new Fault(
    'undefined',
    `a value of type '${pyType(defined(value))}' has no '${method}', which this filter calls`,
  );

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
