/**
 * Plain scalars as PyYAML's YAML 1.1 reads them, which is what Ansible users know: `yes` is true, `010` is 8, `1:30` is 90,
 * `1e3` is text. See https://yaml.org/type/ and PyYAML's resolver.
 */
import { DateValue, Float, type Scalar } from './value.ts';

const DATE = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/;
const DATETIME =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:[Tt]|[ \t]+)([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]*))?(?:[ \t]*(Z|([-+])([0-9]{1,2})(?::([0-9]{2}))?))?$/;

/** What a plain scalar looks like; `merge` and `value` are YAML 1.1's own marks `<<` and `=`. */
export type YamlTag = 'bool' | 'float' | 'int' | 'merge' | 'null' | 'timestamp' | 'value' | 'str';

const PATTERNS: readonly (readonly [YamlTag, RegExp])[] = [
  ['null', /^(?:~|null|Null|NULL|)$/],
  ['bool', /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/],
  [
    'float',
    /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/,
  ],
  [
    'int',
    /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/,
  ],
  ['timestamp', DATE],
  ['timestamp', DATETIME],
  ['value', /^=$/],
  ['merge', /^<<$/],
];

/** A plain scalar that is no text begins with one of these; most texts are told apart by it. */
const SPECIAL_START = /^(?:[-+.0-9~=<yYnNtTfFoO]|$)/;

/** The tag of a plain scalar. */
export function yamlTagOf(text: string): YamlTag {
  if (!SPECIAL_START.test(text)) return 'str';
  return PATTERNS.find(([, pattern]) => pattern.test(text))?.[0] ?? 'str';
}

/** What a plain scalar means: a value, or why it can't be one (`=` and `<<` are YAML 1.1's own marks). */
export type Resolved = { readonly value: Scalar } | { readonly problem: string };

/** Resolves a plain scalar. */
export function resolvePlain(text: string): Resolved {
  const tag = yamlTagOf(text);
  if (tag === 'str') return { value: text };
  if (tag === 'merge' || tag === 'value')
    return { problem: `an unquoted \`${text}\` is a mark of YAML 1.1, not a text` };
  const value = parseTagged(tag, text);
  return value === undefined
    ? { problem: `\`${text}\` looks like a ${tag === 'timestamp' ? 'date' : 'number'} and is none` }
    : { value };
}

/** Reads a text as a type of YAML 1.1, as `!!int` does; undefined when it is none. */
export function parseTagged(tag: Exclude<YamlTag, 'merge' | 'value'>, text: string): Scalar | undefined {
  switch (tag) {
    case 'null':
      return null;
    case 'bool':
      return BOOLEANS[text.toLowerCase()];
    case 'int':
      return parseYamlInt(text);
    case 'float': {
      const value = parseYamlFloat(text);
      return Number.isNaN(value) && !/nan/i.test(text) ? undefined : new Float(value);
    }
    case 'timestamp':
      return parseTimestamp(text);
    default:
      return text;
  }
}

const BOOLEANS: Readonly<Record<string, boolean>> = {
  yes: true,
  true: true,
  on: true,
  no: false,
  false: false,
  off: false,
};

/** Reads an int as YAML 1.1 writes it; undefined when the text is none. */
export function parseYamlInt(text: string): number | bigint | undefined {
  const digits = text.replaceAll('_', '').replace(/^[-+]/, '');
  const sign = text.startsWith('-') ? -1n : 1n;
  const magnitude = parseMagnitude(digits);
  return magnitude === undefined ? undefined : narrow(sign * magnitude);
}

/** Reads a float as YAML 1.1 writes it. */
export function parseYamlFloat(text: string): number {
  const digits = text.replaceAll('_', '').toLowerCase().replace(/^[-+]/, '');
  const sign = text.startsWith('-') ? -1 : 1;
  if (digits === '.inf') return sign * Number.POSITIVE_INFINITY;
  if (digits === '.nan') return Number.NaN;
  if (digits.includes(':')) return sign * digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return sign * Number(digits);
}

/** A bigint as an int that is a number where a number is exact. */
export function narrow(value: bigint): number | bigint {
  const small = value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
  return small ? Number(value) : value;
}

/** Reads a date or a datetime; undefined when the calendar has no such day. */
export function parseTimestamp(text: string): DateValue | undefined {
  if (DATE.test(text)) return isDay(text) ? new DateValue('date', text) : undefined;
  const match = DATETIME.exec(text);
  if (!match) return undefined;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction] = match;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (!isDay(date) || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const micros = (fraction ?? '').slice(0, 6).padEnd(6, '0');
  const clock = `${hour.padStart(2, '0')}:${minute}:${second}${micros === '000000' ? '' : `.${micros}`}`;
  return new DateValue('datetime', `${date}T${clock}${zoneOf(match)}`);
}

function parseMagnitude(digits: string): bigint | undefined {
  if (digits.includes(':')) return digits.split(':').reduce((sum, part) => sum * 60n + BigInt(part), 0n);
  const literal = /^0[0-9]/.test(digits) ? `0o${digits.slice(1)}` : digits;
  return /^(?:0b[01]+|0o[0-7]+|0x[0-9a-fA-F]+|[0-9]+)$/.test(literal) ? BigInt(literal) : undefined;
}

function zoneOf(match: RegExpExecArray): string {
  const [zone, sign, hours, minutes] = match.slice(8);
  if (!zone) return '';
  if (!sign) return '+00:00';
  return `${sign}${(hours ?? '').padStart(2, '0')}:${minutes ?? '00'}`;
}

function isDay(iso: string): boolean {
  const [year = 0, month = 0, day = 0] = iso.split('-').map(Number);
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** `[a, b]# why`: against the standard, and read by PyYAML. */
export function isCommentWithoutSpace({ message }: { readonly message: string }): boolean {
  return message.startsWith('Comments must be separated');
}
