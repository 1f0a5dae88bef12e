/** Python's `str.format`: replacement fields with attributes, indexes, conversions and nested specifications. */
import { Fault, valueFault } from '../fault.ts';
import { produce } from '../limits.ts';
import type { PyDict } from './dict.ts';
import { readField } from './field.ts';
import { formatValue, parseSpec } from './format-spec.ts';
import { defined } from './kinds.ts';
import { asciiOnly, repr, str } from './repr.ts';
import type { PyTuple, PyValue } from './value.ts';

type Source = { readonly args: PyTuple; readonly kwargs: PyDict; automatic: number | undefined };

/** Fills the fields of a text. @throws Fault value, type, other */
export function formatFields(text: string, args: PyTuple, kwargs: PyDict): string {
  const out = fillFields(text, { args, kwargs, automatic: 0 }, 0);
  produce(out.length);
  return out;
}

function fillFields(text: string, source: Source, depth: number): string {
  if (depth > 2) throw valueFault('Max string recursion exceeded');
  let out = '';
  for (let at = 0; at < text.length; ) {
    const char = text.charAt(at);
    if ((char === '{' || char === '}') && text.charAt(at + 1) === char) {
      out += char;
      at += 2;
    } else if (char === '}') throw valueFault("Single '}' encountered in format string");
    else if (char === '{') {
      const end = fieldEnd(text, at);
      out += renderField(text.slice(at + 1, end), source, depth);
      at = end + 1;
    } else {
      out += char;
      at++;
    }
  }
  return out;
}

function fieldEnd(text: string, start: number): number {
  let open = 0;
  for (let at = start; at < text.length; at++) {
    if (text[at] === '{') open++;
    if (text[at] === '}' && --open === 0) return at;
  }
  throw valueFault("Single '{' encountered in format string");
}

function renderField(field: string, source: Source, depth: number): string {
  const match = /^((?:[^![\]:{}]|\[[^\]]*\])*)(?:!([^:]))?(?::([\s\S]*))?$/.exec(field);
  if (!match) throw valueFault('expected : after conversion specifier');
  const [, name = '', conversion, spec = ''] = match;
  const value = convert(lookupField(name, source), conversion);
  return formatValue(value, parseSpec(fillFields(spec, source, depth + 1)));
}

function convert(value: PyValue, conversion: string | undefined): PyValue {
  if (conversion === undefined) return value;
  if (conversion === 's') return str(value);
  if (conversion === 'r') return repr(value);
  if (conversion === 'a') return asciiOnly(repr(value));
  throw valueFault(`Unknown conversion specifier '${conversion}'`);
}

function lookupField(field: string, source: Source): PyValue {
  const [, first = '', path = ''] = /^([^.[]*)([\s\S]*)$/.exec(field) ?? [];
  let value = firstValue(first, source);
  for (const [, attribute, index] of path.matchAll(/\.([^.[]+)|\[([^\]]+)\]/g)) {
    value = defined(readField(value, attribute, index));
  }
  return value;
}

function firstValue(name: string, source: Source): PyValue {
  if (name !== '' && !/^\d+$/.test(name)) {
    const value = source.kwargs.get(name);
    if (value === undefined) throw new Fault('other', `KeyError: '${name}'`);
    return value;
  }
  const index = name === '' ? (source.automatic ?? Number.NaN) : Number(name);
  const mixed = name === '' ? source.automatic === undefined : (source.automatic ?? 0) > 0;
  if (mixed) {
    throw valueFault('cannot switch between automatic field numbering and manual field specification');
  }
  source.automatic = name === '' ? index + 1 : undefined;
  const value = source.args.items[index];
  if (value === undefined) throw new Fault('other', 'Replacement index out of range for positional args tuple');
  return value;
}
