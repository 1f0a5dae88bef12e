/** What becomes of secrets that an operation read: the texts it makes are secrets too. */
import { Secret } from '../../base/secret.ts';
import { Fault } from '../fault.ts';
import { ambient, withAmbient } from './ambient.ts';
import { PyDict } from './dict.ts';
import { PyList, PyTuple, type PyValue } from './value.ts';

/**
 * How the result of an operation that read a secret is kept:
 * `keep` only selects or orders, so that each leaf is as secret as it was; `redact` shows all but the secret part,
 * by doing the same with the redacted text; `mask` shows nothing.
 */
export type Secrecy = 'keep' | 'redact' | 'mask';

/** Runs an operation and makes its fresh texts secret when it read a secret. */
export function guardSecrets(secrecy: Secrecy, run: () => PyValue): PyValue {
  const before = ambient.reveals;
  const result = hidingSecrets(before, run);
  if (ambient.reveals === before || ambient.redacting || secrecy === 'keep') return result;
  if (secrecy === 'mask' || typeof result !== 'string') return taint(result);
  const redacted = withAmbient({ redacting: true }, run);
  return typeof redacted === 'string' ? new Secret(result, redacted) : new Secret(result);
}

/** Runs an operation; what its failure says is left out when it read a secret. */
function hidingSecrets(before: number, run: () => PyValue): PyValue {
  try {
    return run();
  } catch (error) {
    const told = error instanceof Fault && error.kind !== 'undefined' && error.kind !== 'limit';
    if (!told || ambient.reveals === before) throw error;
    throw new Fault(error.kind, 'the operation failed; why is not shown, because a secret went in');
  }
}

/** Makes every text of a value a secret. */
export function taint(value: PyValue): PyValue {
  if (typeof value === 'string') return value === '' ? value : new Secret(value);
  if (value instanceof PyList) return new PyList([...value].map(taint));
  if (value instanceof PyTuple) return new PyTuple(value.items.map(taint), value.names);
  if (value instanceof PyDict) return new PyDict([...value.entries()].map(([key, item]) => [key, taint(item)]));
  return value;
}
