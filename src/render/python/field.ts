/** The attribute and item access that `str.format` fields use; filled in by the module that knows all types. */
import { Fault } from '../fault.ts';
import type { PyValue } from './value.ts';

type Reader = (value: PyValue, attribute: string | undefined, index: string | undefined) => PyValue;

let reader: Reader = () => {
  throw new Fault('other', 'no field access');
};

/** Installs the access to attributes and items. */
export function installFieldReader(read: Reader): void {
  reader = read;
}

/** Reads `.attribute` or `[index]` of a value. */
export function readField(value: PyValue, attribute: string | undefined, index: string | undefined): PyValue {
  return reader(value, attribute, index);
}
