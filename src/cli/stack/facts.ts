/** A host's facts under the names that Ansible's setup module gives them, for templates. */
import type { Facts } from '../../base/facts.ts';
import { type Node, nodeOf } from '../../base/node.ts';

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

/** Makes the node of `ansible_facts`; nothing in it is a template, as the host said it. */
export function factsNode(facts: Facts): Node {
  const { distribution, version, address } = facts;
  const data = {
    distribution: NAMES[distribution] ?? distribution,
    distribution_version: version,
    distribution_major_version: version.split('.')[0] ?? '',
    distribution_release: facts.codename,
    os_family: FAMILIES[distribution] ?? distribution,
    lsb: { codename: facts.codename, id: NAMES[distribution] ?? distribution, release: version },
    architecture: facts.architecture,
    machine: facts.architecture,
    kernel: facts.kernel,
    system: 'Linux',
    hostname: facts.hostname,
    nodename: facts.hostname,
    fqdn: facts.fqdn,
    domain: facts.fqdn.split('.').slice(1).join('.'),
    default_ipv4: address ? { address } : {},
    all_ipv4_addresses: facts.addresses.filter((one) => !one.includes(':')),
    all_ipv6_addresses: facts.addresses.filter((one) => one.includes(':')),
    memtotal_mb: facts.memoryMb,
    processor_vcpus: facts.processors,
    processor_cores: facts.processors,
    processor_count: facts.processors,
    user_id: facts.loginUser,
    pkg_mgr: 'apt',
    service_mgr: 'systemd',
    selinux: { status: 'disabled' },
  };
  return nodeOf(data, { file: 'facts of the host', line: 1, column: 1 }, false);
}
