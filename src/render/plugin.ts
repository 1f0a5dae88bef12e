/** Filters, tests and functions: what they are given and how they are declared. */

import type { LookupAccess } from './lookups/access.ts';
import { guardSecrets, type Secrecy } from './python/secrecy.ts';
import { bind, parseSignature, type Signature } from './python/signature.ts';
import { PyObject, type PyValue } from './python/value.ts';

/** What plugins may do beyond computing: call other plugins, and what the owner of the evaluation allows. */
export type Tools = {
  /** Applies a filter by name. */
  filter(name: string, value: PyValue, args: readonly PyValue[], named?: ReadonlyMap<string, PyValue>): PyValue;
  /** Applies a test by name. */
  test(name: string, value: PyValue, args: readonly PyValue[], named?: ReadonlyMap<string, PyValue>): boolean;
  /** The value of a variable, undefined when there is none. */
  variable(name: string): PyValue | undefined;
  /** All variable names. */
  names(): Iterable<string>;
  /** Renders a template file's text with further variables. */
  render(
    text: string,
    file: string,
    variables: ReadonlyMap<string, PyValue>,
    options: ReadonlyMap<string, unknown>,
  ): PyValue;
  /** What the controller lets the template see. */
  readonly access: LookupAccess;
};

export type PluginBody = (tools: Tools, ...args: PyValue[]) => PyValue;

export type Plugin = {
  readonly signature: Signature;
  readonly body: PluginBody;
  readonly secrecy: Secrecy;
  /** It understands undefined arguments. */
  readonly acceptsMarkers: boolean;
  /** It understands undefined values inside its arguments. */
  readonly acceptsInner: boolean;
};

export type PluginOptions = {
  readonly secrecy?: Secrecy;
  readonly acceptsMarkers?: boolean;
  readonly acceptsInner?: boolean;
};

export type PluginTable = Readonly<Record<string, Plugin>>;

/** Declares a plugin by its Python parameter list; the first parameter is the filtered or tested value. */
export function plugin(parameters: string, body: PluginBody, options: PluginOptions = {}): Plugin {
  return {
    signature: parseSignature(parameters),
    body,
    secrecy: options.secrecy ?? 'mask',
    acceptsMarkers: options.acceptsMarkers ?? false,
    acceptsInner: options.acceptsInner ?? false,
  };
}

/** Makes a plugin a function that templates can call. */
export function functionOf(name: string, declared: Plugin, tools: Tools): PyObject {
  return new PyObject('function', {
    acceptsMarkers: declared.acceptsMarkers,
    call: (args) => {
      const bound = bind(name, declared.signature, args);
      return guardSecrets(declared.secrecy, () => declared.body(tools, ...bound));
    },
  });
}
