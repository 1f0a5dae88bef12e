/** Python's numbers as text and back: ints without bounds, floats in their shortest form. */
import { Float } from '../../base/value.ts';

/** An int as it is kept: a number within 2^53, a bigint beyond. */
export function toInt(value: bigint): number | bigint {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER)
    ? Number(value)
    : value;
}

/** Prints a float as Python's `repr`: 1.0, 1e+16, 1e-07, inf, nan. */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const [mantissa = '0', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const digits = String(Math.abs(exponent)).padStart(2, '0');
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${digits}`;
  }
  const sign = Object.is(value, -0) ? '-' : '';
  const plain = sign + (Number.isInteger(value) ? BigInt(value).toString() : decimals(mantissa, exponent));
  return plain.includes('.') ? plain : `${plain}.0`;
}

function decimals(mantissa: string, exponent: number): string {
  const negative = mantissa.startsWith('-');
  const digits = mantissa.replace(/[-.]/g, '');
  const sign = negative ? '-' : '';
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

const SPACE = '[\\s\\x1c-\\x1f\\x85]*';
const INT = new RegExp(`^${SPACE}([+-]?)(\\d+(?:_\\d+)*)${SPACE}$`);

const DIGIT = /\p{Nd}/u;

/** Python takes the digits of every script; each has its ten in a row. */
function latinDigits(text: string): string {
  return text.replace(/(?![0-9])\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    let value = 0;
    while (DIGIT.test(String.fromCodePoint(code - value - 1))) value++;
    return String(value % 10);
  });
}

/** Reads text as Python's `int(text, base)`; undefined when it is none. */
export function readInt(written: string, base = 10): number | bigint | undefined {
  const text = latinDigits(written);
  if (base === 10) {
    const match = INT.exec(text);
    return match ? toInt(BigInt((match[2] ?? '').replaceAll('_', '')) * (match[1] === '-' ? -1n : 1n)) : undefined;
  }
  const match = /^\s*([+-]?)(0[xob])?_?([0-9a-z]+(?:_[0-9a-z]+)*)\s*$/i.exec(text);
  if (!match) return undefined;
  return parseDigits(match[1] === '-', match[2]?.toLowerCase(), (match[3] ?? '').replaceAll('_', ''), base);
}

const PREFIXES: Record<string, number> = { '0x': 16, '0o': 8, '0b': 2 };

function parseDigits(negative: boolean, prefix: string | undefined, digits: string, base: number) {
  const prefixBase = prefix === undefined ? undefined : PREFIXES[prefix];
  const radix = base === 0 ? (prefixBase ?? 10) : base;
  const fits = prefix === undefined || prefixBase === radix;
  const all = fits ? digits : prefix + digits;
  if (base === 0 && prefix === undefined && /^0+[1-9]/.test(digits)) return undefined;
  let value = 0n;
  for (const digit of all.toLowerCase()) {
    const number = '0123456789abcdefghijklmnopqrstuvwxyz'.indexOf(digit);
    if (number < 0 || number >= radix) return undefined;
    value = value * BigInt(radix) + BigInt(number);
  }
  return toInt(negative ? -value : value);
}

const FLOAT = /^\s*([+-]?)(?:(\d+(?:_\d+)*)?(?:\.(\d+(?:_\d+)*)?)?(?:e[+-]?\d+(?:_\d+)*)?|inf(?:inity)?|nan)\s*$/i;

/** Reads text as Python's `float(text)`; undefined when it is none. */
export function readFloat(written: string): Float | undefined {
  const text = latinDigits(written);
  const match = FLOAT.exec(text);
  if (!match) return undefined;
  const trimmed = text.trim().toLowerCase().replaceAll('_', '');
  if (trimmed.includes('inf')) return new Float(trimmed.startsWith('-') ? -Infinity : Infinity);
  if (trimmed.includes('nan')) return new Float(NaN);
  if (match[2] === undefined && match[3] === undefined) return undefined;
  return new Float(Number(trimmed.replace(/^\+/, '')));
}

/** Rounds half to even at a number of decimals, as Python's `round`. */
export function roundHalfEven(value: number, decimals: number): number {
  if (!Number.isFinite(value) || decimals > 22) return value;
  if (decimals >= 0) return Number(exactFixed(value, decimals));
  const factor = 10 ** -decimals;
  const scaled = value / factor;
  const floor = Math.floor(scaled);
  const rest = scaled - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  return (floor + (up ? 1 : 0)) * factor;
}

/** Prints with a fixed number of decimals; the exact binary value decides, a tie goes to the even digit. */
export function exactFixed(value: number, decimals: number): string {
  const [numerator, shift] = binaryFraction(Math.abs(value));
  const scale = 10n ** BigInt(decimals);
  const divisor = 1n << BigInt(shift);
  const product = numerator * scale;
  let quotient = product / divisor;
  const twice = (product % divisor) * 2n;
  if (twice > divisor || (twice === divisor && quotient % 2n === 1n)) quotient++;
  const digits = quotient.toString().padStart(decimals + 1, '0');
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return decimals === 0 ? sign + digits : `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** A float as an exact fraction: numerator and the power of two below. */
function binaryFraction(value: number): [bigint, number] {
  let shift = 0;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    shift++;
  }
  return [BigInt(scaled), shift];
}
