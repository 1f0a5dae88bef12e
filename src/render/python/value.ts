/** Values while a template runs: Python's, with lists and dicts that evaluate what they hold only when it is touched. */
import type { Secret } from '../../base/secret.ts';
import type { DateValue, Float } from '../../base/value.ts';
import { Fault } from '../fault.ts';
import { ambient } from './ambient.ts';
import type { PyDict } from './dict.ts';

export type PyValue =
  | null
  | boolean
  | number
  | bigint
  | Float
  | string
  | Secret
  | DateValue
  | PyList
  | PyDict
  | PyTuple
  | PyRange
  | PyBytes
  | PyObject
  | Marker
  | Omit;

/** A value that is computed when it is first touched. */
export class Lazy {
  readonly force: () => PyValue;
  constructor(force: () => PyValue) {
    this.force = force;
  }
}

export type Cell = PyValue | Lazy;

/** An undefined value or a failed call: it may be passed around, `default` may replace it, using it throws its fault. */
export class Marker {
  readonly fault: Fault;
  constructor(fault: Fault) {
    this.fault = fault;
  }
}

/** The value of an inline `if` without `else`: prints as nothing, is false, but cannot be a result. */
export const NOTHING_CHOSEN: Marker = new Marker(
  new Fault('undefined', 'the inline if-expression evaluated to false and no else section was defined'),
);

/** The value of `omit`: leaves out what it is assigned to. */
export class Omit {
  readonly omit = true;
}
export const OMIT = new Omit();

/** A list; its cells are evaluated one by one. */
export class PyList {
  readonly cells: Cell[];
  /** It is what a variable holds; to_yaml writes it once and refers to it after that. */
  readonly shared: boolean;
  constructor(cells: Cell[] = [], shared = false) {
    this.cells = cells;
    this.shared = shared;
  }

  get length(): number {
    return this.cells.length;
  }

  /** Returns the item at an index that must exist. */
  at(index: number): PyValue {
    const cell = this.cells[index];
    if (cell === undefined) throw new Error(`no item ${index} in a list of ${this.cells.length}`);
    const value = settle(cell);
    if (value !== cell) this.cells[index] = value;
    return value;
  }

  *[Symbol.iterator](): Iterator<PyValue> {
    for (let index = 0; index < this.cells.length; index++) yield this.at(index);
  }
}

/** A tuple: a list that cannot change, in parentheses when printed; it becomes a list in a result. */
export class PyTuple {
  readonly items: readonly PyValue[];
  /** Names of the items, for the pairs that `groupby` returns. */
  readonly names: readonly string[];
  constructor(items: readonly PyValue[], names: readonly string[] = []) {
    this.items = items;
    this.names = names;
  }
}

/** Python's `range`. */
export class PyRange {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  constructor(start: number, stop: number, step: number) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }

  get length(): number {
    return Math.max(0, Math.ceil((this.stop - this.start) / this.step));
  }

  *[Symbol.iterator](): Iterator<number> {
    for (let index = 0; index < this.length; index++) yield this.start + index * this.step;
  }
}

/** Python's `bytes`. */
export class PyBytes {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/** What is given to a call. */
export type Arguments = { readonly positional: readonly PyValue[]; readonly named: ReadonlyMap<string, PyValue> };

/** What an object other than the plain values can do; what is left out fails as in Python. */
export type Behaviour = {
  attribute?(name: string): PyValue | undefined;
  setAttribute?(name: string, value: PyValue): void;
  call?(args: Arguments): PyValue;
  iterate?(): Iterable<PyValue>;
  length?(): number;
  text?(): string;
  /** A macro or `loop`: undefined arguments go in instead of failing the call. */
  acceptsMarkers?: boolean;
};

/** A function, macro, namespace, loop, module or time span. */
export class PyObject {
  readonly typeName: string;
  readonly can: Behaviour;
  /** What a Python object's operators need to know of it; only time spans have one. */
  readonly seconds: number | undefined;
  constructor(typeName: string, can: Behaviour, seconds?: number) {
    this.typeName = typeName;
    this.can = can;
    this.seconds = seconds;
  }
}

/** Makes an undefined value. */
export function undefinedValue(message: string, name?: string): Marker {
  const details = name === undefined ? { replaceable: true } : { replaceable: true, undefinedName: name };
  return new Marker(new Fault('undefined', message, details));
}

/** Evaluates a cell; touching an undefined value fails at once where the ambient record says so. */
export function settle(cell: Cell): PyValue {
  const value = cell instanceof Lazy ? cell.force() : cell;
  if (ambient.tripping && value instanceof Marker) throw value.fault;
  return value;
}
