import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { ALL, append, GALAXY, type Patch, swap, withTutorial } from '../lint/tutorial.ts';
import { gatdeploy, records } from '../support/cli.ts';

const places = append(
  ALL,
  'cvmfs_apt_repository: https://mirror.example.org/cvmfs\nminiconda_installer_url: https://mirror.example.org/conda',
);
const bigger = swap(GALAXY, 'client_max_body_size: 1g', 'client_max_body_size: 7g');
const CANARY = 'env-canary-4711';

/** A stranger's checkout in `change/` beside the project's own in `base/`; no vault password anywhere. */
async function withCheckouts<T>(patches: readonly Patch[], work: (folder: string) => Promise<T>): Promise<T> {
  const both = mkdtempSync(path.join(tmpdir(), 'gatdeploy-untrusted-'));
  const checkOut = (name: string, own: readonly Patch[]): Promise<void> =>
    withTutorial([places, ...own], (folder) => {
      rmSync(path.join(folder, '.vault-password.txt'));
      cpSync(folder, path.join(both, name), { recursive: true });
    });
  try {
    await checkOut('base', []);
    await checkOut('change', patches);
    return await work(both);
  } finally {
    rmSync(both, { recursive: true, force: true });
  }
}

const PLAN = ['plan', 'galaxy', 'pulsar', '-C', 'change', '--offline', '--untrusted', '--no-lint'];
const env = { SECRET_CANARY: CANARY, GATDEPLOY_VAULT_PASSWORD: CANARY };

describe("a stranger's pull request", () => {
  test('is planned without vault and hosts, compared with the base, as a comment', () =>
    withCheckouts([bigger], async (cwd) => {
      const result = await gatdeploy([...PLAN, '--base', 'base', '--diff', '--markdown', 'plan.md'], { cwd, env });
      expect(result.code, result.stderr).toBe(0);
      expect(result.stdout).toContain('+client_max_body_size 7g;');
      expect(result.stdout).toContain('Plan: 2 update (1 reload)');
      expect(result.stderr).toContain('warning: the vault stays closed');
      const comment = readFileSync(path.join(cwd, 'plan.md'), 'utf8');
      expect(comment).toContain('<!-- gatdeploy-plan: galaxy pulsar -->');
      expect(comment).toContain('\n+client_max_body_size 7g;');
    }));

  test('makes no comment when nothing changes, and takes the old one away', () =>
    withCheckouts([], async (cwd) => {
      writeFileSync(path.join(cwd, 'plan.md'), 'of the last push');
      const result = await gatdeploy([...PLAN, '--base', 'base', '--markdown', 'plan.md'], { cwd, env });
      expect(result.stdout).toContain('No changes');
      expect(existsSync(path.join(cwd, 'plan.md'))).toBe(false);
    }));

  test('says nothing of a vault where nothing is encrypted', () =>
    withCheckouts([], async (cwd) => {
      writeFileSync(path.join(cwd, 'hosts'), 'a');
      writeFileSync(path.join(cwd, 'site.yml'), '- hosts: all\n  tasks: [{command: id}]\n');
      const result = await gatdeploy(['plan', 'site', '-i', 'hosts', '--offline', '--untrusted'], { cwd, env });
      expect(result.code, result.stderr).toBe(0);
      expect(result.stderr).not.toContain('vault');
    }));

  test('is checked without the vault', () =>
    withCheckouts([], async (cwd) => {
      const result = await gatdeploy(['lint', '-C', 'change', '--untrusted', '--json'], { cwd, env });
      const [record] = records(result) as unknown as [{ findings: { id: string }[] }];
      expect(record.findings.length).toBeGreaterThan(0);
      expect(record.findings.map((one) => one.id)).not.toContain('L44');
    }));

  test.each<[string, string]>([
    ['the environment', "{{ lookup('env', 'SECRET_CANARY') }}"],
    ['a file elsewhere', "{{ lookup('file', '/etc/hostname', errors='ignore') | default('', true) }}"],
    ['a program', "{{ lookup('pipe', 'echo $SECRET_CANARY', errors='ignore') | default('', true) }}"],
  ])('reads nothing of %s', (_title, template) =>
    withCheckouts(
      [append(GALAXY, `nginx_extra_canary: 1\nnginx_conf_http:\n  server_tokens: "x${template}x"`)],
      async (cwd) => {
        const result = await gatdeploy([...PLAN, '--diff', '--base', 'base'], { cwd, env });
        const hostname = readFileSync('/etc/hostname', 'utf8').trim();
        expect(result.stdout + result.stderr).not.toContain(CANARY);
        expect(result.stdout).not.toContain(`x${hostname}`);
      },
    ),
  );

  test.each([
    ['variables', 'group_vars/all.yml'],
    ['the configuration', 'ansible.cfg'],
    ['the inventory', 'hosts'],
    ['a template', 'templates/galaxy/config/job_conf.yml.j2'],
  ])('may not link %s to a file elsewhere', (_title, file) =>
    withCheckouts([], async (cwd) => {
      const outside = path.join(cwd, 'outside');
      writeFileSync(outside, `${CANARY}: [${CANARY}\n`);
      rmSync(path.join(cwd, 'change', file));
      symlinkSync(outside, path.join(cwd, 'change', file));
      const result = await gatdeploy(PLAN, { cwd, env });
      expect(result.code).toBe(2);
      expect(result.stderr).toContain('project/outside');
      expect(result.stdout + result.stderr).not.toContain(CANARY);
    }),
  );

  test('is planned in a folder that everybody may write to, as some runners make', () =>
    withCheckouts([], async (cwd) => {
      chmodSync(path.join(cwd, 'change'), 0o777);
      expect(await gatdeploy(PLAN, { cwd, env })).toMatchObject({ code: 0 });
    }));

  test('does not wait for a pipe in place of a file', () =>
    withCheckouts([], async (cwd) => {
      const file = path.join(cwd, 'change', 'group_vars/all.yml');
      rmSync(file);
      execFileSync('mkfifo', [file]);
      const result = await gatdeploy(PLAN, { cwd, env });
      expect(result.code).toBe(2);
      expect(result.stderr).toContain('file/special');
    }));

  test('runs no inventory program and no vault password program', () =>
    withCheckouts([], async (cwd) => {
      const program = path.join(cwd, 'change', 'inventory.sh');
      writeFileSync(program, `#!/bin/sh\ntouch ${cwd}/ran\necho '{}'\n`, { mode: 0o755 });
      const config = path.join(cwd, 'change', 'ansible.cfg');
      writeFileSync(config, '[defaults]\ninventory = hosts,inventory.sh\nvault_password_file = ./inventory.sh\n');
      await gatdeploy([...PLAN, '--allow-inventory-scripts'], { cwd, env });
      expect(existsSync(path.join(cwd, 'ran'))).toBe(false);
    }));

  test('is never planned against hosts', async () => {
    const result = await gatdeploy(['plan', 'galaxy', '--untrusted'], { cwd: '/', env });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('add --offline');
  });
});
