/** YAML 1.1 to values, as PyYAML reads it: `yes` is true, `010` is 8, `1:30` is 90, the last of equal keys wins. */
import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseAllDocuments,
  Scalar,
  type Node as YamlNode,
} from 'yaml';
import { DateValue, Float } from '../../base/value.ts';
import { valueFault } from '../fault.ts';
import { checkSize, produceItems, spend } from '../limits.ts';
import { PyDict } from '../python/dict.ts';
import { readInt } from '../python/number.ts';
import { PyList, type PyValue } from '../python/value.ts';
import { resolvePlain } from './resolve.ts';

/** Reads all documents of a text. @throws Fault value */
export function loadYaml(text: string): PyValue[] {
  checkSize(text.length);
  const documents = parseDocuments(text);
  return documents.map((document) => convert(document.contents as YamlNode | null, { document, depth: 0 }));
}

function parseDocuments(text: string): Document.Parsed[] {
  const found = parseAllDocuments(text, {
    schema: 'failsafe',
    version: '1.1',
    uniqueKeys: false,
    merge: false,
    logLevel: 'silent',
  });
  const documents = 'empty' in found ? [] : found;
  for (const { errors } of documents) {
    const [first] = errors;
    if (first) throw valueFault(`no valid YAML: ${first.message.split('\n')[0] ?? ''}`);
  }
  return documents;
}

type Place = { readonly document: Document.Parsed; readonly depth: number };

function convert(node: YamlNode | null, place: Place): PyValue {
  spend();
  if (place.depth > 150) throw valueFault('no valid YAML: nested too deeply');
  const inner = { ...place, depth: place.depth + 1 };
  if (node === null) return null;
  if (isAlias(node)) return convert(node.resolve(place.document) ?? null, inner);
  if (isSeq(node)) {
    produceItems(node.items.length);
    return new PyList(node.items.map((item) => convert(item as YamlNode, inner)));
  }
  if (isMap(node)) return mapping(node.items as Pair<YamlNode, YamlNode | null>[], inner);
  return isScalar(node) ? scalar(node) : null;
}

function mapping(pairs: readonly Pair<YamlNode, YamlNode | null>[], place: Place): PyDict {
  const dict = new PyDict();
  const own: [PyValue, PyValue][] = [];
  produceItems(pairs.length);
  for (const { key, value } of pairs) {
    if (isScalar(key) && key.value === '<<' && key.type === Scalar.PLAIN) mergeInto(dict, convert(value, place));
    else own.push([convert(key, place), convert(value, place)]);
  }
  for (const [key, value] of own) dict.set(key, value);
  return dict;
}

/** Merged keys come first and lose against the mapping's own and against earlier ones. */
function mergeInto(dict: PyDict, merged: PyValue): void {
  const sources = merged instanceof PyList ? [...merged] : [merged];
  for (const source of sources) {
    if (!(source instanceof PyDict)) throw valueFault('no valid YAML: expected a mapping for merging');
    for (const [key, value] of source.entries()) if (!dict.has(key)) dict.set(key, value);
  }
}

function scalar(node: Scalar): PyValue {
  const text = String(node.value ?? '');
  const tag = node.tag?.replace('tag:yaml.org,2002:', '');
  if (tag === 'str' || (node.type !== Scalar.PLAIN && tag === undefined)) return text;
  const explicit = tag !== undefined && tag in CONSTRUCTORS ? tag : resolvePlain(text);
  if (tag !== undefined && !(tag in CONSTRUCTORS) && tag.startsWith('!')) return text;
  return CONSTRUCTORS[explicit]?.(text) ?? (explicit === 'null' ? null : text);
}

const TRUE = new Set(['yes', 'true', 'on']);

const CONSTRUCTORS: Record<string, ((text: string) => PyValue) | undefined> = {
  bool: (text) => TRUE.has(text.toLowerCase()),
  int: yamlInt,
  float: yamlFloat,
  timestamp: yamlTime,
  null: () => null,
};

/** Reads an int: binary, octal with a leading zero, hexadecimal, sexagesimal, or decimal. */
export function yamlInt(text: string): number | bigint {
  const plain = text.replaceAll('_', '');
  const negative = plain.startsWith('-');
  const digits = plain.replace(/^[-+]/, '');
  const value = digits.includes(':')
    ? sexagesimal(digits)
    : readInt(digits, /^0[xb]/.test(digits) ? 0 : /^0./.test(digits) ? 8 : 10);
  if (value === undefined) throw valueFault(`no valid YAML: '${text}' is no int`);
  return negative ? -value : value;
}

const sexagesimal = (digits: string): number =>
  digits.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

/** Reads a float. */
export function yamlFloat(text: string): Float {
  const plain = text.replaceAll('_', '').toLowerCase();
  const sign = plain.startsWith('-') ? -1 : 1;
  const digits = plain.replace(/^[-+]/, '');
  if (digits === '.inf') return new Float(sign * Number.POSITIVE_INFINITY);
  if (digits === '.nan') return new Float(Number.NaN);
  return new Float(sign * (digits.includes(':') ? sexagesimal(digits) : Number(digits)));
}

const TIME =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?(?:[ \t]*(Z|([-+])(\d\d?)(?::(\d\d))?))?)?$/;

/** Reads a date or a time; a time with a zone keeps it. */
export function yamlTime(text: string): DateValue {
  const match = TIME.exec(text);
  if (!match) throw valueFault(`no valid YAML: '${text}' is no time`);
  const [
    ,
    year,
    month = '',
    day = '',
    hour,
    minute,
    second,
    fraction = '',
    zone,
    sign,
    zoneHour = '',
    zoneMinute = '00',
  ] = match;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (hour === undefined) return new DateValue('date', date);
  const micro = fraction.slice(0, 6).padEnd(6, '0');
  const rest = /[1-9]/.test(micro) ? `.${micro}` : '';
  const offset =
    zone === undefined ? '' : zone === 'Z' ? '+00:00' : `${sign}${zoneHour.padStart(2, '0')}:${zoneMinute}`;
  return new DateValue('datetime', `${date}T${hour.padStart(2, '0')}:${minute}:${second}${rest}${offset}`);
}
