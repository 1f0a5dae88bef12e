import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BIN, type CliResult, gatdeploy } from '../support/cli.ts';

const NAMES = [
  '--galaxy',
  'g.example.org',
  '--pulsar',
  'p.example.org',
  '--email',
  'me@example.org',
  '--site',
  'be',
];

describe('gatdeploy init', () => {
  const cwd = mkdtempSync(path.join(tmpdir(), 'gatdeploy-init-'));
  const project = path.join(cwd, 'mine');
  let made: CliResult;

  beforeAll(async () => {
    made = await gatdeploy(['init', 'mine', ...NAMES], { cwd });
  });
  afterAll(() => rmSync(cwd, { recursive: true, force: true }));

  test('makes a project in which the lint finds nothing', async () => {
    expect(made.code, made.stderr).toBe(0);
    const result = await gatdeploy(['lint', '--strict'], { cwd: project });
    expect(result.code, result.stdout + result.stderr).toBe(0);
    expect(result.stdout).toContain('No mistakes found');
  });

  test('makes a project that can be planned as a whole', async () => {
    const result = await gatdeploy(['plan', 'galaxy', 'pulsar', '--offline'], { cwd: project });
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toContain('rabbitmq_vhost[/pulsar/galaxy_be]');
    expect(result.stdout).toMatch(/Declared: \d{3} resources on 2 hosts; no host was asked/);
  });

  test('makes fresh passwords that only the owner can open', async () => {
    const secret = path.join(project, 'group_vars/secret.yml');
    expect(readFileSync(secret, 'utf8')).toMatch(/^\$ANSIBLE_VAULT;1\.1;AES256\n/);
    expect(statSync(path.join(project, '.vault-password')).mode & 0o777).toBe(0o600);
    expect(readFileSync(path.join(project, '.gitignore'), 'utf8')).toContain('.vault-password');
    const { stdout } = await gatdeploy(['vault', 'view', 'group_vars/secret.yml'], { cwd: project });
    expect(new Set(stdout.match(/[0-9a-f]{48}/g)).size).toBe(4);
    expect(stdout).not.toContain('demo');
  });

  test('touches no folder that has files', async () => {
    const again = await gatdeploy(['init', 'mine', ...NAMES], { cwd });
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('there are files already');
  });

  test.each([
    ['a missing name', ['init', 'other', '--pulsar', 'p', '--email', 'a@b'], 'without --galaxy HOST'],
    ['all that is missing', ['init'], 'without FOLDER, --galaxy HOST, --pulsar HOST, --email ADDRESS'],
    [
      'a name that is none',
      ['init', 'other', '--galaxy', '-x;y', '--pulsar', 'p', '--email', 'a@b'],
      'no host name',
    ],
  ])('names the flag for %s, and asks nothing', async (_title, args, told) => {
    const result = await gatdeploy(args, { cwd });
    expect(result.code).toBe(2);
    expect(result.stderr).toContain(told);
    expect(existsSync(path.join(cwd, 'other'))).toBe(false);
  });

  test('asks at a terminal for what is not given, again when the answer is none', () => {
    const call = `${process.execPath} ${BIN} init --pulsar p.example.org`;
    const { stdout, status } = spawnSync('script', ['-qec', call, '/dev/null'], {
      cwd,
      encoding: 'utf8',
      input: 'asked\nno host\ng.example.org\nme@example.org\n',
    });
    expect(status, stdout).toBe(0);
    expect(stdout).toContain('it is no host name');
    expect(stdout).not.toContain("Pulsar's host");
    expect(readFileSync(path.join(cwd, 'asked/hosts'), 'utf8')).toMatch(
      /^g\.example\.org .*\n\n.*\np\.example\.org/m,
    );
  });
});

describe('gatdeploy console', () => {
  test('answers line by line without a terminal, hides secrets, and goes on after a mistake', async () => {
    const cwd = mkdtempSync(path.join(tmpdir(), 'gatdeploy-console-'));
    try {
      await gatdeploy(['init', '.', ...NAMES], { cwd });
      writeFileSync(
        path.join(cwd, 'lines'),
        'galaxy_root\ngalaxy_rot\nhttps://{{ inventory_hostname }}/\nvault_rabbitmq_admin_password\n:vars rabbitmq_vh\n:host p.example.org\npulsar_root\n',
      );
      const result = await gatdeploy(['console', '--host', 'g.example.org'], {
        cwd,
        stdin: path.join(cwd, 'lines'),
      });
      expect(result.code, result.stderr).toBe(0);
      expect(result.stdout).toContain('"/srv/galaxy"\n');
      expect(result.stdout).toContain('did you mean `galaxy_root`?');
      expect(result.stdout).toContain('"https://g.example.org/"\n"***"\nrabbitmq_vhosts\n"/mnt/pulsar"\n');
    } finally {
      rmSync(cwd, { recursive: true, force: true });
    }
  });
});
