/** Values as YAML nodes, as PyYAML's safe representer makes them. */
import { DateValue, Float } from '../../base/value.ts';
import { yamlTagOf } from '../../base/yaml-scalar.ts';
import { Fault, typeFault } from '../fault.ts';
import { spend } from '../limits.ts';
import { readText } from '../python/ambient.ts';
import { compare } from '../python/compare.ts';
import { PyDict } from '../python/dict.ts';
import { defined, isText, pyType } from '../python/kinds.ts';
import { floatText } from '../python/number.ts';
import { Omit, PyBytes, PyList, PyTuple, type PyValue } from '../python/value.ts';

export type YamlNode =
  | YamlScalar
  | YamlSequence
  | YamlMapping
  | { readonly kind: 'alias'; readonly anchor: string };

export type YamlScalar = {
  readonly kind: 'scalar';
  readonly text: string;
  readonly plain: boolean;
  /** Its type is no text, which only the plain form tells. */
  readonly typed?: boolean;
  /** What it is in YAML's own words: str, int, float, bool, null, timestamp, binary. */
  readonly type: string;
  readonly tag?: string;
};
export type YamlSequence = {
  readonly kind: 'sequence';
  readonly flow: boolean;
  readonly items: readonly YamlNode[];
  anchor?: string;
};
export type YamlMapping = {
  readonly kind: 'mapping';
  readonly flow: boolean;
  readonly pairs: readonly (readonly [YamlNode, YamlNode])[];
  anchor?: string;
};

export type RepresentOptions = {
  /** One line, one item a line, or (null) one line where a collection holds only plain scalars. */
  readonly flow: boolean | null;
  readonly sortKeys: boolean;
  /** All scalars have a style of their own, so that none counts as plain. */
  readonly styled?: boolean;
};

type Seen = {
  readonly nodes: Map<PyValue, YamlSequence | YamlMapping>;
  anchors: number;
  readonly options: RepresentOptions;
};

/** Turns a value into nodes; what a variable holds and occurs twice becomes an alias. @throws Fault */
export function represent(value: PyValue, options: RepresentOptions): YamlNode {
  return node(value, { nodes: new Map(), anchors: 0, options }, 0);
}

function node(value: PyValue, seen: Seen, depth: number): YamlNode {
  spend();
  if (depth > 150) throw new Fault('limit', 'nested too deeply for YAML');
  const before = seen.nodes.get(value);
  if (before) {
    before.anchor ??= `id${String(++seen.anchors).padStart(3, '0')}`;
    return { kind: 'alias', anchor: before.anchor };
  }
  if (value instanceof PyList || value instanceof PyTuple) return sequence(value, seen, depth);
  return value instanceof PyDict ? mapping(value, seen, depth) : scalar(value);
}

const isPlain = (item: YamlNode): boolean => item.kind === 'scalar';

const styledScalars = (items: readonly unknown[], seen: Seen): boolean =>
  (seen.options.styled ?? false) && items.length > 0;

/** Remembers what a variable holds before its items, so that numbering follows the text. */
function remember<T extends YamlSequence | YamlMapping>(value: PyValue, made: T, seen: Seen): T {
  const shared = (value instanceof PyList || value instanceof PyDict) && value.shared;
  if (shared) seen.nodes.set(value, made);
  return made;
}

function sequence(value: PyList | PyTuple, seen: Seen, depth: number): YamlSequence {
  const items: YamlNode[] = [];
  const made: { -readonly [K in keyof YamlSequence]: YamlSequence[K] } = { kind: 'sequence', flow: false, items };
  remember(value, made, seen);
  for (const item of value instanceof PyList ? value : value.items) items.push(node(item, seen, depth + 1));
  made.flow = seen.options.flow ?? (!styledScalars(items, seen) && items.every(isPlain));
  return made;
}

function mapping(value: PyDict, seen: Seen, depth: number): YamlMapping {
  const pairs: [YamlNode, YamlNode][] = [];
  const made: { -readonly [K in keyof YamlMapping]: YamlMapping[K] } = { kind: 'mapping', flow: false, pairs };
  remember(value, made, seen);
  for (const [key, item] of sortedPairs(value, seen.options.sortKeys)) {
    pairs.push([node(key, seen, depth + 1), node(item, seen, depth + 1)]);
  }
  made.flow =
    seen.options.flow ??
    (!styledScalars(pairs, seen) && pairs.every(([key, item]) => isPlain(key) && isPlain(item)));
  return made;
}

function sortedPairs(dict: PyDict, sort: boolean): [PyValue, PyValue][] {
  const pairs = [...dict.entries()];
  if (!sort) return pairs;
  try {
    return [...pairs].sort(([a], [b]) => compare(a, b));
  } catch (error) {
    if (error instanceof Fault && error.kind === 'type') return pairs;
    throw error;
  }
}

function scalar(value: PyValue): YamlScalar {
  if (isText(value)) {
    const text = readText(value);
    return { kind: 'scalar', type: 'str', text, plain: yamlTagOf(text) === 'str' };
  }
  if (value instanceof PyBytes)
    return { kind: 'scalar', type: 'binary', text: base64(value), plain: false, tag: '!!binary' };
  return { kind: 'scalar', type: typeOf(value), text: scalarText(value), plain: true, typed: true };
}

const base64 = (value: PyBytes): string => Buffer.from(value.bytes).toString('base64');

function typeOf(value: PyValue): string {
  if (value === null) return 'null';
  if (value instanceof Float) return 'float';
  if (value instanceof DateValue) return 'timestamp';
  return typeof value === 'boolean' ? 'bool' : 'int';
}

function scalarText(value: PyValue): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (value instanceof Float) return yamlFloat(value.value);
  if (value instanceof DateValue) return value.iso.replace('T', ' ');
  if (defined(value) instanceof Omit) throw typeFault('cannot represent an omitted value');
  throw typeFault(`cannot represent an object of type '${pyType(value)}'`);
}

function yamlFloat(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  if (!Number.isFinite(value)) return value > 0 ? '.inf' : '-.inf';
  const text = floatText(value);
  return text.includes('.') ? text : text.replace('e', '.0e');
}
