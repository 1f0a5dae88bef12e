/** How Python prints values: `str` and `repr`. */
import { DateValue, Float } from '../../base/value.ts';
import { spend } from '../limits.ts';
import { readText } from './ambient.ts';
import { reprBytes } from './bytes.ts';
import { PyDict } from './dict.ts';
import { isText } from './kinds.ts';
import { floatText } from './number.ts';
import {
  Marker,
  NOTHING_CHOSEN,
  Omit,
  PyBytes,
  PyList,
  PyObject,
  PyRange,
  PyTuple,
  type PyValue,
} from './value.ts';

/** Python's `str(value)`. @throws Fault of an undefined value */
export function str(value: PyValue): string {
  if (isText(value)) return readText(value);
  if (value === NOTHING_CHOSEN) return '';
  if (value instanceof DateValue) return value.iso.replace('T', ' ');
  return repr(value);
}

/** Python's `repr(value)`. @throws Fault of an undefined value */
export function repr(value: PyValue): string {
  spend();
  if (isText(value)) return quoteText(readText(value));
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof Float) return floatText(value.value);
  if (value instanceof Marker) throw value.fault;
  return reprObject(value);
}

/** Quotes a text as Python does: single quotes unless it holds only such; unprintable characters escaped. */
export function quoteText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = quote;
  for (const char of text) out += char === quote || char === '\\' ? `\\${char}` : escapeChar(char);
  return out + quote;
}

const SHORT_ESCAPES: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const UNPRINTABLE = /^[\p{C}\p{Z}]$/u;

function escapeChar(char: string): string {
  if (char === ' ' || !UNPRINTABLE.test(char)) return char;
  const short = SHORT_ESCAPES[char];
  if (short !== undefined) return short;
  const code = char.codePointAt(0) ?? 0;
  if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
  if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

function reprObject(value: Exclude<PyValue, null | boolean | number | bigint | string | Float | Marker>): string {
  if (value instanceof PyList) return `[${[...value].map(repr).join(', ')}]`;
  if (value instanceof PyDict) return reprDict(value);
  if (value instanceof PyTuple) return reprTuple(value);
  if (value instanceof PyRange) {
    return `range(${value.start}, ${value.stop}${value.step === 1 ? '' : `, ${value.step}`})`;
  }
  if (value instanceof PyBytes) return reprBytes(value.bytes);
  if (value instanceof DateValue) return reprDate(value);
  if (value instanceof Omit) return '<<Omit>>';
  if (value instanceof PyObject) return value.can.text?.() ?? `<${value.typeName}>`;
  return '***';
}

function reprDict(dict: PyDict): string {
  const items: string[] = [];
  for (const [key, value] of dict.entries()) items.push(`${repr(key)}: ${repr(value)}`);
  return `{${items.join(', ')}}`;
}

function reprTuple({ items }: PyTuple): string {
  return items.length === 1 && items[0] !== undefined ? `(${repr(items[0])},)` : `(${items.map(repr).join(', ')})`;
}

function reprDate(date: DateValue): string {
  const [, local = date.iso, zone] = /^(.*T.*?)([-+]\d\d:\d\d)?$/.exec(date.iso) ?? [];
  const parts = local.split(/[-T:.]/).map(Number);
  const kept = date.kind === 'datetime' && parts[5] === 0 && parts.length === 6 ? parts.slice(0, 5) : parts;
  const zoned = zone === undefined ? '' : `, tzinfo=${reprZone(zone)}`;
  return `datetime.${date.kind}(${kept.join(', ')}${zoned})`;
}

/** A zone of full minutes; those west of Greenwich are a day less and the rest of it. */
function reprZone(zone: string): string {
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number);
  const seconds = (hours * 60 + minutes) * 60;
  if (seconds === 0) return 'datetime.timezone.utc';
  const span = zone.startsWith('-') ? `days=-1, seconds=${86_400 - seconds}` : `seconds=${seconds}`;
  return `datetime.timezone(datetime.timedelta(${span}))`;
}

/** Python's `ascii`: other characters as escapes. */
export function asciiOnly(text: string): string {
  return text.replace(/[^\0-\x7f]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    const [letter, digits] = code <= 0xff ? ['x', 2] : code <= 0xffff ? ['u', 4] : ['U', 8];
    return `\\${letter}${code.toString(16).padStart(Number(digits), '0')}`;
  });
}
