/** A host's facts under the names that Ansible's setup module gives them, for templates. */
import type { Facts } from '../base/facts.ts';
import { type Node, nodeOf } from '../base/node.ts';
import { moreFacts } from './more-facts.ts';

const FAMILIES: Readonly<Record<string, string>> = {
  debian: 'Debian',
  ubuntu: 'Debian',
  linuxmint: 'Debian',
  rocky: 'RedHat',
  almalinux: 'RedHat',
  centos: 'RedHat',
  fedora: 'RedHat',
  rhel: 'RedHat',
};

const NAMES: Readonly<Record<string, string>> = {
  debian: 'Debian',
  ubuntu: 'Ubuntu',
  rocky: 'Rocky',
  centos: 'CentOS',
};

/** Makes the node of `ansible_facts` as the user of a task sees it; nothing in it is a template, as the host said it. */
export function factsNode(facts: Facts, user = facts.loginUser): Node {
  const { distribution, version, address, more } = facts;
  const isPoint = distribution === 'debian' && /^\d+\.\d+$/.test(more?.fullVersion ?? '');
  const full = isPoint && more ? more.fullVersion : version;
  const lsb = { codename: facts.codename, id: NAMES[distribution] ?? distribution, release: version };
  const data = {
    distribution: NAMES[distribution] ?? distribution,
    distribution_version: full,
    distribution_major_version: version.split('.')[0] ?? '',
    distribution_minor_version: full.split('.')[1] ?? '',
    distribution_release: facts.codename,
    os_family: FAMILIES[distribution] ?? distribution,
    lsb: { ...lsb, major_release: version.split('.')[0] ?? '', description: `${lsb.id} ${version}` },
    architecture: facts.architecture,
    machine: facts.architecture,
    userspace_architecture: facts.architecture,
    userspace_bits: '64',
    kernel: facts.kernel,
    system: 'Linux',
    hostname: facts.hostname,
    nodename: facts.hostname,
    fqdn: facts.fqdn,
    domain: facts.fqdn.split('.').slice(1).join('.'),
    default_ipv4: address ? { address } : {},
    default_ipv6: {},
    all_ipv4_addresses: facts.addresses.filter((one) => !one.includes(':')),
    all_ipv6_addresses: facts.addresses.filter((one) => one.includes(':')),
    memtotal_mb: facts.memoryMb,
    processor_vcpus: facts.processors,
    processor_cores: facts.processors,
    processor_count: facts.processors,
    processor_nproc: facts.processors,
    user_id: user,
    pkg_mgr: 'apt',
    service_mgr: 'systemd',
    selinux: { status: 'disabled' },
    selinux_python_present: true,
    ...(more && moreFacts(facts, more, user)),
  };
  return nodeOf(data, { file: 'facts of the host', line: 1, column: 1 }, false);
}
