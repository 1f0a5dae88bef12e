import { expect, test } from 'vitest';
import type { Node } from '../../src/base/node.ts';
import { parseFacts } from '../../src/plan/facts.ts';
import { factsNode } from '../../src/stack/facts.ts';

/** What a real host printed. */
const PRINTED = `distribution=debian
version=12
codename=bookworm
uname=galaxy 6.18.44 x86_64
debArchitecture=amd64
fqdn=galaxy.lab.test
route=192.0.2.1 via 10.213.5.1 dev host0 src 10.213.5.10 uid 0
addresses=10.213.5.10
memoryKb=24684084
more.swapKb=1048576
processors=2
group=sync nogroup
group=root root
more.version=#1 SMP PREEMPT_DYNAMIC @0
more.zone=+0100 CET
more.virt=systemd-nspawn
more.python=Python 3.11.2
@files
/etc/debian_version:12.15
/etc/machine-id:d28e99fb8f6e402e808ba11d5eee6b52
@processors
processor 0
vendor_id AuthenticAMD
model name AMD EPYC
physical id 0
siblings 2
cpu cores 2
processor 1
vendor_id AuthenticAMD
model name AMD EPYC
physical id 0
@links
1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN\\    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
2: host0@if9: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1400 qdisc noqueue state UP\\    link/ether f6:d3:60:f1:3f:38 brd ff:ff:ff:ff:ff:ff
7: vethab12@if6: <BROADCAST,UP> mtu 1500 qdisc noqueue state UP\\    link/ether 02:00:00:00:00:01 brd ff:ff:ff:ff:ff:ff
@addresses
1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever
2: host0    inet 10.213.5.10/24 brd 10.213.5.255 scope global host0\\       valid_lft forever
@routes
default via 10.213.5.1 dev host0
@mounts
/dev/vda1 /srv/my\\040data ext4 rw,relatime 0 0
@sizes
Filesystem       1-blocks    Used Available Capacity Mounted on
/dev/vda1 1000 500 500 50% /srv/my data
@accounts
root:x:0:0:root:/root:/bin/bash
debian:x:1000:1000::/home/debian:/bin/sh
`;

const plain = (node: Node | undefined): unknown => {
  if (node?.kind === 'list') return node.items.map(plain);
  if (node?.kind === 'dict') return Object.fromEntries([...node.entries].map(([key, one]) => [key, plain(one)]));
  return node?.value;
};

const factsFor = (user: string) =>
  plain(factsNode(parseFacts(PRINTED, 'debian'), user)) as Record<string, unknown>;

test('facts have the names and values that Ansible gives the same host', () => {
  expect(factsFor('root')).toMatchObject({
    distribution: 'Debian',
    distribution_version: '12.15',
    distribution_major_version: '12',
    distribution_minor_version: '15',
    distribution_release: 'bookworm',
    os_family: 'Debian',
    kernel_version: '#1 SMP PREEMPT_DYNAMIC @0',
    machine_id: 'd28e99fb8f6e402e808ba11d5eee6b52',
    virtualization_type: 'container',
    virtualization_role: 'guest',
    virtualization_tech_guest: ['container', 'systemd-nspawn'],
    processor: ['0', 'AuthenticAMD', 'AMD EPYC', '1', 'AuthenticAMD', 'AMD EPYC'],
    processor_count: 1,
    processor_cores: 2,
    processor_threads_per_core: 1,
    processor_vcpus: 2,
    memtotal_mb: 24105,
    swaptotal_mb: 1024,
    default_ipv4: {
      address: '10.213.5.10',
      alias: 'host0',
      broadcast: '10.213.5.255',
      gateway: '10.213.5.1',
      interface: 'host0',
      macaddress: 'f6:d3:60:f1:3f:38',
      mtu: 1400,
      netmask: '255.255.255.0',
      network: '10.213.5.0',
      prefix: '24',
      type: 'ether',
    },
    interfaces: ['lo', 'host0'],
    all_ipv4_addresses: ['10.213.5.10'],
    mounts: [{ device: '/dev/vda1', mount: '/srv/my data', fstype: 'ext4', size_total: 1000 }],
    python_version: '3.11.2',
    user_id: 'root',
    user_uid: 0,
    user_dir: '/root',
    env: { HOME: '/root', USER: 'root' },
    date_time: { tz: 'CET', tz_offset: '+0100' },
  });
});

test('the facts of a user are those of whom the play becomes', () => {
  expect(factsFor('debian')).toMatchObject({ user_id: 'debian', user_uid: 1000, env: { HOME: '/home/debian' } });
});

test('a host that was asked for little only says little', () => {
  const little = parseFacts('distribution=debian\nversion=12\n', 'root');
  expect(plain(factsNode(little))).toMatchObject({ distribution_version: '12', mounts: [], interfaces: [] });
});

test('groups of users are told where they have other names', () => {
  expect(parseFacts(PRINTED, 'debian').primaryGroups).toEqual({ sync: 'nogroup' });
});
