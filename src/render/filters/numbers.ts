/** Filters on numbers and conversions to them. */
import { Float } from '../../base/value.ts';
import { Fault, typeFault, valueFault } from '../fault.ts';
import { type PluginTable, plugin } from '../plugin.ts';
import { readText } from '../python/ambient.ts';
import { negate } from '../python/arithmetic.ts';
import { compare, numeric, truth } from '../python/compare.ts';
import { isInt, isNumber, isText, pyType } from '../python/kinds.ts';
import { readFloat, readInt, roundHalfEven, toInt } from '../python/number.ts';
import { decimalLog, naturalLog, power } from '../python/powers.ts';
import type { PyValue } from '../python/value.ts';
import { text, whole } from './arguments.ts';
import { humanReadable, humanToBytes } from './bytes.ts';

/** Jinja2's `int`: the default for what is no number. */
function toWhole(value: PyValue, otherwise: PyValue, base: PyValue): PyValue {
  if (typeof value === 'boolean') return Number(value);
  if (isInt(value)) return value;
  if (value instanceof Float) return truncated(value.value, otherwise);
  if (!isText(value)) return otherwise;
  const radix = whole(base);
  const known = radix === 0 || (radix >= 2 && radix <= 36);
  const int = known ? readInt(readText(value), radix) : undefined;
  if (int !== undefined) return int;
  const float = readFloat(readText(value));
  return float && Number.isFinite(float.value) ? toInt(BigInt(Math.trunc(float.value))) : otherwise;
}

function truncated(value: number, otherwise: PyValue): PyValue {
  if (Number.isNaN(value)) return otherwise;
  if (!Number.isFinite(value)) throw new Fault('other', 'cannot convert float infinity to integer');
  return toInt(BigInt(Math.trunc(value)));
}

function toFloat(value: PyValue, otherwise: PyValue): PyValue {
  if (isInt(value) && !Number.isFinite(Number(value)))
    throw new Fault('other', 'int too large to convert to float');
  if (isNumber(value)) return new Float(Number(numeric(value)));
  const float = isText(value) ? readFloat(readText(value)) : undefined;
  return float ?? otherwise;
}

const TRUE = new Set(['yes', 'on', 'true', '1']);

function toBool(value: PyValue): boolean {
  if (typeof value === 'boolean') return value;
  if (isText(value)) return TRUE.has(readText(value).toLowerCase());
  return isNumber(value) && Number(numeric(value)) === 1;
}

function number(value: PyValue, what: string): number {
  if (!isNumber(value)) throw new Fault('other', `${what}() can only be used on numbers`);
  return Number(numeric(value));
}

function logarithm(value: PyValue, base: PyValue): Float {
  const x = number(value, 'log');
  const by = number(base, 'log');
  if (x <= 0 || by <= 0) throw valueFault('math domain error');
  if (by === 1) throw valueFault('float division by zero');
  if (by === 10) return new Float(decimalLog(x));
  return new Float(naturalLog(x) / naturalLog(by));
}

function raised(value: PyValue, exponent: PyValue): Float {
  const result = power(number(value, 'pow'), number(exponent, 'pow'));
  if (Number.isNaN(result)) throw valueFault('math domain error');
  return new Float(result);
}

function root(value: PyValue, base: PyValue): Float {
  const x = number(value, 'root');
  const by = number(base, 'root');
  if (by === 0) throw valueFault('float division by zero');
  const result = by === 2 ? Math.sqrt(x) : power(x, 1 / by);
  if (Number.isNaN(result)) throw new Fault('other', 'root() can only be used on numbers');
  return new Float(result);
}

function absolute(value: PyValue): PyValue {
  if (typeof value === 'boolean') return Number(value);
  if (!isNumber(value)) throw typeFault(`bad operand type for abs(): '${pyType(value)}'`);
  return compare(value, 0) < 0 ? negate(value, '-') : value;
}

function round(value: PyValue, precision: PyValue, method: PyValue): PyValue {
  const digits = whole(precision);
  const kind = text(method);
  if (!isNumber(value)) throw typeFault(`type ${pyType(value)} doesn't define __round__ method`);
  const x = Number(numeric(value));
  if (kind === 'common')
    return isInt(value) ? roundInt(BigInt(value), digits) : new Float(roundHalfEven(x, digits));
  const factor = 10 ** digits;
  if (kind === 'ceil') return new Float(Math.ceil(x * factor) / factor);
  if (kind === 'floor') return new Float(Math.floor(x * factor) / factor);
  throw new Fault('other', 'method must be common, ceil or floor');
}

/** An int stays one; a tie goes to the even digit. */
function roundInt(value: bigint, digits: number): number | bigint {
  if (digits >= 0) return toInt(value);
  const unit = 10n ** BigInt(Math.min(-digits, 4000));
  const rest = ((value % unit) + unit) % unit;
  const floor = value - rest;
  const up = rest * 2n > unit || (rest * 2n === unit && (floor / unit) % 2n !== 0n);
  return toInt(up ? floor + unit : floor);
}

const SIZES = {
  decimal: ['kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'],
  binary: ['KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB', 'ZiB', 'YiB'],
};

function fileSize(value: PyValue, binary: PyValue): string {
  const bytes = Number(
    isText(value)
      ? (readFloat(readText(value))?.value ?? Number.NaN)
      : isNumber(value)
        ? numeric(value)
        : Number.NaN,
  );
  if (Number.isNaN(bytes)) throw valueFault('could not convert string to float');
  const base = truth(binary) ? 1024 : 1000;
  if (bytes === 1) return '1 Byte';
  if (bytes < base) return `${Math.trunc(bytes)} Bytes`;
  const names = truth(binary) ? SIZES.binary : SIZES.decimal;
  const fits = names.findIndex((_, index) => bytes < base ** (index + 2));
  const index = fits < 0 ? names.length - 1 : fits;
  return `${(bytes / base ** (index + 1)).toFixed(1)} ${names[index]}`;
}

export const NUMBER_FILTERS: PluginTable = {
  abs: plugin('x', (_t, value) => absolute(value)),
  bool: plugin('value', (_t, value) => toBool(value)),
  filesizeformat: plugin('value, binary=False', (_t, value, binary) => fileSize(value, binary)),
  float: plugin('value, default=0.0', (_t, value, otherwise) => toFloat(value, otherwise)),
  human_readable: plugin('size, isbits=False, unit=None', (_t, size, bits, unit) =>
    humanReadable(number(size, 'human_readable'), truth(bits), unit === null ? undefined : text(unit)),
  ),
  human_to_bytes: plugin('size, default_unit=None, isbits=False', (_t, size, unit, bits) =>
    humanToBytes(size, unit === null ? undefined : text(unit), truth(bits)),
  ),
  int: plugin('value, default=0, base=10', (_t, value, otherwise, base) => toWhole(value, otherwise, base)),
  log: plugin('x, base=2.718281828459045', (_t, value, base) => logarithm(value, base)),
  pow: plugin('x, y', (_t, value, exponent) => raised(value, exponent)),
  root: plugin('x, base=2', (_t, value, base) => root(value, base)),
  round: plugin("value, precision=0, method='common'", (_t, value, precision, method) =>
    round(value, precision, method),
  ),
};
