/** Times as text, by the directives of C's strftime in the C locale. */
import type { DateFields } from './date.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
/** English month names. */
export const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

const two = (n: number): string => String(n).padStart(2, '0');
const spaced = (n: number): string => String(n).padStart(2);
const utc = (f: DateFields): Date => new Date(Date.UTC(f.year, f.month - 1, f.day));
/** The day's number in its year, from 1. */
export const dayOfYear = (f: DateFields): number =>
  Math.round((utc(f).getTime() - Date.UTC(f.year, 0, 1)) / 86_400_000) + 1;
const dayName = (f: DateFields): string => DAYS[utc(f).getUTCDay()] ?? '';
const monthName = (f: DateFields): string => MONTHS[f.month - 1] ?? '';
const hour12 = (f: DateFields): number => f.hour % 12 || 12;

/** The ISO week and its year. */
export function isoWeek(f: DateFields): { week: number; year: number } {
  const thursday = utc(f);
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7));
  const year = thursday.getUTCFullYear();
  return { week: Math.ceil(((thursday.getTime() - Date.UTC(year, 0, 1)) / 86_400_000 + 1) / 7), year };
}

function zone(f: DateFields): string {
  if (f.offset === undefined) return '';
  const minutes = Math.abs(f.offset);
  return `${f.offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}${two(minutes % 60)}`;
}

const DIRECTIVES: Record<string, (f: DateFields) => string> = {
  a: (f) => dayName(f).slice(0, 3),
  A: dayName,
  b: (f) => monthName(f).slice(0, 3),
  B: monthName,
  c: (f) => formatTime('%a %b %e %H:%M:%S %Y', f),
  C: (f) => two(Math.floor(f.year / 100)),
  d: (f) => two(f.day),
  D: (f) => formatTime('%m/%d/%y', f),
  e: (f) => spaced(f.day),
  f: (f) => String(f.microsecond).padStart(6, '0'),
  F: (f) => formatTime('%Y-%m-%d', f),
  g: (f) => two(isoWeek(f).year % 100),
  G: (f) => String(isoWeek(f).year),
  h: (f) => monthName(f).slice(0, 3),
  H: (f) => two(f.hour),
  I: (f) => two(hour12(f)),
  j: (f) => String(dayOfYear(f)).padStart(3, '0'),
  k: (f) => spaced(f.hour),
  l: (f) => spaced(hour12(f)),
  m: (f) => two(f.month),
  M: (f) => two(f.minute),
  n: () => '\n',
  p: (f) => (f.hour < 12 ? 'AM' : 'PM'),
  P: (f) => (f.hour < 12 ? 'am' : 'pm'),
  r: (f) => formatTime('%I:%M:%S %p', f),
  R: (f) => formatTime('%H:%M', f),
  s: (f) =>
    String(Math.floor(Date.UTC(f.year, f.month - 1, f.day, f.hour, f.minute - (f.offset ?? 0), f.second) / 1000)),
  S: (f) => two(f.second),
  t: () => '\t',
  T: (f) => formatTime('%H:%M:%S', f),
  u: (f) => String(utc(f).getUTCDay() || 7),
  U: (f) => two(Math.floor((dayOfYear(f) + 6 - utc(f).getUTCDay()) / 7)),
  V: (f) => two(isoWeek(f).week),
  w: (f) => String(utc(f).getUTCDay()),
  W: (f) => two(Math.floor((dayOfYear(f) + 6 - ((utc(f).getUTCDay() + 6) % 7)) / 7)),
  x: (f) => formatTime('%m/%d/%y', f),
  X: (f) => formatTime('%H:%M:%S', f),
  y: (f) => two(f.year % 100),
  Y: (f) => String(f.year),
  z: zone,
  Z: (f) => (f.offset === 0 ? 'UTC' : ''),
  '%': () => '%',
};

/** Formats a time; an unknown directive stays as it is. */
export function formatTime(format: string, fields: DateFields): string {
  return format.replace(/%([-_0^#]?)([a-zA-Z%])/g, (all, flag: string, letter: string) => {
    const text = DIRECTIVES[letter]?.(fields);
    if (text === undefined) return all;
    if (flag === '-') return text.replace(/^[0 ]+(?=.)/, '');
    if (flag === '^') return text.toUpperCase();
    return flag === '_' ? text.replace(/^0+(?=.)/, (zeros) => ' '.repeat(zeros.length)) : text;
  });
}
