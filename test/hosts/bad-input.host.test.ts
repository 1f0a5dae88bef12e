import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { type CliResult, gatdeploy } from '../support/cli.ts';

const NAME = 'bad-input';
let lab: Lab;
let project = '';

beforeAll(async () => {
  lab = await labUp({ name: NAME, hosts: ['galaxy'] });
  project = mkdtempSync(join(tmpdir(), 'gatdeploy-bad-'));
  writeFileSync(
    join(project, 'site.yml'),
    '- hosts: galaxyservers\n  roles:\n    - role: pulsar\n      vars:\n        pulsar_root: /srv/pulsar\n',
  );
});
afterAll(async () => {
  rmSync(project, { recursive: true, force: true });
  await labDown(NAME);
});

const run = (...args: readonly string[]): Promise<CliResult> =>
  gatdeploy(['apply', 'site', '-i', lab.inventory, ...args], { cwd: project });

/** Whether anything of ours is on the host. */
const untouched = async (): Promise<boolean> =>
  (await labExec(lab, 'galaxy', sh`test ! -e /var/lib/gatdeploy && test ! -e /srv/pulsar`)).code === 0;

describe('bad input on a real host gets one clear error, and nothing is changed', () => {
  test('a wrong sudo password is tried exactly once and told apart from missing rights', async () => {
    const attempts = sh`journalctl -t sudo --no-pager 2>/dev/null | grep -c 'incorrect password\|authentication failure' || true`;
    const before = Number((await labExec(lab, 'galaxy', attempts)).stdout.trim());
    const result = await run('-e', 'ansible_user=trainee', '-e', 'ansible_become_password=wrong-one');
    expect(result.code).toBe(3);
    expect(result.stderr).toMatch(/error\[become\/wrong-password\]: cannot become root on galaxy\.lab\.test/);
    expect(result.stdout + result.stderr).not.toContain('wrong-one');
    const after = Number((await labExec(lab, 'galaxy', attempts)).stdout.trim());
    expect(after - before).toBeLessThanOrEqual(1);
    expect(await untouched()).toBe(true);
  });

  test('the right sudo password is taken from a variable', async () => {
    const result = await gatdeploy(
      ['plan', 'site', '-i', lab.inventory, '-e', 'ansible_user=trainee', '-e', 'ansible_become_password=lab'],
      { cwd: project },
    );
    expect(result.stderr).not.toMatch(/error\[/);
    expect(result.code).toBe(0);
  });

  test('a changed host key shows both fingerprints and how to go on', async () => {
    const other = mkdtempSync(join(tmpdir(), 'gatdeploy-inventory-'));
    cpSync(lab.inventory, other, { recursive: true });
    const known = join(project, 'known_hosts');
    const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJlSdk9ZpIyEb5Jsl6P6aiJxqAc9pbCzHDU6Pp0uPYd';
    const address = lab.hosts.find((host) => host.name === 'galaxy')?.address ?? '';
    writeFileSync(known, `${address} ${key}\ngalaxy.lab.test ${key}\n`);
    const hosts = join(other, 'hosts');
    writeFileSync(hosts, readFileSync(hosts, 'utf8').replaceAll(lab.knownHosts, known));
    const result = await gatdeploy(['apply', 'site', '-i', other], { cwd: project });
    rmSync(other, { recursive: true });
    expect(result.code).toBe(3);
    expect(result.stderr).toMatch(/error\[ssh\/host-key-changed\]/);
    expect(result.stderr.match(/SHA256:/g)?.length ?? 0).toBeGreaterThanOrEqual(1);
    expect(await untouched()).toBe(true);
  });

  test('an undefined variable names the template, its place, and the nearest name', async () => {
    const result = await run(
      '-e',
      '{"pulsar_yaml_config": {"tool_dependency_dir": "{{ pulsar_dependency_dir }}"}}',
    );
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/'?pulsar_dependency_dir'? is (?:not defined|undefined)/);
    expect(result.stderr).toMatch(/did you mean .?pulsar_dependencies_dir/);
    expect(await untouched()).toBe(true);
  });
});
