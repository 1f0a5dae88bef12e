/** Python's indexes and slices. */
import { typeFault, valueFault } from '../fault.ts';
import { readText } from './ambient.ts';
import { isText, pyType } from './kinds.ts';
import { guardSecrets } from './secrecy.ts';
import { characters } from './text.ts';
import { PyBytes, PyList, PyRange, PyTuple, type PyValue } from './value.ts';

export type SliceBounds = { readonly start: PyValue; readonly stop: PyValue; readonly step: PyValue };

/** The positions that a slice selects from so many items. @throws Fault type, value */
export function slicePositions(bounds: SliceBounds, length: number): number[] {
  const step = bounds.step === null ? 1 : whole(bounds.step);
  if (step === 0) throw valueFault('slice step cannot be zero');
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const clamp = (value: PyValue, otherwise: number): number => {
    if (value === null) return otherwise;
    const position = whole(value);
    return Math.min(high, Math.max(low, position < 0 ? position + length : position));
  };
  const start = clamp(bounds.start, step > 0 ? low : high);
  const stop = clamp(bounds.stop, step > 0 ? high : low);
  const positions: number[] = [];
  for (let at = start; step > 0 ? at < stop : at > stop; at += step) positions.push(at);
  return positions;
}

function whole(value: PyValue): number {
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return Number(value);
  throw typeFault('slice indices must be integers or None or have an __index__ method');
}

/** Python's `value[start:stop:step]`. @throws Fault type */
export function sliceValue(value: PyValue, bounds: SliceBounds): PyValue {
  if (isText(value)) {
    return guardSecrets('mask', () => {
      const chars = characters(readText(value));
      return pick(chars, slicePositions(bounds, chars.length)).join('');
    });
  }
  if (value instanceof PyList) return new PyList(pick(value.cells, slicePositions(bounds, value.length)));
  if (value instanceof PyTuple) return new PyTuple(pick(value.items, slicePositions(bounds, value.items.length)));
  if (value instanceof PyRange) return new PyTuple(pick([...value], slicePositions(bounds, value.length)));
  if (value instanceof PyBytes) {
    return new PyBytes(Uint8Array.from(pick([...value.bytes], slicePositions(bounds, value.bytes.length))));
  }
  throw typeFault(`'${pyType(value)}' object is not subscriptable`);
}

function pick<T>(items: readonly T[], positions: readonly number[]): T[] {
  return positions.map((position) => items[position] as T);
}

/** The item at an index, counted from the end when negative; undefined outside. */
export function itemAt(value: PyValue, index: number): PyValue | undefined {
  if (isText(value)) {
    return guardSecrets('mask', () => characters(readText(value)).at(index) ?? '') || undefined;
  }
  const length = value instanceof PyList ? value.length : 0;
  const position = index < 0 ? index + length : index;
  if (value instanceof PyList) return position >= 0 && position < length ? value.at(position) : undefined;
  if (value instanceof PyTuple) return value.items.at(index);
  if (value instanceof PyRange) return [...value].at(index);
  return value instanceof PyBytes ? value.bytes.at(index) : undefined;
}
