import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { applyTasks } from '../support/tasks-on.ts';

const NAME = 'tasks';
let lab: Lab;
let folder = '';

/** The tasks of the training material's playbooks, and of each module that needs a real host to be believed. */
const PLAY = `
- hosts: galaxyservers
  become: true
  vars: { app_dir: /srv/app }
  handlers:
    - name: restart app
      systemd: { name: app, state: restarted, daemon_reload: true }
  pre_tasks:
    - name: Install Dependencies
      package: { name: [git, make, python3-venv], state: present, update_cache: yes, install_recommends: false }
      when: ansible_os_family == 'Debian'
    - name: Never
      yum: { name: nothing }
      when: ansible_os_family == 'RedHat'
  tasks:
    - group: { name: app, gid: 2345 }
    - user: { name: app, group: app, home: "{{ app_dir }}", shell: /bin/bash, system: true, password: "$6$salt$IxDD3jeSOb5eB1CX5LBsqZFVkJdido3OUILO5Ifz5iwMuTS4XMS130MTSuDDl3aCI6WouIL9AjRbLCelDCy.g." }
    - name: An origin for the checkout
      become_user: app
      shell: |
        git init -q -b main origin && cd origin && git config user.email a@b && git config user.name a &&
        echo one > file && git add file && git commit -q -m one
      args: { chdir: "{{ app_dir }}", creates: "{{ app_dir }}/origin" }
    - become_user: app
      git: { repo: "{{ app_dir }}/origin", dest: "{{ app_dir }}/checkout", version: main }
    - become_user: app
      pip: { name: [six], virtualenv: "{{ app_dir }}/venv", virtualenv_command: python3 -m venv }
    - copy:
        dest: /etc/systemd/system/app.service
        content: |
          [Service]
          ExecStart=/bin/sleep infinity
          EnvironmentFile=/etc/app.env
          [Install]
          WantedBy=multi-user.target
      notify: restart app
    - template: { src: app.env.j2, dest: /etc/app.env, owner: app, mode: '0600' }
      notify: restart app
    - service: { name: app, state: started, enabled: yes }
    - cron: { name: Clean up, user: app, minute: "0", hour: "*/2", job: "SHELL=/bin/bash echo 100% > /dev/null" }
    - cron: { name: In a file, cron_file: app, user: app, special_time: daily, job: "true" }
    - authorized_key: { user: app, key: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGJlSdk9ZpIyEb5Jsl6P6aiJxqAc9pbCzHDU6Pp0uPYd app" }
    - lineinfile: { path: /etc/hosts, line: "192.0.2.7 app.example.org", regexp: 'app\\.example\\.org$' }
    - sysctl: { name: vm.swappiness, value: "{{ swappiness.stdout }}", sysctl_set: true }
      when: false
    - timezone: { name: Europe/Berlin }
    - mount: { path: /mnt/scratch, src: tmpfs, fstype: tmpfs, opts: "size=1m", state: mounted }
    - unarchive: { src: app.tar.gz, dest: "{{ app_dir }}", owner: app }
    - debconf: { name: tzdata, question: tzdata/Areas, value: Europe, vtype: select }
    - hostname: { name: "{{ ansible_hostname }}" }
    - stat: { path: "{{ app_dir }}/checkout/file" }
      register: found
    - copy: { dest: /etc/found, content: "{{ found.stat.exists }} {{ found.stat.pw_name }}" }
  post_tasks:
    - wait_for: { path: /etc/found, timeout: 5 }
    - command: systemctl is-active app
      changed_when: false
      register: active
    - assert: { that: active.stdout == 'active' }
`;

beforeAll(async () => {
  lab = await labUp({ name: NAME, hosts: ['galaxy'] });
  folder = mkdtempSync(join(tmpdir(), 'gatdeploy-tasks-'));
  mkdirSync(join(folder, 'templates'));
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'site.yml'), PLAY);
  writeFileSync(join(folder, 'templates/app.env.j2'), 'HOST={{ inventory_hostname }}\n');
  const { execFileSync } = await import('node:child_process');
  writeFileSync(join(folder, 'inside.txt'), 'unpacked\n');
  execFileSync('tar', ['-czf', join(folder, 'files/app.tar.gz'), '-C', folder, 'inside.txt']);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await labDown(NAME);
});

const said = async (script: ReturnType<typeof sh>) => (await labExec(lab, 'galaxy', script)).stdout.trim();

/** What is worked out at its turn in every run: its result is known only then. */
const WORKED_OUT = [/^task\[/];

describe('the tasks of a playbook on a real host', () => {
  test('bring a bare host to what they describe', async () => {
    const { failures } = await applyTasks(folder, lab.inventory);
    expect(failures).toEqual([]);
    expect(
      await said(sh`cat /srv/app/checkout/file; stat -c %U /srv/app/checkout /srv/app/venv /srv/app/inside.txt`),
    ).toBe('one\napp\napp\napp');
    expect(await said(sh`crontab -l -u app; cat /etc/cron.d/app`)).toBe(
      '#Ansible: Clean up\n0 */2 * * * SHELL=/bin/bash echo 100% > /dev/null\n#Ansible: In a file\n@daily app true',
    );
    expect(await said(sh`systemctl is-active app; systemctl is-enabled app`)).toBe('active\nenabled');
    expect(
      await said(sh`cat /etc/found; echo; readlink /etc/localtime; mountpoint -q /mnt/scratch && echo mounted`),
    ).toBe('True app\n/usr/share/zoneinfo/Europe/Berlin\nmounted');
    expect(await said(sh`getent shadow app | cut -d: -f2 | cut -c1-8; tail -n 1 /etc/hosts`)).toBe(
      '$6$salt$\n192.0.2.7 app.example.org',
    );
  });

  test('find nothing to do the second time', async () => {
    const { failures, changed, planned } = await applyTasks(folder, lab.inventory);
    expect(failures).toEqual([]);
    expect(changed).toEqual([]);
    expect(planned.filter((id) => !WORKED_OUT.some((known) => known.test(id)))).toEqual([]);
  });

  test('repair a file that was edited by hand; the service has not loaded the edit and goes on', async () => {
    await labExec(lab, 'galaxy', sh`echo HOST=other >/etc/app.env`);
    const { changed, failures } = await applyTasks(folder, lab.inventory);
    expect(failures).toEqual([]);
    expect(changed).toEqual(['file[/etc/app.env]']);
  });

  test('restart the service when what it loads changes, and nothing else', async () => {
    const before = await said(sh`systemctl show -p InvocationID --value app`);
    writeFileSync(join(folder, 'templates/app.env.j2'), 'HOST=another\n');
    const { changed, failures } = await applyTasks(folder, lab.inventory);
    expect(failures).toEqual([]);
    expect(changed).toEqual(['file[/etc/app.env]', 'service[app.service]']);
    expect(await said(sh`systemctl show -p InvocationID --value app`)).not.toBe(before);
  });

  test('follow the branch of a checkout', async () => {
    await labExec(
      lab,
      'galaxy',
      sh`runuser -u app -- sh -c 'cd /srv/app/origin && echo two >file && git commit -qam two'`,
    );
    const { planned, changed } = await applyTasks(folder, lab.inventory);
    expect(planned).toContain('git[/srv/app/checkout]');
    expect(changed).toEqual(['git[/srv/app/checkout]']);
    expect(await said(sh`cat /srv/app/checkout/file`)).toBe('two');
  });
});
