/** Attributes and methods of Python's datetime, date and time. */
import { DateValue, Float } from '../../base/value.ts';
import { readText } from './ambient.ts';
import { dateFields, epochMicroseconds, makeDatetime } from './date.ts';
import type { PyDict } from './dict.ts';
import { needText } from './kinds.ts';
import { bindMethod, type Method, method } from './method.ts';
import { dayOfYear, formatTime, isoWeek } from './strftime.ts';
import { PyObject, PyTuple, type PyValue } from './value.ts';

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

const CALENDAR = ['year', 'week', 'weekday'];
const STRUCTURE = ['year', 'mon', 'mday', 'hour', 'min', 'sec', 'wday', 'yday', 'isdst'].map(
  (part) => `tm_${part}`,
);

function calendar(date: DateValue): PyTuple {
  const { year, week } = isoWeek(dateFields(date));
  return new PyTuple([year, week, weekday(date) + 1], CALENDAR);
}

function structure(date: DateValue, summerTime: number): PyTuple {
  const f = dateFields(date);
  const clock = [f.hour, f.minute, f.second];
  return new PyTuple([f.year, f.month, f.day, ...clock, weekday(date), dayOfYear(f), summerTime], STRUCTURE);
}

const CLOCK = new Set(['hour', 'minute', 'second', 'microsecond']);

/** The time of the day, which templates can print and read but not return. */
function clockOf(date: DateValue): PyObject {
  const fields = dateFields(date);
  const text = date.iso.slice(11).replace(/[Z+-].*$/, '');
  const methods: Readonly<Record<string, Method<DateValue>>> = {
    isoformat: method('', () => text),
    strftime: method('format', (_self, format) =>
      formatTime(readText(needText(format)), { ...fields, year: 1900, month: 1, day: 1 }),
    ),
  };
  return new PyObject('time', {
    attribute: (name) => (CLOCK.has(name) ? fields[name as 'hour'] : bindMethod(methods, date, name)),
    text: () => text,
  });
}

const METHODS: Readonly<Record<string, Method<DateValue>>> = {
  ctime: method('', (self) => formatTime('%a %b %e %H:%M:%S %Y', dateFields(self))),
  date: method('', (self) => new DateValue('date', self.iso.slice(0, 10))),
  isocalendar: method('', calendar),
  isoformat: method("sep='T'", (self, separator) => self.iso.replace('T', readText(needText(separator)))),
  isoweekday: method('', (self) => weekday(self) + 1),
  replace: method('**changes', (self, changes) => replaceFields(self, changes as PyDict)),
  strftime: method('format', (self, format) => formatTime(readText(needText(format)), dateFields(self))),
  timetuple: method('', (self) => structure(self, -1)),
  timestamp: method('', (self) => new Float(epochMicroseconds(self) / 1e6)),
  toordinal: method('', (self) => Math.floor(epochMicroseconds(self) / 86_400e6) + 719_163),
  weekday: method('', weekday),
};

const CLOCK_METHODS: Readonly<Record<string, Method<DateValue>>> = {
  time: method('', clockOf),
  utctimetuple: method('', (self) => structure(self, 0)),
};

/** Reads an attribute of a date; undefined when it has none of that name. */
export function dateAttribute(date: DateValue, name: string): PyValue | undefined {
  if (FIELDS.has(name) && (date.kind === 'datetime' || ['year', 'month', 'day'].includes(name))) {
    return dateFields(date)[name as 'year'];
  }
  if (name === 'tzinfo' && date.kind === 'datetime' && dateFields(date).offset === undefined) return null;
  const own = date.kind === 'datetime' ? bindMethod(CLOCK_METHODS, date, name) : undefined;
  return own ?? bindMethod(METHODS, date, name);
}
