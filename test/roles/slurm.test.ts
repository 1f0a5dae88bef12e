import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/base/secret.ts';
import { slurm } from '../../src/roles/slurm/index.ts';
import { contentOf, declareRole, FACTS, idsOf, type Surroundings } from '../support/role.ts';

/** As the training has it. */
const training = {
  slurm_roles: ['controller', 'exec'],
  slurm_nodes: [{ name: 'localhost', CPUs: 2 }],
  slurm_config: {
    SlurmdParameters: 'config_overrides',
    SelectType: 'select/cons_res',
    SelectTypeParameters: 'CR_CPU_Memory',
  },
};

const trixie: Surroundings = { facts: { ...FACTS, version: '13', codename: 'trixie' } };
const focal: Surroundings = { facts: { ...FACTS, distribution: 'ubuntu', version: '20.04', codename: 'focal' } };

const confOf = (variables: Readonly<Record<string, unknown>>, around: Surroundings = {}) =>
  contentOf(declareRole(slurm, variables, around).resources, '/etc/slurm/slurm.conf');

describe('slurm', () => {
  test('is a controller and a node on one host', () =>
    expect(idsOf(declareRole(slurm, training).resources)).toEqual([
      'package[munge]',
      'package[slurm-client]',
      'package[slurmctld]',
      'package[slurmd]',
      'file[/etc/slurm/slurm.conf]',
      'service[munge.service]',
      'service[slurmctld.service]',
      'service[slurmd.service]',
    ]));

  test('writes options in order, then nodes and partitions', () =>
    expect(confOf(training)).toMatchInlineSnapshot(`
      "# Written by gatdeploy; changes made here are undone by the next apply.
      AuthType=auth/munge
      ClusterName=cluster
      CryptoType=crypto/munge
      ProctrackType=proctrack/pgid
      ReturnToService=1
      SelectType=select/cons_res
      SelectTypeParameters=CR_CPU_Memory
      SlurmctldHost=localhost
      SlurmctldLogFile=/var/log/slurm/slurmctld.log
      SlurmctldPidFile=/run/slurmctld.pid
      SlurmctldPort=6817
      SlurmdLogFile=/var/log/slurm/slurmd.log
      SlurmdParameters=config_overrides
      SlurmdPidFile=/run/slurmd.pid
      SlurmdPort=6818
      SlurmdSpoolDir=/var/lib/slurm/slurmd
      SlurmUser=slurm
      StateSaveLocation=/var/lib/slurm/slurmctld
      NodeName=localhost CPUs=2
      PartitionName=debug Default=YES Nodes=localhost State=UP
      "
    `));

  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['yes and no', { slurm_config: { DisableRootJobs: true, TrackWCKey: false } }, 'DisableRootJobs=YES'],
    ['numbers', { slurm_config: { SlurmctldPort: 7000 } }, 'SlurmctldPort=7000'],
    ['a controller of the admin', { slurm_config: { ControlMachine: 'head' } }, 'ControlMachine=head'],
    [
      'the options of a node by name',
      { slurm_nodes: [{ name: 'n1', State: 'UNKNOWN', CPUs: 4 }] },
      'NodeName=n1 CPUs=4 State=UNKNOWN',
    ],
    [
      'the first node as the partition',
      { slurm_nodes: [{ name: 'n1' }, { name: 'n2' }] },
      'PartitionName=debug Default=YES Nodes=n1 State=UP',
    ],
    [
      'partitions of the admin',
      { slurm_partitions: [{ name: 'long', Nodes: 'ALL', Default: true }] },
      'PartitionName=long Default=YES Nodes=ALL',
    ],
  ])('writes %s', (_title, variables, line) => expect(confOf(variables).split('\n')).toContain(line));

  test.each([
    ['an option with an empty value', { slurm_config: { ReturnToService: null } }, 'ReturnToService'],
    [
      'a second controller beside one of the old name',
      { slurm_config: { ControlMachine: 'head' } },
      'SlurmctldHost',
    ],
  ])('leaves out %s', (_title, variables, text) => expect(confOf(variables)).not.toContain(text));

  test('goes where its distribution looks for it', () => {
    const { resources } = declareRole(slurm, { ...training, slurm_create_dirs: true }, focal);
    expect(resources.filter(({ name }) => name.startsWith('/')).map(({ name }) => name)).toEqual([
      '/etc/slurm-llnl/slurm.conf',
      '/var/lib/slurm-llnl/slurmctld',
      '/var/lib/slurm-llnl/slurmd',
      '/var/log/slurm-llnl',
    ]);
  });

  test('takes the select plugin that there still is, and says so', () => {
    expect(confOf(training, trixie)).toContain('SelectType=select/cons_tres\n');
    expect(declareRole(slurm, training, trixie).advice.map(({ code }) => code)).toEqual([
      'slurm/one-job-at-a-time',
      'slurm/cons-res',
    ]);
  });

  test('says nothing where memory is shared out as jobs ask for it', () =>
    expect(
      declareRole(slurm, {
        ...training,
        slurm_nodes: [{ name: 'localhost', CPUs: 2, RealMemory: 4000 }],
        slurm_config: { ...training.slurm_config, DefMemPerCPU: 1000 },
      }).advice,
    ).toEqual([]));

  test('keeps the key of munge secret', () => {
    const { resources } = declareRole(
      slurm,
      { ...training, slurm_munge_key: 'files/munge.key' },
      { files: { 'files/munge.key': 'c2VjcmV0LWtleQ==' } },
    );
    const key = resources.find(({ name }) => name === '/etc/munge/munge.key');
    expect(JSON.stringify(key?.props)).not.toContain('c2VjcmV0');
    expect(key?.kind.desired(key)).toMatchObject({ owner: 'munge', mode: '0400' });
  });

  test.each<[string, Readonly<Record<string, unknown>>, Surroundings, string]>([
    ['an accounting daemon without a password', { slurm_roles: ['dbd'] }, {}, '`slurmdbd_config`'],
    [
      'a password that slurmdbd.conf cannot hold',
      { slurm_roles: ['dbd'], slurmdbd_config: { StoragePass: "a'b" } },
      {},
      '`slurmdbd_config` asks',
    ],
    ['a role that there is none of', { slurm_roles: ['head'] }, {}, 'cannot use `slurm_roles`'],
  ])('refuses %s', (_title, variables, around, message) =>
    expect(() => declareRole(slurm, variables, around)).toThrow(message),
  );

  test('keeps accounts, with a password that shows nowhere', () => {
    const { resources, advice } = declareRole(slurm, {
      ...training,
      slurm_roles: ['controller', 'exec', 'dbd'],
      slurmdbd_config: { StoragePass: new Secret('verysecret', '***'), DbdPort: 7031, ArchiveJobs: true },
    });
    expect(idsOf(resources)).toEqual(
      expect.arrayContaining([
        'package[mariadb-server]',
        'command[accounting database slurm_acct_db]',
        'file[/etc/slurm/slurmdbd.conf]',
        'service[slurmdbd.service]',
      ]),
    );
    const conf = contentOf(resources, '/etc/slurm/slurmdbd.conf');
    expect(conf).toContain('ArchiveJobs=YES\n');
    expect(conf).toContain('DbdPort=7031\n');
    expect(JSON.stringify(resources.map(({ props }) => props))).not.toContain('verysecret');
    expect(advice.map(({ code }) => code)).toContain('slurm/accounting-unused');
  });

  test('leaves a database elsewhere to others', () => {
    const { resources } = declareRole(slurm, {
      slurm_roles: ['dbd'],
      slurmdbd_config: { StorageHost: 'db.example.org', StoragePass: 'x' },
    });
    expect(idsOf(resources)).not.toContain('package[mariadb-server]');
  });

  test('joins by group, and looks for a controller that is not there with a warning', () => {
    const groups = { slurmexechosts: ['gat-1.example.org'] };
    const { resources, advice } = declareRole(slurm, {}, { groups });
    expect(idsOf(resources)).toContain('service[slurmd.service]');
    expect(idsOf(resources)).not.toContain('service[slurmctld.service]');
    expect(advice.map(({ code }) => code)).toEqual(['slurm/no-controller']);
  });
});

describe('the nodes of slurm', () => {
  const check = declareRole(slurm, training).checks.find(({ id }) => id === 'slurm/nodes');

  test.each([
    ['are ready when idle', 'localhost idle none\n', true],
    ['are ready when they work', 'localhost mixed none\nn2 allocated none\n', true],
    ['are not when one is down', 'localhost idle none\nn2 down* Not responding\n', false],
    ['are not when one is drained', 'localhost drained Low RealMemory\n', false],
    ['are not when there are none', '', false],
  ])('%s', (_title, stdout, ok) => expect(check?.judge({ code: 0, stdout, stderr: '' }).ok).toBe(ok));
});
