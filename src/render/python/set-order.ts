/** The order in which CPython's sets of numbers come out: open addressing by hash, as in `Objects/setobject.c` of 3.11. */
import { Float } from '../../base/value.ts';
import { spend } from '../limits.ts';
import { equals } from './compare.ts';
import type { PyValue } from './value.ts';

type Item = { readonly value: PyValue; readonly hash: bigint };
/** `fill` counts the slots that are not empty, `used` those of items: what is taken out leaves a mark. */
type Table = { slots: (Item | undefined)[]; used: number; fill: number };

/** The mark of an item that was taken out; no number has this hash. */
const TAKEN: Item = { value: null, hash: 2n ** 64n - 1n };

const emptySlots = (size: number) => new Array<Item | undefined>(size).fill(undefined);
const emptyTable = (): Table => ({ slots: emptySlots(8), used: 0, fill: 0 });

const PRIME = 2n ** 61n - 1n;
const UNSIGNED = 2n ** 64n;

/** Python's hash of a number; undefined for what hashes otherwise in each process, or by other rules. */
function numberHash(value: PyValue): bigint | undefined {
  if (typeof value === 'boolean') return BigInt(value);
  if (typeof value === 'number' || typeof value === 'bigint') return intHash(BigInt(value));
  if (!(value instanceof Float) || !Number.isFinite(value.value)) return undefined;
  return Number.isInteger(value.value) ? intHash(BigInt(value.value)) : fractionHash(value.value);
}

function intHash(value: bigint): bigint {
  const magnitude = (value < 0n ? -value : value) % PRIME;
  return signed(value < 0n ? -magnitude : magnitude);
}

const signed = (hash: bigint): bigint => (hash === -1n ? -2n : hash) & (UNSIGNED - 1n);

/** A float is mantissa × 2^exponent, taken modulo the prime, in which 2^61 is 1. */
function fractionHash(value: number): bigint {
  let mantissa = Math.abs(value);
  let exponent = 0;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent -= 1;
  }
  const shift = BigInt(((exponent % 61) + 61) % 61);
  const hash = (BigInt(mantissa) * 2n ** shift) % PRIME;
  return signed(value < 0 ? -hash : hash);
}

const LINEAR_PROBES = 9;

/** Equal hashes are not enough: -1 and -2 share one. */
const isSame = (a: Item, b: Item): boolean => a.hash === b.hash && a !== TAKEN && equals(a.value, b.value);

/** The slot where an item stands or belongs. */
function slotOf(slots: readonly (Item | undefined)[], item: Item): number {
  const { hash } = item;
  const mask = slots.length - 1;
  let perturb = hash;
  for (let at = Number(hash & BigInt(mask)); ; at = Number((BigInt(at) * 5n + 1n + perturb) & BigInt(mask))) {
    const probes = at + LINEAR_PROBES <= mask ? LINEAR_PROBES : 0;
    for (let probe = at; probe <= at + probes; probe++) {
      spend();
      const there = slots[probe];
      if (there === undefined || isSame(there, item)) return probe;
    }
    perturb >>= 5n;
  }
}

function add(table: Table, item: Item): void {
  const slot = slotOf(table.slots, item);
  if (table.slots[slot] !== undefined) return;
  table.slots[slot] = item;
  table.used += 1;
  table.fill += 1;
  if (table.fill * 5 >= (table.slots.length - 1) * 3) resize(table, table.used * (table.used > 50_000 ? 2 : 4));
}

function resize(table: Table, least: number): void {
  let size = 8;
  while (size <= least) size *= 2;
  const items = itemsOf(table);
  table.slots = emptySlots(size);
  table.fill = table.used;
  for (const item of items) table.slots[slotOf(table.slots, item)] = item;
}

/** A set of numbers as CPython would hold it. */
export type NumberSet = Table;

/** Makes the set of numbers; undefined where the items are anything else, whose order is by chance. */
export function numberSet(values: readonly PyValue[]): NumberSet | undefined {
  const table = emptyTable();
  for (const value of values) {
    const hash = numberHash(value);
    if (hash === undefined) return undefined;
    add(table, { value, hash });
  }
  return table;
}

/** The items in the order in which Python gives them. */
export const orderedValues = (table: NumberSet): PyValue[] => itemsOf(table).map((item) => item.value);

const itemsOf = (table: Table): Item[] =>
  table.slots.flatMap((item) => (item === undefined || item === TAKEN ? [] : [item]));
const copyOf = (table: Table): Table => merge(emptyTable(), table);
const holds = (table: Table, item: Item): boolean => table.slots[slotOf(table.slots, item)] !== undefined;
const setOf = (items: readonly Item[]): Table => {
  const table = emptyTable();
  for (const item of items) add(table, item);
  return table;
};

/** Python's `a | b`: a copy of `a`, made large enough for both at once. */
export function setUnion(a: NumberSet, b: NumberSet): NumberSet {
  return merge(copyOf(a), b);
}

function merge(into: Table, other: Table): Table {
  if (other.used === 0) return into;
  if ((into.fill + other.used) * 5 >= (into.slots.length - 1) * 3) resize(into, (into.used + other.used) * 2);
  const sameSize = into.slots.length === other.slots.length && other.fill === other.used;
  if (into.fill === 0 && sameSize) return { ...other, slots: [...other.slots] };
  const isNew = into.fill === 0;
  for (const item of itemsOf(other)) {
    if (isNew) into.slots[slotOf(into.slots, item)] = item;
    else add(into, item);
  }
  if (isNew) Object.assign(into, { used: other.used, fill: other.used });
  return into;
}

/** Python's `a & b`: the smaller one's items that the other holds. */
export function setIntersection(a: NumberSet, b: NumberSet): NumberSet {
  const [large, small] = b.used > a.used ? [b, a] : [a, b];
  return setOf(itemsOf(small).filter((item) => holds(large, item)));
}

/** Python's `a - b`: what is left of a copy of `a` where `b` is much smaller, else a new set. */
export function setDifference(a: NumberSet, b: NumberSet): NumberSet {
  if (a.used >> 2 <= b.used) return setOf(itemsOf(a).filter((item) => !holds(b, item)));
  const copy = copyOf(a);
  for (const item of itemsOf(b)) takeOut(copy, item);
  if (copy.fill - copy.used > (copy.slots.length - 1) >> 2) resize(copy, copy.used * 4);
  return copy;
}

/** Python's `a ^ b`: a copy of `b`, from which each of `a` is taken out or to which it is added. */
export function setSymmetricDifference(a: NumberSet, b: NumberSet): NumberSet {
  const copy = copyOf(b);
  for (const item of itemsOf(a)) if (!takeOut(copy, item)) add(copy, item);
  return copy;
}

function takeOut(table: Table, item: Item): boolean {
  const slot = slotOf(table.slots, item);
  if (table.slots[slot] === undefined) return false;
  table.slots[slot] = TAKEN;
  table.used -= 1;
  return true;
}
