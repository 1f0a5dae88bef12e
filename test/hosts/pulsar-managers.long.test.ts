import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { feed, type Script, sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { type CliResult, gatdeploy, records } from '../support/cli.ts';
import { LAB_OS } from '../support/lab-os.ts';

const NAME = 'pulsar-managers';
const INSTALLER = 'Miniconda3-4.7.12-Linux-x86_64.sh';
const standIn = readFileSync(new URL(`../fixtures/conda-standin/${INSTALLER}`, import.meta.url), 'utf8');

/** A cluster of one node, and a stand-in of conda's installer that the host finds in a folder. */
const PLAYBOOK = `
- hosts: pulsarservers
  become: true
  vars:
    slurm_roles: [controller, exec]
    slurm_nodes: [{ name: localhost, CPUs: 2 }]
    slurm_config: { SelectType: select/cons_tres, ProctrackType: proctrack/linuxproc, TaskPlugin: task/none }
    pulsar_root: /mnt/pulsar
    pulsar_systemd: true
    pulsar_create_user: true
    pulsar_user: { name: pulsar, shell: /bin/bash }
    pulsar_pip_installer: pip
    pulsar_optional_dependencies: [drmaa, pycurl]
    pulsar_job_metrics_plugins: [{ type: core }, { type: env, variables: HOME }]
    managers:
      _default_: { type: queued_python, num_concurrent_jobs: 2 }
      slurm: { type: queued_cli, job_plugin: Slurm, shell_plugin: LocalShell, job_ntasks: 1 }
    pulsar_yaml_config:
      private_token: a-token-of-some-length
      dependency_resolution: { resolvers: [{ type: conda, auto_init: true, auto_install: true }] }
      managers: "{{ managers }}"
  roles:
    - galaxyproject.slurm
    - galaxyproject.pulsar
    - role: galaxyproject.miniconda
      vars:
        miniconda_prefix: "{{ pulsar_root }}/deps/_conda"
        miniconda_installer_version: 4.7.12
        miniconda_installer_url: file:///opt/stand-in
        miniconda_owner: pulsar
`;

let lab: Lab;
let project = '';
const run = (command: string, ...args: readonly string[]): Promise<CliResult> =>
  gatdeploy([command, 'site', '-i', lab.inventory, '--json', ...args], { cwd: project });
const onHost = async (script: Script): Promise<string> => {
  const result = await labExec(lab, 'pulsar', script);
  expect(result.code, result.stdout + result.stderr).toBe(0);
  return result.stdout.trim();
};

beforeAll(async () => {
  lab = await labUp({ name: NAME, hosts: ['pulsar'], os: LAB_OS });
  project = mkdtempSync(path.join(tmpdir(), 'gatdeploy-managers-'));
  writeFileSync(path.join(project, 'site.yml'), PLAYBOOK);
  await onHost(sh`mkdir -p /opt/stand-in; ${feed(standIn, sh`tee ${`/opt/stand-in/${INSTALLER}`}`)} >/dev/null`);
});
afterAll(async () => {
  rmSync(project, { recursive: true, force: true });
  await labDown(NAME);
});

test('Pulsar starts after its conda, with packages by pip, and each of its managers runs a job', async () => {
  const applied = await run('apply');
  expect(applied.code, applied.stdout.slice(-4000)).toBe(0);
  expect(await onHost(sh`journalctl -q -u pulsar -o cat | grep -ci 'conda installation requested' || true`)).toBe(
    '0',
  );
  const verified = await run('verify', '--job');
  expect(records(verified).filter((one) => one.type === 'checked' && !one.ok)).toEqual([]);
  expect(verified.stdout).toContain('conda 4.7.12 (STAND-IN)');
  expect(verified.stdout).toMatch(/_default_: complete, exit code 0.*slurm: complete, exit code 0/);
  expect(await onHost(sh`grep -v '^#' /mnt/pulsar/config/job_metrics_conf.yml`)).toBe(
    '---\n-   type: core\n-   type: env\n    variables: HOME',
  );
});

test('a manager by DRMAA whose library is missing does not cost the Pulsar that runs', async () => {
  const pid = sh`systemctl show -p MainPID --value pulsar.service`;
  const before = await onHost(pid);
  const drmaa = { managers: { cluster: { type: 'queued_drmaa' } } };
  const failed = await run('apply', '-e', JSON.stringify(drmaa));
  expect(failed.code).toBe(4);
  expect(failed.stdout).toContain('Could not find drmaa library');
  expect(await onHost(pid)).toBe(before);
  expect((await run('apply')).code).toBe(0);
});
