/** Writes values as JSON with Python's numbers: 1.0 stays a float, large ints stay exact; secrets are masked unless revealed. */
import type { Node } from '../base/node.ts';
import { redact, reveal, Secret } from '../base/secret.ts';
import { DateValue, Float, isDict, isList, type Scalar, type Value } from '../base/value.ts';
import { floatText } from '../render/python/number.ts';

export type JsonOptions = {
  /** Shows secrets as they are. */
  readonly showSecrets?: boolean;
  /** Sorts the keys of all objects, as ansible-inventory does. */
  readonly sortKeys?: boolean;
  /** Dates and floats that JSON has no form for become `{"__date__": …}` and `{"__float__": …}`, so that types are kept. */
  readonly keepTypes?: boolean;
};

/** Renders a value as indented JSON. */
export function renderJson(value: Value, options: JsonOptions = {}): string {
  return `${render(value, options, '\n')}\n`;
}

/** How a file's value is shown that is not evaluated. */
export type RawOptions = {
  readonly showSecrets?: boolean;
  /** Writes a text that is no template as `{"__ansible_unsafe": …}`, as ansible-inventory does. */
  readonly markUnsafe?: boolean;
};

/** A file's value as it is written, with nothing evaluated. Encrypted values are decrypted only to be shown. */
export function rawValue(node: Node, options: RawOptions = {}): Value {
  if (node.kind === 'list') return node.items.map((item) => rawValue(item, options));
  if (node.kind === 'dict')
    return new Map([...node.entries].map(([key, item]) => [key, rawValue(item, options)] as const));
  if (node.sealed) return options.showSecrets ? node.value : new Secret('');
  const isUnsafe = options.markUnsafe && typeof node.value === 'string' && !node.template;
  return isUnsafe ? new Map([['__ansible_unsafe', node.value]]) : node.value;
}

function render(value: Value, options: JsonOptions, newline: string): string {
  const inner = `${newline}    `;
  if (isList(value))
    return wrap(
      '[',
      ']',
      value.map((item) => render(item, options, inner)),
      newline,
    );
  if (!isDict(value)) return scalarText(value, options);
  const entries = [...value].map(([key, item]) => [keyText(key), item] as const);
  if (options.sortKeys) entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return wrap(
    '{',
    '}',
    entries.map(([key, item]) => `${JSON.stringify(key)}: ${render(item, options, inner)}`),
    newline,
  );
}

/** Writes an object of parts that are written already; the parts are indented one level deeper than the object. */
export function joinObject(parts: Iterable<readonly [string, string]>, newline: string): string {
  return wrap(
    '{',
    '}',
    [...parts].map(([key, text]) => `${JSON.stringify(key)}: ${text}`),
    newline,
  );
}

/** Writes a value that stands at some depth; `newline` is a line break with the indentation of that depth. */
export function renderJsonAt(value: Value, options: JsonOptions, newline: string): string {
  return render(value, options, newline);
}

function wrap(open: string, close: string, parts: readonly string[], newline: string): string {
  if (parts.length === 0) return open + close;
  return `${open}${newline}    ${parts.join(`,${newline}    `)}${newline}${close}`;
}

function scalarText(value: Scalar, options: JsonOptions): string {
  if (value instanceof Secret) return JSON.stringify(options.showSecrets ? reveal(value) : redact(value));
  if (value instanceof DateValue)
    return options.keepTypes ? `{"__${value.kind}__": ${JSON.stringify(value.iso)}}` : JSON.stringify(value.iso);
  if (value instanceof Float) return floatJson(value.value, options);
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}

function floatJson(value: number, options: JsonOptions): string {
  if (Number.isFinite(value)) return floatText(value);
  if (options.keepTypes) return `{"__float__": ${JSON.stringify(floatText(value))}}`;
  return JSON.stringify(floatText(value));
}

/** A dict's key as a text: keys that are no texts are written as JSON writes the values, which is what Python does. */
export function keyText(key: Scalar): string {
  if (typeof key === 'string') return key;
  const text = scalarText(key, {});
  return text.startsWith('"') ? (JSON.parse(text) as string) : text;
}
