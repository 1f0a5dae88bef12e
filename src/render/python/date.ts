/** Python's datetime, date and timedelta: fields, differences and sums. */
import { DateValue, Float } from '../../base/value.ts';
import { typeFault, valueFault } from '../fault.ts';
import { pyType } from './kinds.ts';
import { PyObject, type PyValue } from './value.ts';

/** The fields of a date, in the time it was written in. */
export type DateFields = {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly microsecond: number;
  /** Minutes east of UTC; undefined for a time without zone. */
  readonly offset: number | undefined;
};

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(Z|[+-]\d\d:?\d\d)?)?$/;

/** Reads the ISO text of a date. */
export function dateFields(date: DateValue): DateFields {
  const match = ISO.exec(date.iso);
  if (!match) throw valueFault(`no ISO date: ${date.iso}`);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((t) => Number(t ?? 0));
  const microsecond = Number((match[7] ?? '').padEnd(6, '0'));
  return { year, month, day, hour, minute, second, microsecond, offset: offsetOf(match[8]) };
}

function offsetOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === 'Z') return 0;
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(-2));
  return text.startsWith('-') ? -minutes : minutes;
}

/** Writes fields as a datetime value. */
export function makeDatetime(fields: DateFields): DateValue {
  const two = (n: number) => String(n).padStart(2, '0');
  const day = `${String(fields.year).padStart(4, '0')}-${two(fields.month)}-${two(fields.day)}`;
  const fraction = fields.microsecond ? `.${String(fields.microsecond).padStart(6, '0')}` : '';
  const time = `${two(fields.hour)}:${two(fields.minute)}:${two(fields.second)}${fraction}`;
  return new DateValue('datetime', `${day}T${time}${renderOffset(fields.offset)}`);
}

function renderOffset(offset: number | undefined): string {
  if (offset === undefined) return '';
  const minutes = Math.abs(offset);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Microseconds since 1970 of a date's own clock, its zone subtracted. */
export function epochMicroseconds(date: DateValue): number {
  const f = dateFields(date);
  const ms = Date.UTC(f.year, f.month - 1, f.day, f.hour, f.minute - (f.offset ?? 0), f.second);
  return ms * 1000 + f.microsecond;
}

/** The fields of a moment in UTC. */
export function fieldsOfEpoch(microseconds: number, offset?: number): DateFields {
  const at = new Date(Math.floor(microseconds / 1000) + (offset ?? 0) * 60_000);
  return {
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
    microsecond: ((microseconds % 1_000_000) + 1_000_000) % 1_000_000,
    offset,
  };
}

/** Makes a `timedelta`. */
export function timeSpan(microseconds: number): PyObject {
  const days = Math.floor(microseconds / 86_400e6);
  const rest = microseconds - days * 86_400e6;
  const seconds = Math.floor(rest / 1e6);
  const attributes: Record<string, () => PyValue> = {
    days: () => days,
    seconds: () => seconds,
    microseconds: () => rest - seconds * 1e6,
    total_seconds: () => new PyObject('method', { call: () => new Float(microseconds / 1e6) }),
  };
  const can = {
    attribute: (name: string) => (Object.hasOwn(attributes, name) ? attributes[name]?.() : undefined),
    text: () => spanText(days, seconds, rest - seconds * 1e6),
  };
  return new PyObject('timedelta', can, microseconds / 1e6);
}

function spanText(days: number, seconds: number, microseconds: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const clock = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const fraction = microseconds ? `.${String(microseconds).padStart(6, '0')}` : '';
  return `${days ? `${days} day${Math.abs(days) === 1 ? '' : 's'}, ` : ''}${clock}${fraction}`;
}

/** Python's `-` where a date or a time span is on the left. */
export function subtractDates(a: PyValue, b: PyValue): PyValue | undefined {
  if (a instanceof DateValue && b instanceof DateValue) {
    const mixed =
      a.kind !== b.kind || (dateFields(a).offset === undefined) !== (dateFields(b).offset === undefined);
    if (mixed) throw typeFault(`unsupported operand type(s) for -: '${pyType(a)}' and '${pyType(b)}'`);
    return timeSpan(epochMicroseconds(a) - epochMicroseconds(b));
  }
  const span = spanOf(b);
  if (span === undefined) return undefined;
  const left = spanOf(a);
  if (left !== undefined) return timeSpan(left - span);
  return a instanceof DateValue ? shift(a, -span) : undefined;
}

/** Python's `+` of a date or time span and a time span. */
export function addDates(a: PyValue, b: PyValue): PyValue | undefined {
  const [left, right] = [spanOf(a), spanOf(b)];
  if (left !== undefined && right !== undefined) return timeSpan(left + right);
  if (a instanceof DateValue && right !== undefined) return shift(a, right);
  return b instanceof DateValue && left !== undefined ? shift(b, left) : undefined;
}

function spanOf(value: PyValue): number | undefined {
  return value instanceof PyObject && value.seconds !== undefined ? Math.round(value.seconds * 1e6) : undefined;
}

function shift(date: DateValue, microseconds: number): DateValue {
  const moved = makeDatetime(fieldsOfEpoch(epochMicroseconds(date) + microseconds, dateFields(date).offset));
  return date.kind === 'date' ? new DateValue('date', moved.iso.slice(0, 10)) : moved;
}
