import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gatdeploy } from '../support/cli.ts';

/** A closed port of this machine. */
const HOSTS = '[galaxyservers]\ngat-1 ansible_host=127.0.0.1 ansible_port=1 ansible_user=root\n';
const SITE = '- hosts: galaxyservers\n  roles: []\n';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatdeploy-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function project(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

describe('bad input gets one clear error, its exit code, and a way on', () => {
  test.each<[string, Readonly<Record<string, string>>, readonly string[], number, readonly RegExp[]]>([
    [
      'an inventory that does not exist',
      { 'site.yml': SITE },
      ['apply', 'site', '-i', 'hosts'],
      2,
      [/^error\[inventory\/[a-z-]+\]: cannot .*hosts/m],
    ],
    [
      'no inventory at all',
      { 'site.yml': SITE },
      ['apply', 'site'],
      2,
      [/^error\[inventory\/no-hosts\]/m, /fix .*-i/],
    ],
    [
      'an unknown stack, with the nearest known one',
      { hosts: HOSTS, 'site.yml': SITE },
      ['apply', 'galaxi', '-i', 'hosts'],
      2,
      [/^error\[playbook\/unknown\]: cannot find .*galaxi/m, /did you mean galaxy\?/],
    ],
    [
      'an unknown role, with its place and the nearest known one',
      { hosts: HOSTS, 'site.yml': '- hosts: galaxyservers\n  roles:\n    - galaxyproject.pulsr\n' },
      ['apply', 'site', '-i', 'hosts'],
      2,
      [/^error\[role\/unknown\]: cannot .*galaxyproject\.pulsr/m, /site\.yml:3:7/, /galaxyproject\.pulsar/],
    ],
    [
      'a host that does not answer',
      { hosts: HOSTS, 'site.yml': SITE },
      ['apply', 'site', '-i', 'hosts'],
      3,
      [/^error\[ssh\/[a-z-]+\]: cannot (?:reach|connect)/m, /127\.0\.0\.1/],
    ],
    [
      'an unknown option, with the nearest known one',
      { hosts: HOSTS, 'site.yml': SITE },
      ['apply', 'site', '--inventori', 'hosts'],
      2,
      [/unknown option/, /--inventory/],
    ],
    [
      'an unknown command, with the nearest known one',
      {},
      ['aply', 'site'],
      2,
      [/unknown command 'aply'/, /apply/],
    ],
    [
      'a broken YAML file, with its place',
      { hosts: HOSTS, 'site.yml': SITE, 'group_vars/all.yml': 'a: 1\nb: [1,\nc: 2\n' },
      ['apply', 'site', '-i', 'hosts'],
      2,
      [/^error\[yaml\/[a-z-]+\]/m, /group_vars\/all\.yml:\d+:\d+/],
    ],
    [
      'a hosts pattern that names nothing',
      { hosts: HOSTS, 'site.yml': '- hosts: galaxyserver\n  roles: []\n' },
      ['apply', 'site', '-i', 'hosts'],
      2,
      [/^error\[inventory\/no-hosts\]/m, /galaxyservers/],
    ],
  ])('%s', async (_title, files, args, code, messages) => {
    project(files);
    const result = await gatdeploy(args, { cwd: folder });
    for (const message of messages) expect(result.stderr).toMatch(message);
    expect(result.code).toBe(code);
    expect(result.stderr.match(/^error/gm)?.length ?? 0).toBe(1);
    expect(result.stderr).not.toMatch(/^\s+at .*\.js/m);
  });

  test('a wrong vault password names the file and the password source, and reveals nothing', async () => {
    cpSync(new URL('../../group_vars', import.meta.url), join(folder, 'group_vars'), { recursive: true });
    project({
      hosts: HOSTS.replace('[galaxyservers]', '[pulsarservers]'),
      'ansible.cfg': '[defaults]\nvault_password_file = .pw\n',
      '.pw': 'not the password\n',
    });
    const result = await gatdeploy(['apply', 'pulsar', '-i', 'hosts'], { cwd: folder });
    expect(result.stderr).toMatch(/^error\[vault\/[a-z-]+\]: cannot decrypt .*group_vars\/secret\.yml/m);
    expect(result.stdout + result.stderr).not.toContain('not the password');
    expect(result.code).toBe(2);
  });
});
