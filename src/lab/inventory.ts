/** What the controller needs to reach a lab's hosts: an inventory as Ansible users know it, and the hosts' real keys. */
import { join } from 'node:path';
import { ACME_DIRECTORY, type LabCa, STANDIN_REPOSITORY, standinKey } from './acme.ts';
import { knownHostsLines } from './seed.ts';
import { addressOf, DOMAIN, fqdn, LAB_USER, type LabRecord, labPaths, writeWhole } from './store.ts';

/** Which group a host belongs to, by the beginning of its name. */
const GROUPS = [
  { prefix: 'galaxy', group: 'galaxyservers' },
  { prefix: 'pulsar', group: 'pulsarservers' },
];

/** Writes inventory, variables, known_hosts and the CA file of a lab. */
export function writeControllerFiles(record: LabRecord, cas: readonly LabCa[]): void {
  const paths = labPaths(record.name);
  writeWhole(paths.knownHosts, lines(knownHostsLines(record)));
  writeWhole(paths.caFile, cas.map(({ pem }) => pem).join(''));
  writeWhole(join(paths.inventory, 'hosts'), renderInventory(record));
  writeWhole(join(paths.inventory, 'group_vars', 'all.yml'), renderVariables(record, cas));
}

/** Renders the inventory in Ansible's INI form. */
export function renderInventory(record: LabRecord): string {
  const { key, knownHosts } = labPaths(record.name);
  const entry = (host: string) =>
    `${fqdn(host)} ansible_host=${addressOf(record, host)} ansible_port=22 ansible_user=${LAB_USER}`;
  const sections = GROUPS.map(({ prefix, group }) => ({
    group,
    hosts: record.hosts.filter((host) => host.startsWith(prefix)),
  })).filter(({ hosts }) => hosts.length > 0);
  const others = record.hosts.filter((host) => !GROUPS.some(({ prefix }) => host.startsWith(prefix)));
  return lines([
    `# lab ${record.name}: written by gatdeploy lab up, gone with gatdeploy lab down`,
    ...others.map(entry),
    ...sections.flatMap(({ group, hosts }) => ['', `[${group}]`, ...hosts.map(entry)]),
    ...['', '[all:vars]', `ansible_ssh_private_key_file=${key}`],
    `ansible_ssh_common_args='-o UserKnownHostsFile=${knownHosts} -o StrictHostKeyChecking=yes'`,
  ]);
}

function renderVariables(record: LabRecord, cas: readonly LabCa[]): string {
  const variables = {
    certbot_server: ACME_DIRECTORY,
    cvmfs_apt_repository: STANDIN_REPOSITORY,
    cvmfs_apt_key: standinKey(record),
    lab_domain: DOMAIN,
    lab_ca: cas.map(({ pem }) => pem).join(''),
    lab_ca_file: labPaths(record.name).caFile,
  };
  return lines([
    '# What is so in this lab only: its certificate authority and its package repository of stand-ins.',
    ...Object.entries(variables).map(([name, text]) => `${name}: ${renderText(text)}`),
  ]);
}

/** Renders a text in YAML: keys and certificates as they are, anything else as a JSON string, which YAML knows too. */
function renderText(text: string): string {
  if (!text.includes('\n')) return JSON.stringify(text);
  return ['|', ...text.trim().split('\n')].join('\n  ');
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
