/** How lookups are declared. */
import { Fault } from '../fault.ts';
import type { Tools } from '../plugin.ts';
import { truth } from '../python/compare.ts';
import { str } from '../python/repr.ts';
import type { PyValue } from '../python/value.ts';

export type Options = ReadonlyMap<string, PyValue>;

/** A lookup: terms and named options to a list of results. */
export type Lookup = (tools: Tools, terms: readonly PyValue[], options: Options) => readonly PyValue[];

/** An option as text. */
export function optionText(options: Options, name: string, otherwise: string): string {
  const value = options.get(name);
  return value === undefined || value === null ? otherwise : str(value);
}

/** An option as a truth value. */
export function optionFlag(options: Options, name: string, otherwise: boolean): boolean {
  const value = options.get(name);
  if (value === undefined) return otherwise;
  return typeof value === 'string'
    ? ['yes', 'true', 'on', '1', 'y', 't'].includes(value.toLowerCase())
    : truth(value);
}

/** Builds the failure of what the owner of the evaluation has not allowed. */
export function forbidden(what: string): Fault {
  return new Fault('forbidden', `templates of this project may not ${what}`);
}

/** Options with the `name=value` words of a term put over them. */
export function withPairs(options: Options, words: readonly string[]): Map<string, PyValue> {
  const own = new Map<string, PyValue>(options);
  for (const word of words) {
    const at = word.indexOf('=');
    if (at > 0) own.set(word.slice(0, at), word.slice(at + 1));
  }
  return own;
}
