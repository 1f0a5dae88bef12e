/** Attributes and methods of Python's datetime and date. */
import { DateValue, Float } from '../../base/value.ts';
import { readText } from './ambient.ts';
import { dateFields, epochMicroseconds, makeDatetime } from './date.ts';
import type { PyDict } from './dict.ts';
import { needText } from './kinds.ts';
import { bindMethod, type Method, method } from './method.ts';
import { formatTime } from './strftime.ts';
import type { PyValue } from './value.ts';

const FIELDS = new Set(['year', 'month', 'day', 'hour', 'minute', 'second', 'microsecond']);

const weekday = (date: DateValue): number => {
  const f = dateFields(date);
  return (new Date(Date.UTC(f.year, f.month - 1, f.day)).getUTCDay() + 6) % 7;
};

function replaceFields(date: DateValue, changes: PyDict): DateValue {
  const fields: Record<string, unknown> = { ...dateFields(date) };
  for (const [key, value] of changes.entries()) if (FIELDS.has(String(key))) fields[String(key)] = value;
  const moved = makeDatetime(fields as ReturnType<typeof dateFields>);
  return date.kind === 'date' ? new DateValue('date', moved.iso.slice(0, 10)) : moved;
}

const METHODS: Readonly<Record<string, Method<DateValue>>> = {
  ctime: method('', (self) => formatTime('%a %b %e %H:%M:%S %Y', dateFields(self))),
  date: method('', (self) => new DateValue('date', self.iso.slice(0, 10))),
  isoformat: method("sep='T'", (self, separator) => self.iso.replace('T', readText(needText(separator)))),
  isoweekday: method('', (self) => weekday(self) + 1),
  replace: method('**changes', (self, changes) => replaceFields(self, changes as PyDict)),
  strftime: method('format', (self, format) => formatTime(readText(needText(format)), dateFields(self))),
  timestamp: method('', (self) => new Float(epochMicroseconds(self) / 1e6)),
  toordinal: method('', (self) => Math.floor(epochMicroseconds(self) / 86_400e6) + 719_163),
  weekday: method('', weekday),
};

/** Reads an attribute of a date; undefined when it has none of that name. */
export function dateAttribute(date: DateValue, name: string): PyValue | undefined {
  if (FIELDS.has(name) && (date.kind === 'datetime' || ['year', 'month', 'day'].includes(name))) {
    return dateFields(date)[name as 'year'];
  }
  if (name === 'tzinfo' && date.kind === 'datetime' && dateFields(date).offset === undefined) return null;
  return bindMethod(METHODS, date, name);
}
