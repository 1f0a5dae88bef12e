/** Syntax tree → `Node` tree: tags, anchors, merge keys, duplicate keys, as PyYAML and Ansible construct them. */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  type ParsedNode,
  type Scalar as ScalarSyntax,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import type { DictNode, ListNode, Node, ScalarNode } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import type { Scalar } from '../../base/value.ts';
import { resolvePlain } from '../../base/yaml-scalar.ts';
import type { ParseContext } from './context.ts';
import { DictBuilder } from './dict.ts';
import { yamlLimit, yamlSyntax, yamlValue } from './errors.ts';
import { type Build, scalarNode, scalarText } from './leaf.ts';
import type { Syntax } from './parse.ts';
import { constructTagged, isKnownTag, isVaultTag, unknownTag } from './tags.ts';

/** More parts than this after following all aliases is an alias bomb. */
const MAX_EXPANDED = 2_000_000;

/** Builds the value tree of a parsed file; an empty file is null. */
export function buildNode(syntax: Syntax, context: ParseContext): Node {
  const build: Build = {
    context,
    positionOf: syntax.positionOf,
    anchors: new Map(),
    sizes: new Map(),
    unsafe: false,
  };
  if (!syntax.root) return scalarNode(build, null, { file: context.file, line: 1, column: 1 });
  return convert(syntax.root, build);
}

function convert(syntax: ParsedNode, build: Build): Node {
  const position = build.positionOf(syntax.range[0]);
  if (isAlias(syntax)) return aliased(syntax.source, position, build);
  if (syntax.anchor) {
    if (build.anchors.has(syntax.anchor)) throw yamlValue(position, `the anchor &${syntax.anchor} is there twice`);
    build.anchors.set(syntax.anchor, 'open');
  }
  const node = syntax.tag
    ? taggedNode(syntax, syntax.tag, position, build)
    : untaggedNode(syntax, position, build);
  if (syntax.anchor) build.anchors.set(syntax.anchor, node);
  return node;
}

function untaggedNode(syntax: ParsedNode, position: Position, build: Build): Node {
  if (isMap(syntax)) return dictNode(syntax as YAMLMap<ParsedNode, ParsedNode | null>, position, build);
  if (isSeq(syntax)) return listNode(syntax as YAMLSeq<ParsedNode>, position, build);
  return textNode(syntax as ScalarSyntax, position, build, (syntax as ScalarSyntax).type === 'PLAIN');
}

function taggedNode(syntax: ParsedNode, tag: string, position: Position, build: Build): Node {
  if (tag === '!unsafe') {
    const unsafe = { ...build, unsafe: true };
    // Ansible resolves the value anew, even when it is quoted: `!unsafe 'yes'` is true.
    return isScalar(syntax)
      ? textNode(syntax as ScalarSyntax, position, unsafe, true)
      : untaggedNode(syntax, position, unsafe);
  }
  if (!isKnownTag(tag)) throw unknownTag(position, tag);
  if (isScalar(syntax) || isVaultTag(tag)) return constructTagged(tag, syntax, position, build);
  const node = untaggedNode(syntax, position, build);
  if (/(?:omap|pairs)$/.test(tag)) return pairsNode(node);
  return tag.endsWith('set') ? setNode(node) : node;
}

/** `!!omap` and `!!pairs`: a list of dicts with one key each becomes a list of pairs. */
function pairsNode(node: Node): Node {
  if (node.kind !== 'list') return node;
  const items = node.items.flatMap((item): Node[] => {
    if (item.kind !== 'dict') return [item];
    return [...item.entries].map(([key, value]) => ({
      kind: 'list',
      items: [keyNode(key, item.position), value],
      position: item.position,
    }));
  });
  return { ...node, items };
}

/** `!!set`: the keys of a dict. */
function setNode(node: Node): Node {
  if (node.kind !== 'dict') return node;
  const { entries, position } = node;
  return { kind: 'list', items: [...entries.keys()].map((key) => keyNode(key, position)), position };
}

