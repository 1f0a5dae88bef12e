/** The inventory in the shape of `ansible-inventory --list`, `--host` and `--graph`. */
import type { Node } from '../../base/node.ts';
import type { Value } from '../../base/value.ts';
import { type JsonOptions, joinObject, rawValue, renderJsonAt } from '../json-text.ts';
import type { Project } from '../project.ts';
import { groupLayers, ownLayers } from '../vars/host-scope.ts';
import { byLevel, type Layer } from '../vars/levels.ts';
import { combineLayers, combineVariables } from '../vars/variables.ts';
import { descendants, type Group, type Host, type Variables } from './model.ts';

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
  'playbook_dir',
  'play_hosts',
  'role_names',
]);

/** Writes variables as JSON; hosts of the same groups share most of their text, so it is kept. */
type Writer = {
  readonly project: Project;
  readonly options: JsonOptions;
  readonly texts: Map<Node, string>;
  readonly groupVariables: Map<readonly Layer[], Variables>;
};

/** The variables of a host as they are written, combined and not evaluated, as JSON. */
export function renderHost(project: Project, host: Host, options: JsonOptions): string {
  return `${hostText(host, createWriter(project, options), '\n')}\n`;
}

/** All groups with hosts and children, and all hosts with their variables, as JSON in pieces. */
export function* renderInventory(project: Project, options: JsonOptions): Generator<string> {
  const writer = createWriter(project, options);
  const selected = new Set(project.inventory.select('all'));
  const all = project.inventory.groups.get('all');
  const groups = new Map(all ? listGroups(all, selected) : []);
  let separator = '{\n    ';
  for (const name of [...groups.keys(), '_meta'].sort()) {
    yield `${separator}${JSON.stringify(name)}: `;
    const group = groups.get(name);
    if (group) yield renderJsonAt(group, options, '\n    ');
    else yield* metaPieces(selected, writer);
    separator = ',\n    ';
  }
  yield '\n}\n';
}

function* metaPieces(hosts: ReadonlySet<Host>, writer: Writer): Generator<string> {
  let separator = `{${HOST_INDENT}`;
  yield '{\n        "hostvars": ';
  for (const host of [...hosts].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const text = hostText(host, writer, HOST_INDENT);
    if (text === '{}') continue;
    yield `${separator}${JSON.stringify(host.name)}: ${text}`;
    separator = `,${HOST_INDENT}`;
  }
  yield separator.startsWith('{') ? '{}' : '\n        }';
  yield '\n    }';
}

const HOST_INDENT = '\n            ';

function createWriter(project: Project, options: JsonOptions): Writer {
  return { project, options: { ...options, sortKeys: true }, texts: new Map(), groupVariables: new Map() };
}

function hostText(host: Host, writer: Writer, newline: string): string {
  const { project, options, texts } = writer;
  const inner = `${newline}    `;
  const combined = combineVariables(
    [groupVariables(host, writer), ...ownVariables(host, project)],
    project.config.hashMerge,
  );
  const names = [...combined.keys()].filter((name) => !INTERNAL.has(name)).sort();
  const parts = names.map((name): [string, string] => {
    const node = combined.get(name)?.node;
    const known = node && texts.get(node);
    if (known !== undefined || !node) return [name, known ?? 'null'];
    const text = renderJsonAt(rawValue(node, { ...options, markUnsafe: true }), options, inner);
    if (!host.vars.has(name)) texts.set(node, text);
    return [name, text];
  });
  return joinObject(parts, newline);
}

function groupVariables(host: Host, writer: Writer): Variables {
  const { project, groupVariables: combined } = writer;
  const layers = groupLayers(host, project.sources);
  const known = combined.get(layers) ?? combineLayers(layers, project.config.hashMerge);
  combined.set(layers, known);
  return known;
}

function ownVariables(host: Host, project: Project): Variables[] {
  const { hashMerge } = project.config;
  const chunks = byLevel(ownLayers(host, project.sources)).map((layers) => combineLayers(layers, hashMerge));
  return [...chunks, project.extraVars];
}

function listGroups(all: Group, selected: ReadonlySet<Host>): [string, Value][] {
  const groups: [string, Value][] = [];
  for (const group of descendants(all)) {
    const hosts =
      group === all ? [] : [...group.hosts].filter((host) => selected.has(host)).map((host) => host.name);
    const children = [...group.children].map((child) => child.name);
    const parts: [string, Value][] = [];
    if (children.length > 0) parts.push(['children', children]);
    if (hosts.length > 0) parts.push(['hosts', hosts]);
    if (parts.length > 0) groups.push([group.name, new Map(parts)]);
  }
  return groups;
}

/** The tree of groups and hosts as text. */
export function graphInventory(group: Group, depth = 0): string[] {
  const line = (text: string, level: number) => (level === 0 ? text : `${'  |'.repeat(level)}--${text}`);
  const children = [...group.children].flatMap((child) => graphInventory(child, depth + 1));
  const hosts = group.name === 'all' ? [] : [...group.hosts].map((host) => line(host.name, depth + 1));
  return [line(`@${group.name}:`, depth), ...children, ...hosts];
}
