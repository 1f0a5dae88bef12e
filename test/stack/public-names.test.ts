import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { gatdeploy } from '../support/cli.ts';

test('a password that equals the name of a package does not make the plan unreadable (S4)', async () => {
  const cwd = mkdtempSync(path.join(tmpdir(), 'gatdeploy-names-'));
  try {
    mkdirSync(path.join(cwd, 'group_vars'));
    writeFileSync(path.join(cwd, 'hosts'), 'one\n');
    writeFileSync(
      path.join(cwd, 'group_vars/all.yml'),
      'grafana_password: grafana\nother_password: s3cret-word\n',
    );
    writeFileSync(path.join(cwd, '.password'), 'the password of the vault\n');
    writeFileSync(path.join(cwd, 'ansible.cfg'), '[defaults]\nvault_password_file = .password\n');
    await gatdeploy(['vault', 'encrypt', 'group_vars/all.yml'], { cwd });
    writeFileSync(
      path.join(cwd, 'site.yml'),
      `- hosts: all
  become: true
  tasks:
    - apt: {name: grafana}
    - copy: {dest: /etc/grafana/ini, content: "{{ grafana_password }} {{ other_password }}", mode: '0600'}
    - copy: {dest: "/etc/{{ other_password }}", content: x}
`,
    );
    const { stdout, stderr } = await gatdeploy(['plan', 'site', '-i', 'hosts', '--offline', '--no-lint'], { cwd });
    expect(stdout, stderr).toContain('package[grafana]');
    expect(stdout).toContain('file[/etc/grafana/ini]');
    expect(stdout).not.toContain('s3cret-word');
  } finally {
    rmSync(cwd, { recursive: true, force: true });
  }
});
