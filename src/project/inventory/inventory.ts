/** The inventory of a project: hosts, groups, patterns, and the scope of the implicit localhost. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { didYouMean } from '../../base/did-you-mean.ts';
import type { GatError } from '../../base/errors.ts';
import { pathKind } from '../files.ts';
import { badPattern, inventoryBroken, limitFile, unknownPattern } from './errors.ts';
import {
  addChildGroup,
  addGroup,
  addHost,
  copyInventory,
  type Group,
  type Host,
  type InventoryData,
  InventoryFault,
  reconcile,
  type Variable,
} from './model.ts';
import { LOCAL_NAMES, PatternFault, type Selection, selectHosts, splitPatterns } from './patterns.ts';

/** Hosts and groups, and what patterns select. */
export type Inventory = {
  readonly hosts: ReadonlyMap<string, Host>;
  readonly groups: ReadonlyMap<string, Group>;
  /** Absolute paths of the sources, or lists of hosts. */
  readonly sources: readonly string[];
  /** Sources that could not be read; what stood above the mistake counts nevertheless. */
  readonly failures: readonly GatError[];
  /** A host by name; `localhost` exists even when nobody names it. */
  readonly host: (name: string) => Host | undefined;
  /** The hosts of a pattern, within the limit. @throws GatError inventory/pattern */
  readonly select: (pattern: string | readonly string[]) => readonly Host[];
  /** What of a pattern matches no group and no host, whatever the limit is. */
  readonly unmatched: (pattern: string) => readonly string[];
  /** The same without the limit. */
  readonly unlimited: () => Inventory;
  /** The same with hosts in more groups: `group_by`, `add_host`. */
  readonly joined: (joins: readonly Join[]) => Inventory;
};

/** A host that a task puts into a group, with variables that it gives the host. */
export type Join = {
  readonly host: string;
  readonly group: string;
  readonly parents: readonly string[];
  readonly vars: ReadonlyMap<string, Variable>;
};

/** What an inventory is made of; `limit` are the arguments of `--limit`. */
export type InventoryParts = {
  readonly data: InventoryData;
  readonly sources: readonly string[];
  readonly failures: readonly GatError[];
  readonly limit: readonly string[];
  readonly folder: string;
};

/** Makes an inventory. @throws GatError inventory/pattern when the limit names nobody */
export function createInventory(parts: InventoryParts): Inventory {
  const { data } = parts;
  let local: Host | undefined;
  const implicit = (name: string): Host => {
    local ??= [...LOCAL_NAMES].map((one) => data.hosts.get(one)).find((host) => host) ?? implicitHost(name, data);
    return local;
  };
  const host = (name: string) => data.hosts.get(name) ?? (LOCAL_NAMES.has(name) ? implicit(name) : undefined);
  const selection: Selection = { data, implicit, unmatched: () => undefined };
  const find = (pattern: string | readonly string[]) => selectOrFail(pattern, selection);
  const limit = expandLimit(parts.limit, parts.folder);
  let limited: ReadonlySet<Host> | undefined;
  const withinLimit = (): ReadonlySet<Host> => {
    limited ??= new Set(find(limit));
    if (limited.size === 0) throw unknownPattern(limit.join(','), suggestion(limit, data));
    return limited;
  };
  const select = (pattern: string | readonly string[]) => {
    const found = find(pattern);
    return limit.length === 0 ? found : found.filter((one) => withinLimit().has(one));
  };
  return {
    hosts: data.hosts,
    groups: data.groups,
    sources: parts.sources,
    failures: parts.failures,
    host,
    select,
    unmatched: (pattern) => {
      const missed: string[] = [];
      selectOrFail(pattern, { ...selection, unmatched: (one) => missed.push(one) });
      return missed;
    },
    unlimited: () => createInventory({ ...parts, limit: [] }),
    joined: (joins) => createInventory({ ...parts, data: withJoins(data, joins) }),
  };
}

/** @throws GatError inventory/broken for groups that would contain each other */
function withJoins(data: InventoryData, joins: readonly Join[]): InventoryData {
  const copy = copyInventory(data);
  try {
    for (const join of joins) {
      const group = addGroup(copy, join.group);
      for (const parent of join.parents) addChildGroup(addGroup(copy, parent), group);
      const host = addHost(copy, join.host, group, undefined);
      for (const [name, variable] of join.vars) host.vars.set(name, variable);
    }
    reconcile(copy);
  } catch (error) {
    if (error instanceof InventoryFault) throw inventoryBroken(error.message);
    throw error;
  }
  return copy;
}

/** `--limit @file` stands for the lines of a file. */
function expandLimit(limit: readonly string[], folder: string): string[] {
  return splitPatterns(limit).flatMap((pattern) => {
    if (!pattern.startsWith('@')) return [pattern];
    const file = path.resolve(folder, pattern.slice(1));
    if (pathKind(file) !== 'file') throw limitFile(pattern);
    return splitPatterns(readFileSync(file, 'utf8').split('\n'));
  });
}

function selectOrFail(pattern: string | readonly string[], selection: Selection): Host[] {
  try {
    return selectHosts(pattern, selection);
  } catch (error) {
    if (error instanceof PatternFault) throw badPattern(error.message);
    throw error;
  }
}

function suggestion(patterns: readonly string[], data: InventoryData): string | undefined {
  const known = [...data.hosts.keys(), ...data.groups.keys()];
  for (const pattern of patterns) {
    const near = didYouMean(pattern.replace(/^[!&]/, ''), known);
    if (near !== undefined) return near;
  }
  return undefined;
}

function implicitHost(name: string, data: InventoryData): Host {
  const position = { file: 'the implicit localhost', line: 1, column: 0 };
  const local = { kind: 'scalar' as const, value: 'local', position, template: false };
  const all = data.groups.get('all');
  return {
    name,
    vars: new Map([['ansible_connection', { node: local, position }]]),
    groups: new Set(all ? [all] : []),
    source: undefined,
    implicit: true,
  };
}
