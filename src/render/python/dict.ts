/** Python's dict: in insertion order, with any hashable key, evaluating a value only when it is touched. */
import { keyId } from './key.ts';
import { type Cell, type PyValue, settle } from './value.ts';

type Entry = { readonly key: PyValue; cell: Cell };

/** A dict in insertion order; keys are equal as in Python (1 is 1.0 is True). */
export class PyDict {
  readonly #entries = new Map<unknown, Entry>();

  /** It is what a variable holds; to_yaml writes it once and refers to it after that. */
  readonly shared: boolean;

  constructor(entries: Iterable<readonly [PyValue, Cell]> = [], shared = false) {
    this.shared = shared;
    for (const [key, cell] of entries) this.set(key, cell);
  }

  get size(): number {
    return this.#entries.size;
  }

  set(key: PyValue, cell: Cell): void {
    const id = keyId(key);
    const entry = this.#entries.get(id);
    if (entry) entry.cell = cell;
    else this.#entries.set(id, { key, cell });
  }

  get(key: PyValue): PyValue | undefined {
    const entry = this.#entries.get(keyId(key));
    return entry === undefined ? undefined : touch(entry);
  }

  has(key: PyValue): boolean {
    return this.#entries.has(keyId(key));
  }

  delete(key: PyValue): boolean {
    return this.#entries.delete(keyId(key));
  }

  clear(): void {
    this.#entries.clear();
  }

  keys(): PyValue[] {
    return [...this.#entries.values()].map((entry) => entry.key);
  }

  *entries(): Generator<[PyValue, PyValue]> {
    for (const entry of this.#entries.values()) yield [entry.key, touch(entry)];
  }

  /** The cells as they are, so that a copy stays lazy. */
  *cells(): Generator<[PyValue, Cell]> {
    for (const entry of this.#entries.values()) yield [entry.key, entry.cell];
  }
}

function touch(entry: Entry): PyValue {
  const value = settle(entry.cell);
  entry.cell = value;
  return value;
}
