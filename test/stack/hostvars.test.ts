import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gatdeploy } from '../support/cli.ts';
import { oneAtATime } from '../support/one-at-a-time.ts';

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(path.join(tmpdir(), 'gatdeploy-hostvars-'));
  writeFileSync(path.join(cwd, 'hosts'), '[all:vars]\nansible_connection=local\n[g]\nh1 v=1\nh2 v=2\n');
});
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const write = (tasks: string): void =>
  writeFileSync(path.join(cwd, 'site.yml'), `- hosts: g\n  gather_facts: false\n  tasks:\n${tasks}`);

describe('what other hosts learn in the same play', () => {
  test.each([
    ['each of all', 'x: "{{ v }}"', '{{ hostvars.h1.x }}{{ hostvars.h2.x }}', ['12', '12']],
    ['by default', 'x: "{{ v }}"', "{{ hostvars.h2.x | default('nothing') }}", ['2', '2']],
    ['whether it is there', 'x: "{{ v }}"', "{{ 'x' in hostvars.h2 }}", ['true', 'true']],
    ['by extract', 'x: "{{ v }}"', "{{ groups.g | map('extract', hostvars, 'x') | list }}", ['[1,2]', '[1,2]']],
  ])('facts that were set: %s', async (_name, fact, message, told) => {
    write(`    - set_fact: {${fact}}\n    - {name: say, debug: {msg: "${message}"}}\n`);
    const { stdout, stderr } = await gatdeploy(
      ['plan', 'site', '-i', 'hosts', '--offline', '--no-lint', '--plain'],
      { cwd },
    );
    const said = [...`${stdout}${stderr}`.matchAll(/say: (.*)/g)].map(([, text]) => text);
    expect(said, stderr).toEqual(told);
  });

  test.runIf(process.getuid?.() === 0)('results, both of each other', { timeout: 60_000 }, async () => {
    mkdirSync(path.join(cwd, 'home'));
    write(`    - {command: 'echo key-{{ v }}', register: key}
    - {set_fact: {mine: '{{ key.stdout }}!'}}
    - name: all keys
      copy:
        dest: ${cwd}/keys-{{ v }}
        content: "{% for h in groups.g %}{{ hostvars[h].key.stdout }} {{ hostvars[h].mine }} {% endfor %}"
      register: copied
    - {debug: {var: copied}}
    - {command: "cat ${cwd}/keys-{{ v }}", register: kept}
    - {name: say, debug: {msg: "{{ kept.stdout }} {{ hostvars[groups.g[1]].copied.changed }}"}}
`);
    const { stdout, stderr } = await oneAtATime(() =>
      gatdeploy(['apply', 'site', '-i', 'hosts', '--no-lint', '--json'], {
        cwd,
        env: { HOME: path.join(cwd, 'home') },
      }),
    );
    const said = [...stdout.matchAll(/"text":"say: (key-1[^"]*)"/g)].map(([, text]) => text);
    expect(said, stdout + stderr).toEqual(Array(2).fill('key-1 key-1! key-2 key-2!  True'));
  });
});
