import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { feed, type Script, sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { type CliResult, gatdeploy, type JsonLine, records } from '../support/cli.ts';

const INSTALLER = 'Miniconda3-4.7.12-Linux-x86_64.sh';
const standIn = readFileSync(new URL(`../fixtures/conda-standin/${INSTALLER}`, import.meta.url), 'utf8');

/** Variables as the training has them, and where the host finds the stand-in of conda's installer. */
const PLAYBOOK = `
- hosts: galaxyservers
  become: true
  vars:
    slurm_roles: ['controller', 'exec', 'dbd']
    slurmdbd_config: { StoragePass: a-password-of-the-database }
    slurm_nodes: [{ name: localhost, CPUs: 2 }]
    slurm_config: { SlurmdParameters: config_overrides, SelectType: select/cons_res, SelectTypeParameters: CR_CPU_Memory, AccountingStorageType: accounting_storage/slurmdbd }
    miniconda_prefix: /srv/deps/_conda
    miniconda_version: 4.7.12
    miniconda_installer_url: file:///opt/stand-in
    postgresql_backup_dir: /srv/backups
  pre_tasks:
    - user: { name: galaxy, shell: /bin/bash }
    - file: { path: /srv/deps, state: directory, owner: galaxy }
  roles:
    - galaxyproject.postgresql
    - role: uchida.miniconda
      become_user: galaxy
    - geerlingguy.docker
    - galaxyproject.slurm
`;

describe.each(['bookworm', 'trixie'] as const)('Slurm, conda, Docker and backups on %s', (os) => {
  const name = `small-roles-${os}`;
  let lab: Lab;
  let folder = '';
  const run = (command: string): Promise<CliResult> =>
    gatdeploy([command, 'site', '-i', lab.inventory, '--json'], { cwd: folder });
  const onHost = async (script: Script): Promise<void> => {
    const result = await labExec(lab, 'galaxy', script);
    expect(result.code, result.stderr).toBe(0);
  };
  const changed = (result: CliResult): readonly unknown[] =>
    records(result).flatMap((one) =>
      one.type === 'plan' ? (one.changes as readonly JsonLine[]).map(({ resource }) => resource) : [],
    );

  beforeAll(async () => {
    lab = await labUp({ name, hosts: ['galaxy'], os });
    folder = mkdtempSync(join(tmpdir(), 'gatdeploy-small-'));
    writeFileSync(join(folder, 'site.yml'), PLAYBOOK);
    await onHost(sh`mkdir -p /opt/stand-in; ${feed(standIn, sh`cat >${`/opt/stand-in/${INSTALLER}`}`)}`);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true, force: true });
    await labDown(name);
  });

  test('come up in one run, and then stay as they are', async () => {
    const first = await run('apply');
    expect(first.code, first.stdout.slice(-4000) + first.stderr).toBe(0);
    const second = await run('apply');
    expect(changed(second)).toEqual([]);
    expect(second.code, second.stderr).toBe(0);
  });

  test('work as verify says: a job runs, conda answers, a backup is made', async () => {
    await onHost(sh`systemctl start gatdeploy-postgresql-backup.service && ls /srv/backups/base/*Z/base.tar.gz`);
    // The job that verify ran before, and the cluster itself, are in the books.
    const result = await run('verify');
    await onHost(sh`sacctmgr -n -P show cluster format=cluster | grep -x cluster`);
    expect(records(result).filter((one) => one.type === 'checked' && !one.ok)).toEqual([]);
    expect(result.code, result.stderr).toBe(0);
  });

  test('are repaired after damage, and nothing else is touched', async () => {
    await onHost(sh`rm /srv/deps/_conda/bin/conda
systemctl stop slurmd
chmod 0644 /etc/slurm/slurmdbd.conf
echo TaskPlugin=task/none >>/etc/slurm/slurm.conf`);
    const result = await run('apply');
    expect(result.code, result.stderr).toBe(0);
    expect([...changed(result)].sort()).toEqual([
      'command[conda in /srv/deps/_conda]',
      'file[/etc/slurm/slurm.conf]',
      'file[/etc/slurm/slurmdbd.conf]',
      'service[slurmctld.service]',
      'service[slurmd.service]',
      'service[slurmdbd.service]',
    ]);
    expect((await run('verify')).code).toBe(0);
  });
});
