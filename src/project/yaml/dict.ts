/** Collects the entries of a dict by Python's rules for keys: 1, 1.0 and true are the same key, text and Secret are texts. */
import type { Node } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import { DateValue, Float, type Scalar } from '../../base/value.ts';

/** The entries of a dict in the making. */
export class DictBuilder {
  readonly entries = new Map<Scalar, Node>();
  readonly positions = new Map<Scalar, Position>();
  readonly #keys = new Map<string, Scalar>();

  /** Adds an entry, or replaces the value of an equal key; tells where the key was before. */
  add(key: Scalar, value: Node, position: Position): Position | undefined {
    const known = typeof key === 'string' ? this.#known(key, `s${key}`) : this.#known(key, identity(key));
    const before = this.positions.get(known);
    this.entries.set(known, value);
    this.positions.set(known, position);
    return before;
  }

  #known(key: Scalar, id: string): Scalar {
    const known = this.#keys.get(id);
    if (known !== undefined) return known;
    this.#keys.set(id, key);
    return key;
  }
}

function identity(key: Scalar): string {
  if (key === null) return 'null';
  if (typeof key === 'boolean') return `n${Number(key)}`;
  if (key instanceof Float) return `n${key.value}`;
  if (key instanceof DateValue) return `d${key.iso}`;
  return typeof key === 'string' ? `s${key}` : `n${String(key)}`;
}
