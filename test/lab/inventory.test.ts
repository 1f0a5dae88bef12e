import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { renderLab } from '../../src/cli/lab.ts';
import { renderInventory } from '../../src/lab/inventory.ts';
import { hostsLines } from '../../src/lab/seed.ts';
import type { LabRecord } from '../../src/lab/store.ts';

beforeEach(() => vi.stubEnv('GATDEPLOY_LAB_DIR', '/labs'));
afterEach(() => vi.unstubAllEnvs());

const record: LabRecord = {
  version: 1,
  name: 'lab',
  os: 'bookworm',
  index: 3,
  image: 'base-bookworm-1',
  acmeImage: 'acme-bookworm-1',
  hosts: ['galaxy', 'pulsar', 'pulsar-eu', 'db'],
};

describe('the inventory of a lab', () => {
  test('has hosts in groups by their names, others in none, and how to log in', () => {
    expect(renderInventory(record)).toBe(`# lab lab: written by gatdeploy lab up, gone with gatdeploy lab down
db.lab.test ansible_host=10.213.3.13 ansible_port=22 ansible_user=debian

[galaxyservers]
galaxy.lab.test ansible_host=10.213.3.10 ansible_port=22 ansible_user=debian

[pulsarservers]
pulsar.lab.test ansible_host=10.213.3.11 ansible_port=22 ansible_user=debian
pulsar-eu.lab.test ansible_host=10.213.3.12 ansible_port=22 ansible_user=debian

[all:vars]
ansible_ssh_private_key_file=/labs/lab/ssh/id_ed25519
ansible_ssh_common_args='-o UserKnownHostsFile=/labs/lab/ssh/known_hosts -o StrictHostKeyChecking=yes'
`);
  });

  test('leaves out groups without hosts', () => {
    expect(renderInventory({ ...record, hosts: ['pulsar'] })).not.toContain('galaxyservers');
  });
});

test('hosts know each other and the certificate authority under full and short name', () => {
  expect(hostsLines({ ...record, hosts: ['galaxy', 'pulsar'] })).toEqual([
    '10.213.3.10 galaxy.lab.test galaxy',
    '10.213.3.11 pulsar.lab.test pulsar',
    '10.213.3.2 acme.lab.test acme',
  ]);
});

test('a lab is shown as a table with the next commands', () => {
  const host = { user: 'debian', pid: 1, since: '2026-01-02T03:04:05.678Z' };
  const lab = {
    name: 'two',
    os: 'trixie' as const,
    hosts: [
      { ...host, name: 'galaxy', fqdn: 'galaxy.lab.test', address: '10.213.3.10', state: 'running' as const },
      {
        ...host,
        name: 'pulsar',
        fqdn: 'pulsar.lab.test',
        address: '10.213.3.11',
        state: 'stopped' as const,
        since: null,
      },
    ],
    acme: { ...host, name: 'acme', fqdn: 'acme.lab.test', address: '10.213.3.2', state: 'starting' as const },
    inventory: '/labs/two/inventory',
    knownHosts: '/labs/two/ssh/known_hosts',
    privateKey: '/labs/two/ssh/id_ed25519',
    caFile: '/labs/two/ca.pem',
  };
  expect(renderLab(lab)).toBe(`lab two (trixie)
HOST    NAME             ADDRESS      STATE     SINCE
galaxy  galaxy.lab.test  10.213.3.10  running   2026-01-02 03:04:05
pulsar  pulsar.lab.test  10.213.3.11  stopped
acme    acme.lab.test    10.213.3.2   starting  2026-01-02 03:04:05

inventory   /labs/two/inventory
look        gatdeploy lab ssh galaxy --name two
remove      gatdeploy lab down --name two
`);
});