function keyNode(key: Scalar, position: Position): ScalarNode {
  return { kind: 'scalar', value: key, position, template: typeof key === 'string' };
}

function textNode(syntax: ScalarSyntax, position: Position, build: Build, resolve: boolean): ScalarNode {
  const text = scalarText(syntax);
  if (!resolve) return scalarNode(build, text, position);
  const resolved = resolvePlain(text);
  if ('problem' in resolved) throw yamlValue(position, resolved.problem, undefined, 'put it into quotes');
  return scalarNode(build, resolved.value, position);
}

function listNode(syntax: YAMLSeq<ParsedNode>, position: Position, build: Build): ListNode {
  const items = syntax.items.map((item) => convert(item, build));
  return counted({ kind: 'list', items, position }, items, build);
}

function dictNode(syntax: YAMLMap<ParsedNode, ParsedNode | null>, position: Position, build: Build): DictNode {
  const dict = new DictBuilder();
  for (const pair of syntax.items.filter(isMergePair)) merge(pair, dict, build);
  for (const pair of syntax.items.filter((pair) => !isMergePair(pair))) addPair(pair, dict, build);
  const node = { kind: 'dict' as const, entries: dict.entries, position, keyPositions: dict.positions };
  return counted(node, dict.entries.values(), build);
}

function addPair(pair: Pair<ParsedNode, ParsedNode | null>, dict: DictBuilder, build: Build): void {
  const keyPosition = build.positionOf(pair.key.range[0]);
  const key = keyOf(pair.key, keyPosition, build);
  const value = pair.value ? convert(pair.value, build) : scalarNode(build, null, keyPosition);
  const before = dict.add(key, value, keyPosition);
  if (before)
    build.context.warn?.({
      position: keyPosition,
      text: `the key ${String(key)} stands in line ${before.line} already; the last one counts`,
    });
}

function keyOf(syntax: ParsedNode, position: Position, build: Build): Scalar {
  // Names are no secrets, even in a vault file: they stay plain texts.
  const { secretText: _, ...context } = build.context;
  const node = isScalar(syntax) && scalarText(syntax) === '=' ? undefined : convert(syntax, { ...build, context });
  if (!node) return '=';
  if (node.kind === 'scalar') return node.value;
  const braces = build.context.file;
  throw yamlSyntax(
    position,
    'a key cannot be a list or a mapping',
    node.kind === 'dict' ? `is this a template in ${braces}? then put it into quotes: "{{ … }}"` : undefined,
  );
}

function isMergePair(pair: Pair<ParsedNode, ParsedNode | null>): boolean {
  return isScalar(pair.key) && pair.key.type === 'PLAIN' && pair.key.value === '<<' && !pair.key.tag;
}

function merge(pair: Pair<ParsedNode, ParsedNode | null>, dict: DictBuilder, build: Build): void {
  const position = build.positionOf(pair.key.range[0]);
  const value = pair.value ? convert(pair.value, build) : undefined;
  const sources = value?.kind === 'list' ? [...value.items].reverse() : [value];
  for (const source of sources) {
    if (source?.kind !== 'dict')
      throw yamlSyntax(position, 'the merge key << takes a mapping or a list of mappings');
    for (const [key, node] of source.entries) dict.add(key, node, source.keyPositions?.get(key) ?? position);
  }
}

function aliased(name: string, position: Position, build: Build): Node {
  const node = build.anchors.get(name);
  if (node === 'open') throw yamlValue(position, `the anchor &${name} contains itself`);
  if (!node)
    throw yamlValue(
      position,
      `no anchor &${name} stands above *${name}`,
      undefined,
      'put the value into quotes, if it is a text',
    );
  return node;
}

function counted<T extends ListNode | DictNode>(node: T, parts: Iterable<Node>, build: Build): T {
  let size = 1;
  for (const part of parts) size += build.sizes.get(part) ?? 1;
  if (size > MAX_EXPANDED) throw yamlLimit(node.position, 'its aliases expand to millions of values');
  build.sizes.set(node, size);
  return node;
}
