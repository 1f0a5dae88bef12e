/** One value by a format specification: the part that `%` formatting and `str.format` share. See Python, "Format Specification Mini-Language". */
import { Float } from '../../base/value.ts';
import { typeFault, valueFault } from '../fault.ts';
import { checkSize } from '../limits.ts';
import { codePointCount, numeric } from './compare.ts';
import { isInt, isNumber, isText, pyType } from './kinds.ts';
import { exactFixed, floatText } from './number.ts';
import { str } from './repr.ts';
import type { PyValue } from './value.ts';

export type Spec = {
  readonly fill: string;
  readonly align: string;
  readonly sign: string;
  readonly alternate: boolean;
  readonly zero: boolean;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | undefined;
  readonly type: string;
};

const SPEC = /^(?:([\s\S])?([<>=^]))?([-+ ])?(z)?(#)?(0)?(\d+)?([_,])?(?:\.(\d+))?([bcdeEfFgGnosxX%])?$/u;

/** Reads a specification such as `>10.2f`. @throws Fault value */
export function parseSpec(text: string): Spec {
  const match = SPEC.exec(text);
  if (!match) throw valueFault('Invalid format specifier');
  const [, fill, align, sign, , alternate, zero, width, grouping, precision, type] = match;
  checkSize(Number(width ?? 0) + Number(precision ?? 0));
  return {
    fill: fill ?? (zero ? '0' : ' '),
    align: align ?? (zero ? '=' : ''),
    sign: sign ?? '-',
    alternate: alternate !== undefined,
    zero: zero !== undefined,
    width: Number(width ?? 0),
    grouping: grouping ?? '',
    precision: precision === undefined ? undefined : Number(precision),
    type: type ?? '',
  };
}

/** Formats a value as `format(value, spec)`. */
export function formatValue(value: PyValue, spec: Spec): string {
  if (spec.type === 's' && isNumber(value))
    throw valueFault(`Unknown format code 's' for object of type '${pyType(value)}'`);
  if (isNumber(value) && (typeof value !== 'boolean' || spec.type !== '')) return formatNumber(value, spec);
  if (isText(value) || spec.type === '' || spec.type === 's') return formatText(value, spec);
  throw valueFault(`Unknown format code '${spec.type}' for object of type '${pyType(value)}'`);
}

function formatText(value: PyValue, spec: Spec): string {
  if (!isText(value) && spec.width > 0 && !isNumber(value)) {
    throw typeFault(`unsupported format string passed to ${pyType(value)}.__format__`);
  }
  if (spec.type !== '' && spec.type !== 's')
    throw valueFault(`Unknown format code '${spec.type}' for object of type 'str'`);
  if (spec.align === '=' && !spec.zero) throw valueFault("'=' alignment not allowed in string format specifier");
  const text = str(value);
  return pad(spec.precision === undefined ? text : [...text].slice(0, spec.precision).join(''), '', spec, '<');
}

function formatNumber(value: number | bigint | boolean | Float, spec: Spec): string {
  const isFloat = value instanceof Float || 'eEfFgG%'.includes(spec.type || 'x');
  const number = numeric(value);
  const negative = number < 0 || Object.is(number, -0);
  const magnitude = typeof number === 'bigint' ? (number < 0n ? -number : number) : Math.abs(number);
  const digits = isFloat ? floatDigits(Number(magnitude), spec) : intDigits(magnitude, spec);
  const sign = negative ? '-' : spec.sign === '-' ? '' : spec.sign;
  return pad(group(digits, spec), sign, spec, '>');
}

const RADIX: Record<string, [number, string]> = { b: [2, '0b'], o: [8, '0o'], x: [16, '0x'], X: [16, '0X'] };

function intDigits(value: number | bigint, spec: Spec): string {
  if (spec.type === 'c') return String.fromCodePoint(Number(value));
  if (spec.precision !== undefined) throw valueFault('Precision not allowed in integer format specifier');
  const [radix, prefix] = RADIX[spec.type] ?? [10, ''];
  const digits = value.toString(radix);
  return (spec.alternate ? prefix : '') + (spec.type === 'X' ? digits.toUpperCase() : digits);
}

/** Prints a float that is not negative, by the type letter. */
export function floatDigits(value: number, spec: Spec): string {
  const upper = /[EFG]/.test(spec.type);
  const text = Number.isFinite(value) ? finiteDigits(value, spec) : floatText(value);
  return upper ? text.toUpperCase() : text;
}

function finiteDigits(value: number, spec: Spec): string {
  const type = spec.type.toLowerCase();
  const precision = spec.precision ?? 6;
  if (type === '%') return `${exactFixed(value * 100, precision)}%`;
  if (type === 'f') return exactFixed(value, precision) + (spec.alternate && precision === 0 ? '.' : '');
  if (type === 'e') return exponent(value.toExponential(Math.min(precision, 100)));
  if (type === '' && spec.precision === undefined) return floatText(value);
  return general(value, spec.precision === 0 ? 1 : (spec.precision ?? 6), spec, type === '');
}

function exponent(text: string): string {
  return text.replace(/e([+-])(\d)$/, 'e$10$2');
}

function general(value: number, precision: number, spec: Spec, keepPoint: boolean): string {
  const scientific = value === 0 ? '0e+0' : value.toExponential(Math.min(precision - 1, 100));
  const power = Number(scientific.split('e')[1]);
  const trim = (text: string) => (spec.alternate || !text.includes('.') ? text : text.replace(/\.?0+$/, ''));
  if (power < -4 || power >= (keepPoint ? precision - 1 : precision)) {
    const [mantissa = '', tail = ''] = exponent(scientific).split('e');
    return `${trim(mantissa)}e${tail}`;
  }
  const text = trim(exactFixed(value, precision - 1 - power));
  return keepPoint && !text.includes('.') ? `${text}.0` : text;
}

function group(digits: string, spec: Spec): string {
  if (spec.grouping === '') return digits;
  const size = 'boxX'.includes(spec.type || ' ') ? 4 : 3;
  const match = /^(0[box])?([0-9a-f]+)(.*)$/i.exec(digits);
  if (!match) return digits;
  const [, prefix = '', whole = '', rest = ''] = match;
  const pattern = new RegExp(`\\B(?=(?:.{${size}})+$)`, 'g');
  return prefix + whole.replace(pattern, spec.grouping) + rest;
}

function pad(text: string, sign: string, spec: Spec, defaultAlign: string): string {
  const missing = spec.width - codePointCount(sign + text);
  if (missing <= 0) return sign + text;
  const align = spec.align || defaultAlign;
  if (align === '=' && defaultAlign === '>') return zeroPad(text, sign, spec.fill, missing);
  if (align === '^') {
    const left = Math.floor(missing / 2);
    return spec.fill.repeat(left) + sign + text + spec.fill.repeat(missing - left);
  }
  return align === '<' || (align === '=' && defaultAlign === '<')
    ? sign + text + spec.fill.repeat(missing)
    : spec.fill.repeat(missing) + sign + text;
}

function zeroPad(text: string, sign: string, fill: string, missing: number): string {
  const prefix = /^0[box]/i.exec(text)?.[0] ?? '';
  return sign + prefix + fill.repeat(missing) + text.slice(prefix.length);
}

/** Requires an int for `%d` and the like; a float is cut. @throws Fault type */
export function wholeNumber(value: PyValue, type: string): number | bigint | boolean {
  if (isInt(value)) return value;
  if (value instanceof Float && type === 'd') return Math.trunc(value.value);
  const wanted = type === 'd' ? 'a real number' : 'an integer';
  throw typeFault(`%${type} format: ${wanted} is required, not ${pyType(value)}`);
}
