/** Magic variables: what Ansible itself says about the host, the play and the run. They win over everything. */
import path from 'node:path';
import type { Node } from '../../base/node.ts';
import { pathKind } from '../files.ts';
import { isIpAddress } from '../inventory/address.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { groupsInOrder, type Host, hostsOf, type Variable, type Variables } from '../inventory/model.ts';
import { dictNodeOf, NOWHERE, scalarNodeOf, textsNode } from './nodes.ts';

/** The version of Ansible whose behaviour is the model. */
export const ANSIBLE_VERSION = '2.19.14';

/** How a run was started, as far as templates may ask. */
export type RunOptions = {
  readonly checkMode?: boolean;
  readonly diffMode?: boolean;
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly limit?: readonly string[];
  readonly verbosity?: number;
};

/** The magic variables that are the same for all hosts of a project. */
export type MagicContext = {
  readonly inventory: Inventory;
  readonly playbookFolder: string;
  readonly configFile: string | undefined;
  readonly forks: number;
  readonly run: RunOptions;
};

/** What a play adds. */
export type PlayMagic = {
  readonly folder: string;
  readonly name: string;
  readonly hosts: readonly string[];
  readonly roles: readonly string[];
};

/** Magic variables that don't depend on the host; made once. */
export function runMagic(context: MagicContext): Variables {
  const { inventory, run } = context;
  return named({
    playbook_dir: scalarNodeOf(context.playbookFolder),
    ansible_playbook_python: scalarNodeOf('/usr/bin/python3'),
    ansible_config_file: scalarNodeOf(context.configFile ?? null),
    groups: groupsNode(inventory),
    ansible_version: versionNode(),
    ansible_check_mode: scalarNodeOf(run.checkMode ?? false),
    ansible_diff_mode: scalarNodeOf(run.diffMode ?? false),
    ansible_forks: scalarNodeOf(context.forks),
    ansible_inventory_sources: textsNode(inventory.sources),
    ansible_skip_tags: textsNode(run.skipTags ?? []),
    ansible_run_tags: textsNode(run.tags?.length ? run.tags : ['all']),
    ansible_verbosity: scalarNodeOf(run.verbosity ?? 0),
    ...(run.limit?.length ? { ansible_limit: scalarNodeOf(run.limit.join(',')) } : {}),
  });
}

/** The same where tasks have put hosts into more groups. */
export function withGroups(magic: Variables, inventory: Inventory): Variables {
  return new Map([...magic, ...named({ groups: groupsNode(inventory) })]);
}

/** The magic variables of one host, in a play or outside. */
export function hostMagic(shared: Variables, host: Host, play?: PlayMagic): Variables {
  const groups = groupsInOrder(host)
    .map((group) => group.name)
    .sort();
  const name = host.name;
  const own: Record<string, Node> = {
    inventory_hostname: scalarNodeOf(name),
    inventory_hostname_short: scalarNodeOf(isIpAddress(name) ? name : (name.split('.')[0] ?? name)),
    group_names: textsNode(groups),
    inventory_file: scalarNodeOf(host.source ?? null),
    inventory_dir: scalarNodeOf(sourceFolder(host.source)),
  };
  return new Map([...shared, ...named(own), ...(play ? playMagic(play) : [])]);
}

function playMagic(play: PlayMagic): Variables {
  const hosts = textsNode(play.hosts);
  const roles = textsNode(play.roles);
  return named({
    playbook_dir: scalarNodeOf(play.folder),
    ansible_play_name: scalarNodeOf(play.name),
    ansible_play_hosts: hosts,
    ansible_play_hosts_all: hosts,
    ansible_play_batch: hosts,
    play_hosts: hosts,
    ansible_play_role_names: roles,
    ansible_role_names: textsNode([...new Set(play.roles)]),
    role_names: roles,
    ansible_dependent_role_names: textsNode([]),
  });
}

function groupsNode(inventory: Inventory): Node {
  const groups = [...inventory.groups.values()];
  return dictNodeOf(groups.map((group) => [group.name, textsNode([...hostsOf(group)].map((host) => host.name))]));
}

function versionNode(): Node {
  const [major = 0, minor = 0, revision = 0] = ANSIBLE_VERSION.split('.').map(Number);
  const texts = { full: ANSIBLE_VERSION, string: ANSIBLE_VERSION };
  const numbers = { major, minor, revision };
  return dictNodeOf(Object.entries({ ...texts, ...numbers }).map(([key, value]) => [key, scalarNodeOf(value)]));
}

function sourceFolder(source: string | undefined): string | null {
  if (source === undefined) return null;
  return pathKind(source) === 'directory' ? source : path.dirname(source);
}

function named(nodes: Readonly<Record<string, Node>>): Map<string, Variable> {
  return new Map(Object.entries(nodes).map(([name, node]) => [name, { node, position: NOWHERE }]));
}
