/** Hosts and groups in the making, by the rules of Ansible's inventory: depth, ancestors, `all`, `ungrouped`. */
import type { Node } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';

/** One definition of a variable and where its name was written. */
export type Variable = { readonly node: Node; readonly position: Position };

/** Variables of one source by name. */
export type Variables = ReadonlyMap<string, Variable>;

/** A host; `source` is the inventory source that named it first, `position` where that is. */
export type Host = {
  readonly name: string;
  readonly vars: Map<string, Variable>;
  readonly groups: Set<Group>;
  readonly source: string | undefined;
  readonly position?: Position | undefined;
  readonly implicit: boolean;
};

/** A group; `priority` is `ansible_group_priority`. */
export type Group = {
  readonly name: string;
  readonly vars: Map<string, Variable>;
  readonly hosts: Set<Host>;
  readonly children: Set<Group>;
  readonly parents: Set<Group>;
  depth: number;
  priority: number;
};

/** All that the sources said, in the order of the files. */
export type InventoryData = {
  readonly groups: Map<string, Group>;
  readonly hosts: Map<string, Host>;
  /** `hash_behaviour = merge`: a dict that is set again merges with what was there. */
  readonly merge: boolean;
};

/** Why a source breaks the rules of an inventory; its reader adds the place. */
export class InventoryFault extends Error {}

/** An inventory with the two groups that always exist. */
export function emptyInventory(merge = false): InventoryData {
  const data: InventoryData = { groups: new Map(), hosts: new Map(), merge };
  addChildGroup(addGroup(data, 'all'), addGroup(data, 'ungrouped'));
  return data;
}

/** Adds a group, or returns the one of this name. @throws InventoryFault for an empty name */
export function addGroup(data: InventoryData, name: string): Group {
  const known = data.groups.get(name);
  if (known) return known;
  if (name === '') throw new InventoryFault('the name of a group is empty');
  const group: Group = {
    name,
    vars: new Map(),
    hosts: new Set(),
    children: new Set(),
    parents: new Set(),
    depth: 0,
    priority: 1,
  };
  data.groups.set(name, group);
  return group;
}

/** Adds a host to a group; a host that is new is remembered with its source. @throws InventoryFault for an empty name */
export function addHost(
  data: InventoryData,
  name: string,
  group: Group,
  source: string | undefined,
  position?: Position,
): Host {
  const known = data.hosts.get(name);
  if (!known && name === '') throw new InventoryFault('the name of a host is empty');
  const host = known ?? { name, vars: new Map(), groups: new Set<Group>(), source, position, implicit: false };
  data.hosts.set(name, host);
  if (group.hosts.has(host)) return host;
  group.hosts.add(host);
  for (const ancestor of ancestors(group)) host.groups.add(ancestor);
  host.groups.add(group);
  return host;
}

/** Puts a group below another. @throws InventoryFault when this makes a cycle */
export function addChildGroup(parent: Group, child: Group): void {
  if (parent === child) throw new InventoryFault(`the group ${parent.name} cannot be its own child`);
  if (parent.children.has(child)) return;
  const above = ancestors(parent);
  if (above.has(child)) throw new InventoryFault(`the groups ${parent.name} and ${child.name} contain each other`);
  parent.children.add(child);
  child.parents.add(parent);
  deepen(child, parent.depth + 1);
  above.add(parent);
  for (const host of hostsOf(child)) for (const group of above) host.groups.add(group);
}

/** All groups above a group. */
export function ancestors(group: Group): Set<Group> {
  const found = new Set(group.parents);
  for (const one of found) for (const parent of one.parents) found.add(parent);
  return found;
}

/** A group and all below it, nearest first. */
export function descendants(group: Group): Set<Group> {
  const found = new Set<Group>([group]);
  for (const one of found) for (const child of one.children) found.add(child);
  return found;
}

/** The hosts of a group and of all groups below it, each once. */
export function hostsOf(group: Group): Set<Host> {
  const found = new Set<Host>();
  for (const one of descendants(group)) for (const host of one.hosts) found.add(host);
  return found;
}

/** Ends the reading of sources: every group is below `all`, every host without a group in `ungrouped`. */
export function reconcile(data: InventoryData): void {
  const all = addGroup(data, 'all');
  const ungrouped = addGroup(data, 'ungrouped');
  for (const group of data.groups.values()) {
    if (group !== all && group.parents.size === 0) addChildGroup(all, group);
  }
  for (const host of data.hosts.values()) {
    const isGrouped = [...host.groups].some((group) => group !== all && group !== ungrouped);
    if (isGrouped && ungrouped.hosts.delete(host)) host.groups.delete(ungrouped);
    if (!isGrouped && !host.groups.has(ungrouped)) addHost(data, host.name, ungrouped, host.source);
  }
}

/** The groups of a host but `all`, in the order in which their variables win: the last one wins. */
export function groupsInOrder(host: Host): Group[] {
  return [...host.groups].filter((group) => group.name !== 'all').sort(byPrecedence);
}

function byPrecedence(a: Group, b: Group): number {
  if (a.depth !== b.depth) return a.depth - b.depth;
  if (a.priority !== b.priority) return a.priority - b.priority;
  return a.name < b.name ? -1 : 1;
}

function deepen(group: Group, depth: number): void {
  const pending: [Group, number][] = [[group, depth]];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const [one, least] = next;
    if (one.depth >= least) continue;
    one.depth = least;
    for (const child of one.children) pending.push([child, least + 1]);
  }
}

/** The same groups and hosts once more, so that what a run adds stays the run's own. */
export function copyInventory({ groups, hosts, merge }: InventoryData): InventoryData {
  const copy: InventoryData = { groups: new Map(), hosts: new Map(), merge };
  const groupOf = (one: Group): Group => addGroup(copy, one.name);
  const hostOf = (one: Host): Host => {
    const known = copy.hosts.get(one.name);
    const host = known ?? { ...one, vars: new Map(one.vars), groups: new Set([...one.groups].map(groupOf)) };
    copy.hosts.set(one.name, host);
    return host;
  };
  for (const one of groups.values()) {
    const { depth, priority } = one;
    const group = Object.assign(groupOf(one), { depth, priority });
    for (const [name, variable] of one.vars) group.vars.set(name, variable);
    for (const child of one.children) group.children.add(groupOf(child));
    for (const parent of one.parents) group.parents.add(groupOf(parent));
  }
  for (const host of hosts.values()) hostOf(host);
  for (const one of groups.values()) for (const host of one.hosts) groupOf(one).hosts.add(hostOf(host));
  return copy;
}
