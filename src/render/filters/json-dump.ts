/** Values as JSON, byte for byte as Python's `json.dumps`. */
import { DateValue, Float } from '../../base/value.ts';
import { Fault, typeFault } from '../fault.ts';
import { produce, spend } from '../limits.ts';
import { readText } from '../python/ambient.ts';
import { compare } from '../python/compare.ts';
import { PyDict } from '../python/dict.ts';
import { defined, isText, pyType } from '../python/kinds.ts';
import { floatText } from '../python/number.ts';
import { PyBytes, PyList, PyRange, PyTuple, type PyValue } from '../python/value.ts';

export type DumpOptions = {
  readonly indent: string | undefined;
  readonly sortKeys: boolean;
  readonly separators: readonly [string, string];
  readonly ascii: boolean;
};

/** Renders a value. @throws Fault type */
export function dumpJson(value: PyValue, options: DumpOptions): string {
  const text = render(value, options, '\n');
  produce(text.length);
  return text;
}

function render(value: PyValue, options: DumpOptions, newline: string): string {
  spend();
  if (newline.length > 4000) throw new Fault('recursion', 'nested too deeply for JSON');
  if (isText(value)) return quote(readText(value), options.ascii);
  if (value instanceof PyDict) return nested('{}', pairs(value, options, newline), options, newline);
  const items = itemsOf(value);
  if (!items) return atom(value);
  const parts = items.map((item) => inner(item, options, newline));
  return nested('[]', parts, options, newline);
}

function itemsOf(value: PyValue): readonly PyValue[] | undefined {
  if (value instanceof PyTuple) return value.items;
  return value instanceof PyList || value instanceof PyRange ? [...value] : undefined;
}

function inner(item: PyValue, options: DumpOptions, newline: string): string {
  return render(item, options, options.indent === undefined ? `${newline} ` : newline + options.indent);
}

function nested(brackets: string, items: readonly string[], options: DumpOptions, newline: string): string {
  const [open, close] = [brackets.charAt(0), brackets.charAt(1)];
  if (items.length === 0) return open + close;
  const [comma] = options.separators;
  if (options.indent === undefined) return open + items.join(comma) + close;
  const line = newline + options.indent;
  return open + line + items.join(comma + line) + newline + close;
}

function pairs(dict: PyDict, options: DumpOptions, newline: string): string[] {
  const entries = [...dict.entries()].map(([key, item]) => [keyText(key), item] as const);
  if (options.sortKeys) entries.sort(([a], [b]) => compare(a, b));
  return entries.map(([key, item]) => {
    return quote(key, options.ascii) + options.separators[1] + inner(item, options, newline);
  });
}

function keyText(key: PyValue): string {
  if (isText(key)) return readText(key);
  if (key instanceof PyTuple) throw typeFault('keys must be str, int, float, bool or None, not tuple');
  return atom(key);
}

function atom(value: PyValue): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof Float) return jsonFloat(value.value);
  if (value instanceof DateValue) return JSON.stringify(value.iso);
  if (value instanceof PyBytes) return JSON.stringify(Buffer.from(value.bytes).toString('utf8'));
  throw typeFault(`Object of type ${pyType(defined(value))} is not JSON serializable`);
}

function jsonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return floatText(value);
}

/** Quotes a text; unlike JavaScript, Python leaves no character beyond ASCII unless asked to. */
export function quote(text: string, ascii: boolean): string {
  const quoted = JSON.stringify(text);
  if (!ascii) return quoted;
  return quoted.replace(/[\u007f-\uffff]/g, (char) =>
    char === '\x7f' ? char : `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
