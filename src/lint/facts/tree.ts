/** Reading evaluated value trees: entries, items, texts and where they stand. A leaf that can't be evaluated is unknown. */
import { type Node, nodeOf } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import { reveal, Secret, type Text } from '../../base/secret.ts';
import { Float, type Scalar, type Value } from '../../base/value.ts';

const unknownNodes = new WeakSet<Node>();

/** Makes the stand-in of a leaf whose value only the host knows. */
export function unknownNode(position: Position): Node {
  const node: Node = { kind: 'scalar', value: null, position, template: false };
  unknownNodes.add(node);
  return node;
}

/** Whether a tree's value is known; of a dict or list each part is asked for itself. */
export function isKnown(node: Node | undefined): node is Node {
  return node !== undefined && !unknownNodes.has(node);
}

/** Whether everything in a tree is known. */
export function isFullyKnown(node: Node): boolean {
  if (node.kind === 'list') return node.items.every(isFullyKnown);
  if (node.kind === 'dict') return [...node.entries.values()].every(isFullyKnown);
  return isKnown(node);
}

/** What gives the parts of a tree their values. */
export type Evaluation = {
  /** Gives undefined for what can't be known or is omitted. */
  readonly evaluate: (leaf: Node, path: string) => Value | undefined;
  /** The list or dict of its own that a leaf such as `{{ shared_users }}` stands for, so that its parts keep their places. */
  readonly follow?: (leaf: Node) => Node | undefined;
};

/** Evaluates each leaf of a tree for itself; `path` names the tree, and then its parts: `users[0].name`. */
export function evaluateTree(node: Node, path: string, how: Evaluation): Node {
  if (node.kind === 'list') {
    const items = node.items.map((item, index) => evaluateTree(item, `${path}[${index}]`, how));
    return { ...node, items };
  }
  if (node.kind === 'dict') {
    const entries = [...node.entries].map(
      ([key, item]) => [key, evaluateTree(item, `${path}.${String(key)}`, how)] as const,
    );
    return { ...node, entries: new Map(entries) };
  }
  const followed = how.follow?.(node);
  if (followed) return followed;
  const value = how.evaluate(node, path);
  return value === undefined ? unknownNode(node.position) : nodeOf(value, node.position, false);
}

/** A part of a tree by keys and indices. */
export function part(node: Node | undefined, ...path: readonly (string | number)[]): Node | undefined {
  let current = node;
  for (const step of path) {
    if (current?.kind === 'dict') current = current.entries.get(step);
    else if (current?.kind === 'list' && typeof step === 'number') current = current.items[step];
    else return undefined;
  }
  return current;
}

/** The entries of a dict as texts and nodes; none of anything else. */
export function entriesOf(node: Node | undefined): readonly (readonly [string, Node])[] {
  return node?.kind === 'dict' ? [...node.entries].map(([key, item]) => [String(key), item] as const) : [];
}

/** The items of a list; a single value counts as a list of one. */
export function itemsOf(node: Node | undefined): readonly Node[] {
  if (!isKnown(node) || (node.kind === 'scalar' && node.value === null)) return [];
  return node.kind === 'list' ? node.items : [node];
}

/** A scalar as text, a secret revealed; undefined for null, lists, dicts and what is unknown. */
export function textOf(node: Node | undefined): string | undefined {
  if (!isKnown(node) || node.kind !== 'scalar' || node.value === null) return undefined;
  const { value } = node;
  if (value instanceof Float) return String(value.value);
  return typeof value === 'string' || value instanceof Secret ? reveal(value as Text) : String(value);
}

/** The texts of a list. */
export function textsOf(node: Node | undefined): readonly string[] {
  return itemsOf(node).flatMap((item) => textOf(item) ?? []);
}

/** A truth as Ansible users write it; undefined where it is none. */
export function boolOf(node: Node | undefined): boolean | undefined {
  const text = textOf(node)?.toLowerCase();
  if (text === undefined) return undefined;
  if (/^(?:true|yes|on|1)$/.test(text)) return true;
  return /^(?:false|no|off|0)$/.test(text) ? false : undefined;
}

/** Where the key of an entry is written, else its value: for what is said of the entry itself. */
export function placeOf(node: Node | undefined, key: string): Position | undefined {
  if (node?.kind !== 'dict') return node?.position;
  return node.keyPositions?.get(key) ?? node.entries.get(key)?.position ?? node.position;
}

/** The tree as a value; unknown leaves are null. */
export function toValue(node: Node): Value {
  if (node.kind === 'list') return node.items.map(toValue);
  if (node.kind === 'dict')
    return new Map([...node.entries].map(([key, item]): [Scalar, Value] => [key, toValue(item)]));
  return node.value;
}

/** The same tree with other places. */
export function relocate(node: Node, move: (position: Position) => Position): Node {
  const position = move(node.position);
  if (node.kind === 'list') return { ...node, position, items: node.items.map((item) => relocate(item, move)) };
  if (node.kind === 'scalar') return { ...node, position };
  const entries = new Map([...node.entries].map(([key, item]) => [key, relocate(item, move)] as const));
  const keys = new Map([...(node.keyPositions ?? [])].map(([key, place]) => [key, move(place)] as const));
  return { ...node, position, entries, keyPositions: keys };
}
