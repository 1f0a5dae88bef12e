/** Results as the JSON that `gatdeploy eval` prints. */
import { DateValue, Float } from '../base/value.ts';
import { readText } from './python/ambient.ts';
import { PyDict } from './python/dict.ts';
import { isText } from './python/kinds.ts';
import { floatText } from './python/number.ts';
import { str } from './python/repr.ts';
import { PyBytes, PyList, type PyValue } from './python/value.ts';

/** The type of a finished result. */
export function typeName(value: PyValue | undefined): string {
  if (value === undefined) return 'omit';
  if (value === null) return 'none';
  if (isText(value)) return 'str';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' || typeof value === 'bigint') return 'int';
  if (value instanceof Float) return 'float';
  if (value instanceof DateValue) return 'date';
  if (value instanceof PyBytes) return 'bytes';
  return value instanceof PyList ? 'list' : 'dict';
}

/** Renders a finished result as JSON; floats keep their point, `inf` and `nan`, for which JSON has no form, are
 * `{"__float__": "inf"}`, a date is `{"__date__": …}`. */
export function resultJson(value: PyValue | undefined, showSecrets: boolean): string {
  if (value === undefined) return '{"__omit__":true}';
  if (value instanceof PyList) return `[${[...value].map((item) => resultJson(item, showSecrets)).join(',')}]`;
  if (!(value instanceof PyDict)) return atomJson(value, showSecrets);
  const pairs = [...value.entries()].map(([key, item]) => {
    return `${JSON.stringify(keyText(key))}:${resultJson(item, showSecrets)}`;
  });
  return `{${pairs.join(',')}}`;
}

function atomJson(value: PyValue, showSecrets: boolean): string {
  if (isText(value)) return JSON.stringify(showSecrets ? readText(value) : String(value));
  if (value instanceof Float) return jsonFloat(value.value);
  if (value instanceof DateValue) return `{"__date__":${JSON.stringify(value.iso)}}`;
  if (value instanceof PyBytes)
    return `{"__bytes__":${JSON.stringify(Buffer.from(value.bytes).toString('utf8'))}}`;
  return value === null || typeof value !== 'object' ? String(value) : 'null';
}

function jsonFloat(value: number): string {
  return Number.isFinite(value) ? floatText(value) : `{"__float__":"${floatText(value)}"}`;
}

/** A key as JSON has it. */
export function keyText(key: PyValue): string {
  if (key === null) return 'null';
  return typeof key === 'boolean' ? String(key) : str(key);
}
