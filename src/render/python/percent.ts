/** Python's `text % values`. See Python, "printf-style String Formatting". */
import { Float } from '../../base/value.ts';
import { Fault, typeFault, valueFault } from '../fault.ts';
import { checkSize, spend } from '../limits.ts';
import { numeric } from './compare.ts';
import { PyDict } from './dict.ts';
import { formatValue, type Spec, wholeNumber } from './format-spec.ts';
import { isNumber, isText, pyType } from './kinds.ts';
import { asciiOnly, repr, str } from './repr.ts';
import { PyBytes, PyList, PyRange, PyTuple, type PyValue } from './value.ts';

const DIRECTIVE =
  /%(?:\((?<key>[^)]*)\))?(?<flags>[-+ #0]*)(?<width>\*|\d+)?(?:\.(?<precision>\*|\d*))?[hlL]?(?<type>[\s\S])?/gu;

/** Formats values into a text. @throws Fault type or value */
export function percentFormat(text: string, values: PyValue): string {
  const queue = values instanceof PyTuple ? [...values.items] : [values];
  let used = 0;
  const next = (): PyValue => {
    const value = queue[used++];
    if (value === undefined) throw typeFault('not enough arguments for format string');
    return value;
  };
  // One after another: the first that is wrong ends it, however long the rest is.
  const pieces: string[] = [];
  let at = 0;
  for (const match of text.matchAll(DIRECTIVE)) {
    spend();
    pieces.push(text.slice(at, match.index), directive(match.groups as Directive, values, next));
    at = match.index + match[0].length;
  }
  const out = pieces.join('') + text.slice(at);
  const plural = used < queue.length && !isMapping(values);
  if (plural) throw typeFault('not all arguments converted during string formatting');
  checkSize(out.length);
  return out;
}

type Directive = {
  readonly key?: string;
  readonly flags: string;
  readonly width?: string;
  readonly precision?: string;
  readonly type?: string;
};

/** What Python takes for a mapping here: all that has items, but tuples and text. */
const isMapping = (value: PyValue): boolean =>
  value instanceof PyDict || value instanceof PyList || value instanceof PyRange || value instanceof PyBytes;

function directive(parts: Directive, values: PyValue, next: () => PyValue): string {
  const { key, flags, type } = parts;
  if (type === '%') return '%';
  if (type === undefined) throw valueFault('incomplete format');
  const width = size(parts.width, next) ?? 0;
  const precision = size(parts.precision, next);
  const value = key === undefined ? next() : keyed(values, key);
  checkSize(Math.abs(width) + (precision ?? 0));
  const left = flags.includes('-') || width < 0;
  const shape = { sign: signOf(flags), zero: flags.includes('0') && !left, align: left ? '<' : '>', fill: ' ' };
  return convert(value, type, {
    ...shape,
    width: Math.abs(width),
    grouping: '',
    alternate: flags.includes('#'),
    precision,
    type,
  });
}

function size(written: string | undefined, next: () => PyValue): number | undefined {
  if (written === undefined) return undefined;
  return written === '*' ? starValue(next()) : Number(written);
}

function signOf(flags: string): string {
  if (flags.includes('+')) return '+';
  return flags.includes(' ') ? ' ' : '-';
}

function starValue(value: PyValue): number {
  if (typeof value !== 'number') throw typeFault('* wants int');
  return value;
}

function keyed(values: PyValue, key: string): PyValue {
  if (!(values instanceof PyDict)) throw typeFault('format requires a mapping');
  const value = values.get(key);
  if (value === undefined) throw new Fault('other', `KeyError: ${key}`);
  return value;
}

function convert(value: PyValue, type: string, spec: Spec): string {
  const asText = { ...spec, type: 's', sign: '-', zero: false };
  if (type === 's') return formatValue(str(value), asText);
  if (type === 'r') return formatValue(repr(value), asText);
  if (type === 'a') return formatValue(asciiOnly(repr(value)), asText);
  if (type === 'c') return formatValue(character(value), { ...asText, precision: undefined });
  const filled = spec.zero ? { ...spec, fill: '0', align: '=' } : spec;
  if ('diu'.includes(type)) return integer(wholeNumber(value, 'd'), { ...filled, type: 'd' });
  if ('oxX'.includes(type)) return integer(wholeNumber(value, type), filled);
  if ('eEfFgG'.includes(type))
    return formatValue(new Float(real(value)), { ...filled, precision: spec.precision ?? 6 });
  throw valueFault(`unsupported format character '${type}'`);
}

function integer(value: number | bigint | boolean, spec: Spec): string {
  const number = typeof value === 'boolean' ? Number(value) : value;
  const plain = formatValue(number, { ...spec, width: 0, precision: undefined, fill: ' ', align: '>' });
  const match = /^([-+ ]?(?:0[box])?)(.*)$/i.exec(plain);
  const [, lead = '', digits = ''] = match ?? [];
  const long = lead + digits.padStart(spec.precision ?? 0, '0');
  if (spec.fill === '0') return lead + long.slice(lead.length).padStart(spec.width - lead.length, '0');
  return spec.align === '<' ? long.padEnd(spec.width) : long.padStart(spec.width);
}

function real(value: PyValue): number {
  if (!isNumber(value)) throw typeFault(`must be real number, not ${pyType(value)}`);
  return Number(numeric(value));
}

function character(value: PyValue): string {
  if (isText(value) && [...str(value)].length === 1) return str(value);
  if (typeof value === 'number') return String.fromCodePoint(value);
  throw typeFault('%c requires int or char');
}
