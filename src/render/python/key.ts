/** Which dict keys are the same: Python's hash and equality, as a JavaScript map key. */
import { Secret } from '../../base/secret.ts';
import { DateValue, Float } from '../../base/value.ts';
import { typeFault } from '../fault.ts';
import { Marker, PyBytes, PyObject, PyRange, PyTuple, type PyValue } from './value.ts';

/** Returns the same thing for equal keys. Text stands for itself; other kinds are marked by a NUL. @throws Fault type */
export function keyId(key: PyValue): unknown {
  if (typeof key === 'string') return key.startsWith('\0') ? `\0s${key}` : key;
  if (typeof key === 'boolean') return Number(key);
  return key !== null && typeof key === 'object' ? objectId(key) : key;
}

function objectId(key: PyValue & object): unknown {
  if (key instanceof Float) return key.value;
  if (key instanceof Secret) return keyId(key.reveal());
  if (key instanceof DateValue) return `\0d${key.kind}${key.iso}`;
  if (key instanceof PyTuple) return tupleId(key);
  if (key instanceof PyBytes) return `\0b${Buffer.from(key.bytes).toString('latin1')}`;
  if (key instanceof Marker) throw key.fault;
  if (key instanceof PyObject || key instanceof PyRange) return key;
  throw typeFault('unhashable type: list or dict');
}

function tupleId(tuple: PyTuple): string {
  const part = (item: PyValue) => {
    const id = keyId(item);
    if (id !== null && typeof id === 'object') throw typeFault('unhashable type inside a tuple');
    return `${typeof id}:${String(id).length}:${String(id)}`;
  };
  return `\0t${tuple.items.map(part).join(',')}`;
}
