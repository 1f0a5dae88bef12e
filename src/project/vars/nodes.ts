/** Makes nodes of plain values: magic variables, facts, settings. None of their texts is a template. */
import type { DictNode, ListNode, Node, ScalarNode } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import type { Scalar } from '../../base/value.ts';

/** Where values stand that no file holds. */
export const NOWHERE: Position = { file: 'gatdeploy', line: 1, column: 0 };

/** A scalar that is no template. */
export function scalarNodeOf(value: Scalar, position: Position = NOWHERE): ScalarNode {
  return { kind: 'scalar', value, position, template: false };
}

/** A list of texts. */
export function textsNode(texts: Iterable<string>): ListNode {
  return { kind: 'list', items: [...texts].map((text) => scalarNodeOf(text)), position: NOWHERE };
}

/** A dict by texts. */
export function dictNodeOf(entries: Iterable<readonly [string, Node]>, position: Position = NOWHERE): DictNode {
  return { kind: 'dict', entries: new Map(entries), position };
}

/** The same tree with no text being a template: facts and output of hosts are never evaluated. */
export function withoutTemplates(node: Node): Node {
  if (node.kind === 'scalar') return node.template ? { ...node, template: false } : node;
  if (node.kind === 'list') return { ...node, items: node.items.map(withoutTemplates) };
  return { ...node, entries: new Map([...node.entries].map(([key, item]) => [key, withoutTemplates(item)])) };
}
