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
import { isCommentWithoutSpace, parseTagged, yamlTagOf } from '../../base/yaml-scalar.ts';
import { type Fault, valueFault } from '../fault.ts';
import { checkSize, produceItems, spend } from '../limits.ts';
import { PyDict } from '../python/dict.ts';
import { PyBytes, PyList, PyTuple, type PyValue } from '../python/value.ts';

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
    const first = errors.find((one) => !isCommentWithoutSpace(one));
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
  if (isScalar(node)) return scalar(node);
  const value = isSeq(node) ? sequence(node.items as YamlNode[], inner) : mapping(pairsOf(node), inner);
  return tagged(value, node.tag);
}

const pairsOf = (node: YamlNode) => (isMap(node) ? (node.items as Pair<YamlNode, YamlNode | null>[]) : []);

function sequence(items: readonly YamlNode[], place: Place): PyList {
  produceItems(items.length);
  return new PyList(items.map((item) => convert(item, place)));
}

/** Sets become lists of their keys, ordered maps lists of pairs. */
function tagged(value: PyList | PyDict, tag: string | undefined): PyValue {
  const name = tag?.replace('tag:yaml.org,2002:', '');
  if (name === 'set' && value instanceof PyDict) return new PyList([...value.keys()]);
  if ((name === 'omap' || name === 'pairs') && value instanceof PyList)
    return new PyList([...value].flatMap(pairs));
  if (name === undefined || name === '!' || ['map', 'seq'].includes(name)) return value;
  throw unknownTag(tag ?? '');
}

const pairs = (item: PyValue): PyValue[] =>
  item instanceof PyDict ? [...item.entries()].map((pair) => new PyTuple([...pair])) : [item];

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

const TAGS = ['bool', 'int', 'float', 'timestamp', 'null', 'str'] as const;

function scalar(node: Scalar): PyValue {
  const text = String(node.value ?? '');
  const tag = node.tag?.replace('tag:yaml.org,2002:', '');
  if (tag === undefined && node.type !== Scalar.PLAIN) return text;
  if (tag === 'binary') return new PyBytes(Buffer.from(text, 'base64'));
  if (tag === '!') return text;
  const resolved = tag ?? yamlTagOf(text);
  if (tag === undefined && ['merge', 'value'].includes(resolved)) return text;
  const known = TAGS.find((name) => name === resolved);
  if (!known) throw unknownTag(node.tag ?? '');
  const value = parseTagged(known, text);
  if (value === undefined) throw valueFault(`no valid YAML: '${text}' is no ${known}`);
  return value;
}

const unknownTag = (tag: string): Fault =>
  valueFault(`no valid YAML: could not determine a constructor for the tag '${tag}'`);
