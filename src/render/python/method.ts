/** Methods of Python's types: a table entry becomes a function bound to its value. */
import { spend } from '../limits.ts';
import { guardSecrets, type Secrecy } from './secrecy.ts';
import { type Body, bind, parseSignature, type Signature } from './signature.ts';
import { PyObject, type PyValue } from './value.ts';

export type Method<T> = {
  readonly signature: Signature;
  readonly body: (self: T, ...args: PyValue[]) => PyValue;
  readonly secrecy: Secrecy;
};

/** Declares a method by its Python parameter list. */
export function method<T>(
  parameters: string,
  body: (self: T, ...args: PyValue[]) => PyValue,
  secrecy: Secrecy = 'mask',
): Method<T> {
  return { signature: parseSignature(parameters), body, secrecy };
}

/** Finds a method by name and binds it; undefined when the type has none of that name. */
export function bindMethod<T>(
  table: Readonly<Record<string, Method<T>>>,
  self: T,
  name: string,
): PyObject | undefined {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (!found) return undefined;
  const run: Body = (...args) => found.body(self, ...args);
  return new PyObject('builtin_function_or_method', {
    call: (args) => {
      spend();
      const bound = bind(name, found.signature, args);
      return guardSecrets(found.secrecy, () => run(...bound));
    },
  });
}
