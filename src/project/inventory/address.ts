/** Host names, addresses and ranges in inventories: `web[01:10:2].example.org:2222`, `[2001:db8::1]:22`. */
import { InventoryFault } from './model.ts';

const NUMERIC = '\\[(?:[0-9]+:[0-9]+)(?::[0-9]+)?\\]';
const HEX = '\\[(?:[0-9a-f]+:[0-9a-f]+)(?::[0-9]+)?\\]';
const ALPHANUMERIC = '\\[(?:[a-z]:[a-z]|[0-9]+:[0-9]+)(?::[0-9]+)?\\]';
const IP4 = `(?:[01]?[0-9]{1,2}|2[0-4][0-9]|25[0-5]|${NUMERIC})`;
const IP6 = `(?:[0-9a-f]{1,4}|${HEX})`;
const WORD = '\\p{L}\\p{N}_';
const LABEL = `(?:[${WORD}]|${ALPHANUMERIC})(?:[${WORD}-]|${ALPHANUMERIC})*(?<![_-])`;

const BRACKETED_PORT = /^\[(.+)\]:([0-9]+)$/;
const PLAIN_PORT = /^((?:[^:[\]]|\[[^\]]*\])*):([0-9]+)$/;
const IPV4 = new RegExp(`^(?:${IP4}\\.){3}${IP4}$`, 'iu');
const HOSTNAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`, 'iu');
const IPV6 = new RegExp(
  `^(?:${[
    `(?:${IP6}:){7}${IP6}`,
    `(?:${IP6}:){1,6}:`,
    ...[1, 2, 3, 4, 5].map((count) => `(?:${IP6}:){${count}}(?::${IP6}){1,${7 - count}}`),
    `(?:${IP6}:){6}(?::${IP6})`,
    `:(?::${IP6}){1,6}`,
    `${IP6}?::`,
    `(?:0:){6}(?:${IP6}\\.){3}${IP6}`,
    `::(?:ffff:)?(?:${IP6}\\.){3}${IP6}`,
    `(?:0:){5}ffff:(?:${IP6}\\.){3}${IP6}`,
  ].join('|')})$`,
  'iu',
);

/** What nearly all names look like; the classes of Unicode above take V8 milliseconds to compile. */
const PLAIN_NAME = /^(?:\w[\w-]*)?[A-Za-z0-9](?:\.(?:\w[\w-]*)?[A-Za-z0-9])*$/;
/** ASCII that stands in no name, address or range, but in patterns: `web*`. */
const NO_ADDRESS = /[\0-,/;-@\\^`{-\x7f]/;

/** A host part, which may still hold ranges, and its port. */
export type Address = { readonly host: string; readonly port?: number };

/** Splits an address from its port; undefined when the text is no address, name or range. */
export function parseAddress(text: string): Address | undefined {
  if (PLAIN_NAME.test(text)) return { host: text };
  if (NO_ADDRESS.test(text)) return undefined;
  const bracketed = BRACKETED_PORT.exec(text);
  const plain = PLAIN_PORT.exec(bracketed?.[1] ?? text);
  const host = plain?.[1] ?? bracketed?.[1] ?? text;
  const port = plain?.[2] ?? bracketed?.[2];
  if (!IPV4.test(host) && !IPV6.test(host) && !HOSTNAME.test(host)) return undefined;
  return port === undefined ? { host } : { host, port: Number(port) };
}

/** Whether a name is an IP address, whose first label is no short name. */
export function isIpAddress(name: string): boolean {
  return IPV4.test(name) || (name.includes(':') && IPV6.test(name));
}

/** The hosts that one word of an inventory names. @throws InventoryFault for a bad range */
export function expandHosts(pattern: string): { readonly hosts: readonly string[]; readonly port?: number } {
  const address = parseAddress(pattern) ?? { host: pattern };
  const hosts = address.host.includes('[') ? expandRanges(address.host) : [address.host];
  return address.port === undefined ? { hosts } : { hosts, port: address.port };
}

/** More hosts than this in one word are a mistake. */
const MAX_HOSTS = 1_000_000;

/** Every combination of the ranges in a word. */
function expandRanges(text: string): string[] {
  const parts = text.split(/\[([^\]]*)\]/);
  const literals = parts.filter((_, index) => index % 2 === 0);
  if (literals.some((literal) => literal.includes('[')) || parts.length < 3)
    throw new InventoryFault(`the range in \`${text}\` is not closed`);
  const ranges = parts.filter((_, index) => index % 2 === 1).map((range) => expandOne(range, text));
  const count = ranges.reduce((product, range) => product * range.length, 1);
  if (count > MAX_HOSTS) throw tooMany(text);
  return ranges.reduce(
    (names, range, index) =>
      names.flatMap((name) => range.map((part) => `${name}${part}${literals[index + 1] ?? ''}`)),
    [literals[0] ?? ''],
  );
}

function tooMany(text: string): InventoryFault {
  return new InventoryFault(`\`${text}\` names more than ${MAX_HOSTS} hosts`);
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

function expandOne(range: string, text: string): string[] {
  const [first = '', end = '', third = '1', ...others] = range.split(':');
  const begin = first || '0';
  const width = begin.startsWith('0') && begin.length > 1 ? begin.length : 0;
  const fault = rangeFault(range, end, width, others.length);
  if (fault !== undefined) throw new InventoryFault(fault);
  const step = integer(third, range);
  if (step === 0) throw new InventoryFault(`the step of [${range}] is zero`);
  if (isLetters(begin) && isLetters(end)) return letterRange(begin, end, step, range);
  const numbers = numberRange(integer(begin, range), integer(end, range), step, text);
  return numbers.map((number) => String(number).padStart(width, '0'));
}

function rangeFault(range: string, end: string, width: number, others: number): string | undefined {
  if (!range.includes(':') || others > 0)
    return `a range is written [begin:end] or [begin:end:step], not [${range}]`;
  if (end === '') return `the range [${range}] has no end`;
  if (width > 0 && width !== end.length) return `the ends of [${range}] must have the same number of digits`;
  return undefined;
}

function letterRange(begin: string, end: string, step: number, range: string): string[] {
  const first = LETTERS.indexOf(begin);
  const last = LETTERS.indexOf(end);
  if (first > last) throw new InventoryFault(`the range [${range}] ends before it begins`);
  if (step < 0) return [];
  return [...LETTERS.slice(first, last + 1)].filter((_, index) => index % step === 0);
}

function numberRange(begin: number, end: number, step: number, text: string): number[] {
  // Python's range(begin, end + 1, step), which counts down for a negative step.
  const count = Math.max(
    0,
    step > 0 ? Math.floor((end - begin) / step) + 1 : Math.ceil((begin - end - 1) / -step),
  );
  if (count > MAX_HOSTS) throw tooMany(text);
  return Array.from({ length: count }, (_, index) => begin + index * step);
}

function isLetters(text: string): boolean {
  return text !== '' && LETTERS.includes(text);
}

function integer(text: string, range: string): number {
  if (!/^\s*[-+]?\d+(?:_\d+)*\s*$/.test(text))
    throw new InventoryFault(`[${range}] is no range of numbers or letters`);
  return Number(text.trim().replaceAll('_', ''));
}
