/** Sizes for people, and back to bytes. */
import { valueFault } from '../fault.ts';
import { exactFixed, roundHalfEven, toInt } from '../python/number.ts';
import { str } from '../python/repr.ts';
import type { PyValue } from '../python/value.ts';

const LETTERS = ['Y', 'Z', 'E', 'P', 'T', 'G', 'M', 'K', 'B'];
const WORDS = ['yotta', 'zeta', 'exa', 'peta', 'tera', 'giga', 'mega', 'kilo', ''];

const sizeOf = (index: number): number => 1024 ** (LETTERS.length - 1 - index);

/** Renders a size with two decimals, in the unit that was asked for or the largest that fits. */
export function humanReadable(size: number, bits: boolean, unit: string | undefined): string {
  const fits = LETTERS.findIndex((letter, index) =>
    unit === undefined ? size >= sizeOf(index) : unit.toUpperCase() === letter,
  );
  const index = fits < 0 ? LETTERS.length - 1 : fits;
  const base = bits ? 'bits' : 'Bytes';
  const suffix = sizeOf(index) === 1 ? base : `${LETTERS[index]}${base[0]}`;
  return `${exactFixed(size / sizeOf(index), 2)} ${suffix}`;
}

/** Reads a size such as `10 KB`. @throws Fault value */
export function humanToBytes(size: PyValue, defaultUnit: string | undefined, bits: boolean): number | bigint {
  const match = /^([0-9]*\.?[0-9]+)(?:\s*([A-Za-z]+))?\s*$/.exec(str(size));
  if (!match) throw valueFault("human_to_bytes() can't interpret following string");
  const number = Number(match[1]);
  const unit = match[2] ?? defaultUnit;
  if (unit === undefined || unit === '') return whole(number);
  const index = LETTERS.indexOf(unit.charAt(0).toUpperCase());
  if (index < 0) throw valueFault(`human_to_bytes() failed to convert ${str(size)} (unit = ${unit})`);
  if (unit.length > 1 && !fitsClass(unit, index, bits)) {
    throw valueFault(`human_to_bytes() failed to convert ${str(size)}. Value is not a valid string`);
  }
  return whole(number * sizeOf(index));
}

function fitsClass(unit: string, index: number, bits: boolean): boolean {
  const letter = LETTERS[index] === 'B' ? '' : LETTERS[index];
  return (
    unit.toLowerCase() === `${WORDS[index]}${bits ? 'bit' : 'byte'}` || unit === `${letter}${bits ? 'b' : 'B'}`
  );
}

const whole = (value: number): number | bigint => toInt(BigInt(roundHalfEven(value, 0)));
