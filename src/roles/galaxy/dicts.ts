/** Dictionaries of Galaxy's options. */
import { isDict, type Scalar, type Value } from '../../base/value.ts';
import { plainText } from '../plain-text.ts';

export type Dict = ReadonlyMap<Scalar, Value>;

/** Makes a dictionary; undefined values are left out. */
export function dictOf(entries: Readonly<Record<string, Value | undefined>>): Dict {
  return new Map(
    Object.entries(entries).flatMap(([key, value]): [string, Value][] =>
      value === undefined ? [] : [[key, value]],
    ),
  );
}

/** Merges the second into the first, dictionaries in them as well; everything else is replaced. */
export function merged(base: Dict, over: Dict): Dict {
  const result = new Map(base);
  for (const [key, value] of over) {
    const old = result.get(key);
    result.set(key, old !== undefined && isDict(old) && isDict(value) ? merged(old, value) : value);
  }
  return result;
}

/** A part of a dictionary that is one itself; empty when it is missing. */
export function partOf(dict: Dict | undefined, key: string): Dict {
  const part = dict?.get(key);
  return part !== undefined && isDict(part) ? part : new Map();
}

/** A text of a dictionary. */
export function textOf(dict: Dict, key: string): string | undefined {
  return plainText(dict.get(key));
}
