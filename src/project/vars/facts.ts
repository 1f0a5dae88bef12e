/** Facts of a host as variables: `ansible_facts.os_family` and `ansible_os_family`. */
import type { Node } from '../../base/node.ts';
import type { Variable, Variables } from '../inventory/model.ts';
import { type Layer, LEVELS } from './levels.ts';
import { dictNodeOf, withoutTemplates } from './nodes.ts';

const PREFIX = 'ansible_';
/** Facts must not stand in for what a user or Ansible itself decides: connection, become, the run, names of hosts. */
const REFUSED = new RegExp(
  `^ansible_(?:${[
    'connection|user|host|port|password|remote_user|private_key_file|pipelining|timeout|host_key_checking',
    'become.*|ssh_(?!host_key_).*|(?:scp|sftp|paramiko|winrm|psrp|su|sudo|shell|docker)_.*|control_path.*',
    '.*_interpreter|async_dir|remote_tmp|module_compression|search_path|config_file|managed|version',
    'check_mode|diff_mode|forks|limit|verbosity|run_tags|skip_tags|inventory_sources|delegated_vars',
    'loop|loop_var|(?:play|role|parent_role|dependent_role)_.*',
  ].join('|')})$`,
);

/** The layer of a host's facts; a node that holds `ansible_facts` counts as that. */
export function factsLayer(facts: Node): Layer {
  const inner = facts.kind === 'dict' ? (facts.entries.get('ansible_facts') ?? facts) : facts;
  return { level: LEVELS.facts, variables: factVariables(withoutTemplates(inner)) };
}

function factVariables(facts: Node): Variables {
  const variables = new Map<string, Variable>();
  if (facts.kind !== 'dict') return variables;
  const short = [...facts.entries].map(([key, node]) => [shortName(String(key)), node] as const);
  for (const [name, node] of short) {
    if (!REFUSED.test(PREFIX + name)) variables.set(PREFIX + name, { node, position: node.position });
  }
  variables.set('ansible_facts', { node: dictNodeOf(short, facts.position), position: facts.position });
  return variables;
}

function shortName(name: string): string {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
}
