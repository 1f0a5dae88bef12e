/** YAML and JSON inventories, as Ansible's yaml plugin reads them. */
import type { DictNode, Node } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import type { Scalar } from '../../base/value.ts';
import type { Warning } from '../yaml/context.ts';
import { addHosts } from './add-hosts.ts';
import { expandHosts } from './address.ts';
import { addChildGroup, addGroup, type Group, type InventoryData, InventoryFault } from './model.ts';
import { setGroupVariable } from './variables.ts';

/** What is read into. */
export type YamlTarget = {
  readonly data: InventoryData;
  readonly source: string;
  readonly warn: (warning: Warning) => void;
};

/** Why a YAML inventory can't be read, with the place. */
export type YamlFault = { readonly position: Position; readonly text: string };

/** Reads a parsed inventory into the data; returns why when it has another shape. What was read before stays. */
export function readYamlInventory(root: Node, target: YamlTarget): YamlFault | undefined {
  const reader = { ...target, position: root.position };
  try {
    if (root.kind !== 'dict' || root.entries.size === 0)
      throw new InventoryFault('an inventory is a mapping of groups');
    if (root.entries.has('plugin')) throw new InventoryFault('plugins for inventories (`plugin:`) cannot be run');
    for (const [name, node] of root.entries) readGroup(name, node, reader);
    return undefined;
  } catch (error) {
    if (!(error instanceof InventoryFault)) throw error;
    return { position: reader.position, text: error.message };
  }
}

type Reader = YamlTarget & { position: Position };

function readGroup(name: Scalar, node: Node, reader: Reader): Group | undefined {
  reader.position = node.position;
  if (typeof name !== 'string')
    throw new InventoryFault(`the name of a group must be a text, not ${String(name)}`);
  if (node.kind !== 'dict' && !isNull(node)) {
    reader.warn({ position: node.position, text: `${name} is skipped: it is no group` });
    return reader.data.groups.get(name);
  }
  const group = addGroup(reader.data, name);
  if (node.kind === 'dict') readSections(group, node, reader);
  return group;
}

function readSections(group: Group, node: DictNode, reader: Reader): void {
  const sections = [...node.entries].map(([key, value]) => [key, asSection(key, value, group, reader)] as const);
  for (const [key, section] of sections) {
    if (section.kind === 'dict') readSection(group, key, section, reader);
    else if (!isNull(section)) reader.warn({ position: section.position, text: skipped(key, group) });
  }
}

/** A section may be one name instead of a mapping: `hosts: h1`. */
function asSection(key: Scalar, node: Node, group: Group, reader: Reader): Node {
  if (key !== 'hosts' && key !== 'children' && key !== 'vars') return node;
  if (node.kind === 'dict' || isNull(node)) return node;
  reader.position = node.position;
  if (node.kind === 'scalar' && typeof node.value === 'string') {
    const nothing: Node = { kind: 'scalar', value: null, position: node.position, template: false };
    return { kind: 'dict', entries: new Map([[node.value, nothing]]), position: node.position };
  }
  throw new InventoryFault(
    `${key} of the group ${group.name} must be a mapping: write each name with a colon after it, and without a dash`,
  );
}

function readSection(group: Group, key: Scalar, section: DictNode, reader: Reader): void {
  if (key === 'vars') {
    for (const [name, node] of section.entries) {
      const position = section.keyPositions?.get(name) ?? node.position;
      reader.position = position;
      setGroupVariable(reader.data, group, String(name), { node, position });
    }
  } else if (key === 'children') {
    for (const [name, node] of section.entries) readChild(group, name, node, reader);
  } else if (key === 'hosts') {
    for (const [name, node] of section.entries) readHosts(group, name, node, reader);
  } else {
    reader.warn({ position: section.position, text: skipped(key, group) });
  }
}

function skipped(key: Scalar, group: Group): string {
  return `${String(key)} of the group ${group.name} is skipped: a group has vars (where variables belong), children and hosts`;
}

function readChild(group: Group, name: Scalar, node: Node, reader: Reader): void {
  const child = readGroup(name, node, reader);
  if (!child) throw new InventoryFault(`${String(name)} is no group`);
  addChildGroup(group, child);
}

function readHosts(group: Group, pattern: Scalar, node: Node, reader: Reader): void {
  reader.position = node.position;
  if (typeof pattern !== 'string')
    throw new InventoryFault(`the name of a host must be a text: put ${String(pattern)} into quotes`);
  if (node.kind !== 'dict' && !isFalsy(node))
    throw new InventoryFault(`the variables of ${pattern} must be a mapping`);
  const entries = node.kind === 'dict' ? node.entries : new Map<Scalar, Node>();
  const variables = [...entries].map(([name, value]) => [String(name), value] as const);
  addHosts(reader.data, group, {
    ...expandHosts(pattern),
    variables,
    position: node.position,
    source: reader.source,
  });
}

function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}

function isFalsy(node: Node): boolean {
  if (node.kind === 'list') return node.items.length === 0;
  return (
    node.kind === 'scalar' &&
    (node.value === null || node.value === false || node.value === '' || node.value === 0)
  );
}
