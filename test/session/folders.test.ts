/** Where a copy goes is up to the host, as in Ansible: into a folder of that name, if it has one. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';

const BIN = fileURLToPath(new URL('../../bin/gatdeploy', import.meta.url));

let cwd = '';
let out = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'gatdeploy-folders-'));
  out = join(cwd, 'out');
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  mkdirSync(join(out, 'there'), { recursive: true });
  writeFileSync(join(cwd, 'a.txt'), 'a\n');
  writeFileSync(join(cwd, 't.j2'), '{{ inventory_hostname }}\n');
  writeFileSync(join(cwd, 'hosts'), 'here ansible_connection=local\n');
});

/** In a namespace where gatdeploy's notes on this machine are its own: other tests may be at work here, too. */
const APART = 'mkdir -p /var/lib/gatdeploy && mount -t tmpfs tmpfs /var/lib/gatdeploy && exec "$@"';

/** Runs a command over a playbook of these tasks. */
function run(command: string, tasks: readonly string[]) {
  const lines = tasks.map((task) => `    - ${task.replaceAll('OUT', out)}\n`);
  writeFileSync(join(cwd, 'site.yml'), `- hosts: here\n  become: true\n  tasks:\n${lines.join('')}`);
  const words = [process.execPath, BIN, command, 'site.yml', '-i', 'hosts', '--plain'];
  const { status, stdout, stderr } = spawnSync('unshare', ['--mount', 'sh', '-c', APART, 'sh', ...words], {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', XDG_CACHE_HOME: join(cwd, '.cache') },
  });
  return { code: status, stdout, stderr };
}

const read = (path: string): string => readFileSync(join(out, path), 'utf8');

describe.runIf(process.getuid?.() === 0)('a copy without a slash at its end', () => {
  test('goes into a folder that the host or the playbook has, and else has that name', () => {
    const tasks = [
      'copy: { src: a.txt, dest: OUT/there }',
      'template: { src: t.j2, dest: OUT/there }',
      'copy: { src: a.txt, dest: OUT/new }',
      'file: { path: OUT/made, state: directory }',
      'copy: { src: a.txt, dest: OUT/made }',
    ];
    expect(run('apply', tasks)).toMatchObject({ code: 0 });
    expect([read('there/a.txt'), read('there/t.j2'), read('new'), read('made/a.txt')]).toEqual([
      'a\n',
      'here\n',
      'a\n',
      'a\n',
    ]);
    expect(run('plan', tasks).stdout).toContain('No changes: 5 resources');
    // The folder has become a file's name again.
    rmSync(join(out, 'there'), { recursive: true });
    expect(run('plan', [tasks[0] ?? '']).stdout).toContain(`file[${out}/there]`);
  });

  test('on the host does the same, also with a directory, and owns nothing but what it copies', () => {
    mkdirSync(join(out, 'from/deep'), { recursive: true });
    writeFileSync(join(out, 'from/deep/f'), 'f\n');
    const tasks = [
      'copy: { src: OUT/from/deep/f, dest: OUT/there, remote_src: true, owner: nobody }',
      'copy: { src: OUT/from, dest: OUT/there, remote_src: true }',
      'copy: { src: OUT/from, dest: OUT/made, remote_src: true }',
      'copy: { src: OUT/from/, dest: OUT/whole, remote_src: true }',
    ];
    expect(run('apply', tasks)).toMatchObject({ code: 0 });
    const made = ['there/f', 'there/from/deep/f', 'made/from/deep/f', 'whole/deep/f'];
    expect(made.map((path) => existsSync(join(out, path)))).toEqual([true, true, true, true]);
    expect([statSync(join(out, 'there')).uid, statSync(join(out, 'there/f')).uid]).toEqual([0, 65534]);
    expect(run('plan', tasks).stdout).toContain('No changes');
  });

  test('of a content is refused before anything is done where a folder is', () => {
    const refused = run('apply', ['copy: { src: a.txt, dest: OUT/new }', 'copy: { content: a, dest: OUT/there }']);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/at {3}site\.yml:5:\d+\n {2}why {2}.*there is a folder/);
    expect(existsSync(join(out, 'new'))).toBe(false);
  });
});
