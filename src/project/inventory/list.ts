/** The inventory in the shape of `ansible-inventory --list`, `--host` and `--graph`. */
import type { Value } from '../../base/value.ts';
import { rawValue } from '../json-text.ts';
import type { Project } from '../project.ts';
import { hostLayers } from '../vars/host-scope.ts';
import { LEVELS } from '../vars/levels.ts';
import { combineVariables } from '../vars/variables.ts';
import { descendants, type Group, type Host } from './model.ts';

/** Names that Ansible sets itself, and leaves out of its list. */
const INTERNAL = new Set([
  'ansible_check_mode',
  'ansible_config_file',
  'ansible_diff_mode',
  'ansible_facts',
  'ansible_forks',
  'ansible_inventory_sources',
  'ansible_limit',
  'ansible_play_batch',
  'ansible_play_hosts',
  'ansible_play_hosts_all',
  'ansible_play_role_names',
  'ansible_playbook_python',
  'ansible_role_names',
  'ansible_run_tags',
  'ansible_skip_tags',
  'ansible_verbosity',
  'ansible_version',
  'group_names',
  'groups',
  'hostvars',
  'inventory_dir',
  'inventory_file',
  'inventory_hostname',
  'inventory_hostname_short',
  'omit',
  'playbook_dir',
  'play_hosts',
  'role_names',
]);

/** The variables of a host as they are written, combined and not evaluated. */
export function rawHostVariables(project: Project, host: Host, showSecrets = false): ReadonlyMap<string, Value> {
  const layers = hostLayers(host, project.sources);
  const extra = { level: LEVELS.extraVars, variables: project.extraVars };
  const combined = combineVariables(
    [...layers, extra].map((layer) => layer.variables),
    project.config.hashMerge,
  );
  const found: [string, Value][] = [];
  for (const [name, variable] of combined)
    if (!INTERNAL.has(name)) found.push([name, rawValue(variable.node, showSecrets)]);
  return new Map(found);
}

/** All groups with hosts and children, and all hosts with their variables. */
export function listInventory(project: Project, showSecrets = false): ReadonlyMap<string, Value> {
  const { inventory } = project;
  const selected = inventory.select('all');
  const hostvars = new Map<string, Value>();
  for (const host of selected) {
    const variables = rawHostVariables(project, host, showSecrets);
    if (variables.size > 0) hostvars.set(host.name, variables);
  }
  const result = new Map<string, Value>([['_meta', new Map([['hostvars', hostvars]])]]);
  const all = inventory.groups.get('all');
  if (all) addGroups(all, new Set(selected), result);
  return result;
}

function addGroups(all: Group, selected: ReadonlySet<Host>, result: Map<string, Value>): void {
  for (const group of descendants(all)) {
    const hosts =
      group === all ? [] : [...group.hosts].filter((host) => selected.has(host)).map((host) => host.name);
    const children = [...group.children].map((child) => child.name);
    const parts: [string, Value][] = [];
    if (children.length > 0) parts.push(['children', children]);
    if (hosts.length > 0) parts.push(['hosts', hosts]);
    if (parts.length > 0) result.set(group.name, new Map(parts));
  }
}

/** The tree of groups and hosts as text. */
export function graphInventory(group: Group, depth = 0): string[] {
  const line = (text: string, level: number) => (level === 0 ? text : `${'  |'.repeat(level)}--${text}`);
  const children = [...group.children].flatMap((child) => graphInventory(child, depth + 1));
  const hosts = group.name === 'all' ? [] : [...group.hosts].map((host) => line(host.name, depth + 1));
  return [line(`@${group.name}:`, depth), ...children, ...hosts];
}
