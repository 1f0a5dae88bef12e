/** Filters on times. */
import type { DateValue } from '../../base/value.ts';
import { Fault, valueFault } from '../fault.ts';
import { type PluginTable, plugin, type Tools } from '../plugin.ts';
import { readText } from '../python/ambient.ts';
import { numeric, truth } from '../python/compare.ts';
import { type DateFields, fieldsOfEpoch, makeDatetime } from '../python/date.ts';
import { isNumber, isText } from '../python/kinds.ts';
import { readFloat } from '../python/number.ts';
import { formatTime, MONTHS } from '../python/strftime.ts';
import type { PyValue } from '../python/value.ts';
import { text } from './arguments.ts';

function strftime(tools: Tools, format: PyValue, second: PyValue, utc: PyValue): string {
  const ms = second === null ? tools.access.now() : secondsOf(second) * 1000;
  const offset = truth(utc) ? 0 : -new Date(ms).getTimezoneOffset();
  // C's strftime knows no microseconds, which are `%f` to Python's dates.
  return formatTime(
    text(format).replace(/%[%f]/g, (all) => (all === '%f' ? '%%f' : all)),
    fieldsOfEpoch(Math.floor(ms) * 1000, offset),
  );
}

function secondsOf(value: PyValue): number {
  const seconds = isNumber(value)
    ? Number(numeric(value))
    : isText(value)
      ? readFloat(readText(value))?.value
      : undefined;
  if (seconds !== undefined && Math.abs(seconds) > 8.64e12)
    throw new Fault('other', 'timestamp out of range for platform time_t');
  if (seconds === undefined) throw new Fault('other', 'Invalid value for epoch value');
  return seconds;
}

const SHORT_MONTHS = MONTHS.map((month) => month.slice(0, 3));
const names = (list: readonly string[]): string => `(${list.join('|')})`;

/** What each directive of strptime reads: a pattern, and the field it sets. */
const DIRECTIVES: Record<string, readonly [string, (value: string) => Partial<Parsed>]> = {
  a: ['[A-Za-z]{3}', () => ({})],
  A: ['[A-Za-z]+day', () => ({})],
  b: [names(SHORT_MONTHS), (v) => ({ month: monthOf(SHORT_MONTHS, v) })],
  B: [names(MONTHS), (v) => ({ month: monthOf(MONTHS, v) })],
  d: ['3[01]|[12]\\d|0[1-9]|[1-9]| [1-9]', (v) => ({ day: Number(v) })],
  f: ['\\d{1,6}', (v) => ({ microsecond: Number(v.padEnd(6, '0')) })],
  H: ['2[0-3]|[0-1]\\d|\\d', (v) => ({ hour: Number(v) })],
  I: ['1[0-2]|0[1-9]|[1-9]', (v) => ({ hour: Number(v) % 12 })],
  j: ['36[0-6]|3[0-5]\\d|[12]\\d\\d|0[1-9]\\d|00[1-9]|[1-9]\\d|0[1-9]|[1-9]', (v) => ({ yearDay: Number(v) })],
  m: ['1[0-2]|0[1-9]|[1-9]', (v) => ({ month: Number(v) })],
  M: ['[0-5]\\d|\\d', (v) => ({ minute: Number(v) })],
  p: ['AM|PM', (v) => ({ afternoon: v.toUpperCase() === 'PM' })],
  S: ['6[01]|[0-5]\\d|\\d', (v) => ({ second: Number(v) })],
  y: ['\\d\\d', (v) => ({ year: Number(v) + (Number(v) < 69 ? 2000 : 1900) })],
  Y: ['\\d{4}', (v) => ({ year: Number(v) })],
  z: ['[+-]\\d\\d:?[0-5]\\d(?::?[0-5]\\d)?|Z', (v) => ({ offset: zoneMinutes(v) })],
  Z: ['UTC|GMT', () => ({})],
};

type Parsed = { -readonly [K in keyof DateFields]: DateFields[K] } & { afternoon?: boolean; yearDay?: number };

const monthOf = (list: readonly string[], name: string): number =>
  list.findIndex((month) => month.toLowerCase() === name.toLowerCase()) + 1;

function zoneMinutes(zone: string): number {
  if (zone === 'Z') return 0;
  const digits = zone.slice(1).replaceAll(':', '');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4));
  return zone.startsWith('-') ? -minutes : minutes;
}

/** Reads a time as Python's `datetime.strptime`. @throws Fault value */
export function parseTime(value: string, format: string): DateValue {
  const setters: ((value: string) => Partial<Parsed>)[] = [];
  const spelled = format.replaceAll('%T', '%H:%M:%S').replaceAll('%D', '%m/%d/%y').replaceAll('%F', '%Y-%m-%d');
  const pattern = spelled.replace(/%(.)|\s+|[\\^$.*+?()[\]{}|/]/g, (part, letter: string | undefined) => {
    if (letter === undefined) return /\s/.test(part) ? '\\s+' : `\\${part}`;
    if (letter === '%') return '%';
    const directive = Object.hasOwn(DIRECTIVES, letter) ? DIRECTIVES[letter] : undefined;
    if (!directive) throw valueFault(`'${letter}' is a bad directive in format '${format}'`);
    setters.push(directive[1]);
    return `((?:${directive[0].replace(/\((?!\?)/g, '(?:')}))`;
  });
  const match = new RegExp(`^${pattern}$`, 'i').exec(value);
  if (!match) throw valueFault(`time data does not match format '${format}'`);
  return assemble(setters.map((set, index) => set(match[index + 1] ?? '')));
}

function assemble(parts: readonly Partial<Parsed>[]): DateValue {
  const start: Parsed = {
    year: 1900,
    month: 1,
    day: 1,
    hour: 0,
    minute: 0,
    second: 0,
    microsecond: 0,
    offset: undefined,
  };
  const fields: Parsed = Object.assign(start, ...parts);
  if (fields.afternoon) fields.hour += 12;
  const at = new Date(
    Date.UTC(fields.year, fields.yearDay === undefined ? fields.month - 1 : 0, fields.yearDay ?? fields.day),
  );
  const exists = fields.yearDay !== undefined || at.getUTCDate() === fields.day;
  if (!exists) throw valueFault('day is out of range for month');
  return makeDatetime({ ...fields, month: at.getUTCMonth() + 1, day: at.getUTCDate() });
}

export const DATE_FILTERS: PluginTable = {
  strftime: plugin('string_format, second=None, utc=False', strftime),
  to_datetime: plugin("string, format='%Y-%m-%d %H:%M:%S'", (_t, value, format) =>
    parseTime(text(value), text(format)),
  ),
};
