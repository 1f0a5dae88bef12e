import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, test } from 'vitest';
import { sh } from '../../src/base/shell.ts';
import type { edit } from '../../src/resources/edit.ts';
import type { command, Resource } from '../../src/resources/index.ts';
import { validation } from '../../src/tasks/modules/copy.ts';
import { compileHere, makeProject, removeProject } from '../support/tasks-here.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) removeProject(folder);
});

async function compile(task: string, user = 'root'): Promise<readonly Resource[]> {
  const folder = makeProject({
    'site.yml': `- hosts: here\n  become: true\n  become_user: ${user}\n  tasks:\n    - ${task}\n`,
    'files/a.txt': 'a\n',
    'files/tree/deep/b.txt': 'b\n',
    'templates/t.j2': 'hello {{ inventory_hostname }}\n',
  });
  folders.push(folder);
  return (await compileHere(folder)).resources;
}

const idsOf = (resources: readonly Resource[]) =>
  resources.map(({ id, props }) => `${props.absent ? 'no ' : ''}${id}`);

/** A task, and the resources that it becomes; `PLACE` is where the task stands. */
const cases: readonly (readonly [string, readonly string[]])[] = [
  ['apt: { name: [git, make=4.3-4.1], state: present }', ['package[git]', 'package[make]']],
  ['apt: { name: git, state: absent }', ['no package[git]']],
  ['apt: { update_cache: true, cache_valid_time: 3600 }', ['command[apt (PLACE)]']],
  ['apt: { upgrade: dist }', ['command[apt (PLACE): dist-upgrade]']],
  ['apt: { deb: "https://example.org/x.deb" }', ['command[apt (PLACE)]']],
  [
    'apt_key: { url: "https://example.org/key.asc", state: present }',
    [
      'package[curl]',
      'directory[/etc/apt/trusted.gpg.d]',
      'download[/etc/apt/trusted.gpg.d/example-org-key-asc.asc]',
    ],
  ],
  ['apt_repository: { repo: "deb https://example.org/debian stable main", filename: x }', ['apt_repository[x]']],
  // It takes the line out of whatever file it stands in, as Ansible does.
  [
    'apt_repository: { repo: "deb https://example.org/debian stable main", state: absent }',
    ['command[apt_repository (PLACE)]'],
  ],
  [
    'deb822_repository: { name: x, uris: "https://example.org", suites: stable, components: main }',
    ['file[/etc/apt/sources.list.d/x.sources]'],
  ],
  ['pip: { name: [a, b], virtualenv: /v }', ['package[python3-venv]', 'venv[/v]', 'pip[/v]']],
  ['pip: { requirements: /r.txt, virtualenv: /v }', ['package[python3-venv]', 'venv[/v]', 'command[pip (PLACE)]']],
  ['pip: { name: six }', ['package[python3-pip]', 'command[pip (PLACE)]']],
  ['file: { path: /x, state: directory, recurse: true, owner: root }', ['directory[/x]', 'tree[/x]']],
  ['file: { path: /x, state: touch }', ['file[/x]']],
  ['community.rabbitmq.rabbitmq_vhost: { name: /a }', ['rabbitmq_vhost[/a]']],
  [
    'rabbitmq_user: { user: a, password: b, vhost: /a, configure_priv: .*, read_priv: .*, write_priv: .* }',
    ['rabbitmq_user[a]'],
  ],
  ['rabbitmq_plugin: { names: rabbitmq_management, state: enabled }', ['command[rabbitmq_plugin (PLACE)]']],
  ['rabbitmq_policy: { name: HA, pattern: .*, tags: { ha-mode: all } }', ['rabbitmq_policy[/ HA]']],
  ['community.postgresql.postgresql_db: { name: a, owner: b }', ['postgresql[database a]']],
  ['postgresql_user: { name: a, role_attr_flags: "CREATEDB,NOLOGIN" }', ['postgresql[role a]']],
  ['postgresql_ext: { name: pg_trgm, db: a }', ['command[postgresql_ext (PLACE)]']],
  ['npm: { path: /a }', ['command[npm (PLACE)]']],
  [
    'community.general.yarn: { name: a, global: true }',
    ['command[yarn (PLACE)]'.replace('yarn', 'community.general.yarn')],
  ],
  [
    'pam_limits: { domain: "*", limit_type: soft, limit_item: nofile, value: 4096 }',
    ['edit[/etc/security/limits.conf: pam_limits (PLACE)]'],
  ],
  ['sudoers: { name: a, user: b, commands: /bin/true }', ['file[/etc/sudoers.d/a]']],
  [
    'ansible.posix.acl: { path: /x, entity: a, etype: user, permissions: rx }',
    ['package[acl]', 'command[ansible.posix.acl (PLACE)]'],
  ],
  ['parted: { device: /dev/vdb, number: 1, state: present }', ['package[parted]', 'command[parted (PLACE)]']],
  ['mysql_db: { name: [a, b] }', ['command[mysql_db (PLACE): a]', 'command[mysql_db (PLACE): b]']],
  [
    'community.mysql.mysql_user: { name: a, password: b, priv: "a.*:ALL" }',
    ['command[community.mysql.mysql_user (PLACE): user]', 'command[community.mysql.mysql_user (PLACE): a.*]'],
  ],
  ['supervisorctl: { name: a, state: restarted }', ['command[supervisorctl (PLACE)]']],
  ['filesystem: { dev: /dev/vdb, fstype: xfs }', ['package[xfsprogs]', 'command[filesystem (PLACE)]']],
  ['file: { path: /x, state: link, src: /y }', ['link[/x]']],
  ['file: { path: /x, state: absent }', ['command[remove /x]']],
  ['file: { path: /x, mode: "0600" }', ['tree[/x]']],
  ['copy: { src: a.txt, dest: /etc/ }', ['command[make /etc]', 'file[/etc/a.txt]']],
  [
    'copy: { src: tree, dest: /etc }',
    ['directory[/etc/tree]', 'directory[/etc/tree/deep]', 'file[/etc/tree/deep/b.txt]'],
  ],
  [
    'copy: { src: tree/, dest: /etc/x }',
    ['directory[/etc/x]', 'directory[/etc/x/deep]', 'file[/etc/x/deep/b.txt]'],
  ],
  ['copy: { src: /a, dest: /b, remote_src: true, mode: "0600" }', ['command[copy /a to /b]', 'tree[/b]']],
  ['template: { src: t.j2, dest: /etc/ }', ['file[/etc/t.j2]']],
  ['lineinfile: { path: /x, line: y }', ['edit[/x: lineinfile (PLACE)]']],
  ['blockinfile: { path: /x, block: y }', ['edit[/x: blockinfile (PLACE)]']],
  ['replace: { path: /x, regexp: a, replace: b }', ['edit[/x: replace (PLACE)]']],
  [
    'community.general.ini_file: { path: /x, section: a, option: b, value: c }',
    ['edit[/x: community.general.ini_file (PLACE)]'],
  ],
  ['git: { repo: "https://example.org/x", dest: /x, version: v1 }', ['package[git]', 'git[/x]']],
  ['get_url: { url: "https://example.org/x.tgz", dest: /opt/ }', ['package[curl]', 'download[/opt/x.tgz]']],
  [
    'unarchive: { src: /x.tgz, dest: /opt, remote_src: true }',
    ['package[tar]', 'command[unarchive (PLACE): /opt]'],
  ],
  ['user: { name: u, groups: [g], append: true, shell: /bin/bash }', ['user[u]']],
  ['user: { name: u, password: "$6$x" }', ['user[u]', 'password[u]']],
  ['group: { name: g, gid: 7 }', ['group[g]']],
  ['authorized_key: { user: u, key: "ssh-ed25519 AAAA u" }', ['authorized_keys[u: authorized_key (PLACE)]']],
  ['service: { name: nginx, state: started, enabled: true }', ['service[nginx.service]']],
  ['service: { name: nginx, state: restarted }', ['command[service (PLACE)]']],
  ['systemd: { daemon_reload: true }', ['command[systemd (PLACE): daemon-reload]']],
  ['systemd_service: { name: x.timer, enabled: true }', ['service[x.timer]']],
  ['cron: { name: c, job: j, user: u }', ['package[cron]', 'cron[u: c]']],
  [
    'ansible.posix.mount: { path: /m, src: tmpfs, fstype: tmpfs, state: mounted }',
    [
      'directory[/m]',
      'edit[/etc/fstab: ansible.posix.mount (PLACE)]',
      'command[ansible.posix.mount (PLACE): mounted]',
    ],
  ],
  [
    'ansible.posix.sysctl: { name: vm.swappiness, value: 10 }',
    [
      'package[procps]',
      'edit[/etc/sysctl.conf: ansible.posix.sysctl (PLACE)]',
      'command[ansible.posix.sysctl (PLACE): value in the kernel]',
    ],
  ],
  ['command: echo hello', ['command[command (PLACE)]']],
  ['shell: echo hello | cat', ['command[shell (PLACE)]']],
  ['script: a.txt', ['command[script (PLACE)]']],
  ['raw: echo hello', ['command[raw (PLACE)]']],
  ['hostname: { name: x }', ['command[hostname (PLACE)]']],
  [
    'community.general.timezone: { name: UTC }',
    ['package[tzdata]', 'command[community.general.timezone (PLACE)]'],
  ],
  [
    'community.general.ufw: { rule: allow, port: 22, proto: tcp }',
    ['package[ufw]', 'command[community.general.ufw (PLACE): rule]'],
  ],
  [
    'community.general.system.ufw: { state: enabled }',
    ['package[ufw]', 'command[community.general.system.ufw (PLACE): enabled]'],
  ],
  ['community.general.modprobe: { name: fuse }', ['command[community.general.modprobe (PLACE)]']],
  ['make: { chdir: /src, target: all }', ['package[make]', 'command[make (PLACE)]']],
  ['debug: { msg: hello }', []],
  ['set_fact: { a: 1 }', []],
  ['assert: { that: 1 == 1 }', []],
  ['stat: { path: /x }', []],
  ['meta: flush_handlers', []],
  ['uri: { url: "https://example.org" }', ['task[uri (PLACE)]']],
  ['wait_for: { port: 80 }', ['task[wait_for (PLACE)]']],
  ['package_facts: {}', ['task[package_facts (PLACE)]']],
];

describe('a task with', () => {
  test.each(cases)('%s', async (task, expected) => {
    expect(idsOf(await compile(task))).toEqual(expected.map((id) => id.replace('PLACE', 'site.yml:5')));
  });
});

const stateOf = (resource: Resource | undefined) => resource?.kind.desired(resource);

describe('the check of a file', () => {
  test.each([
    ['takes the candidate as a word', 'echo %s', "/tmp/it's new"],
    ['takes it inside a word, quoted or not', 'echo "a [%s]" --file=%s', "a [/tmp/it's new] --file=/tmp/it's new"],
    ['lets no shell read what the task says', 'echo %s;$(id)', "/tmp/it's new;$(id)"],
    ['may ask for a shell', `sh -c 'echo "$0" | tr a-z A-Z' %s`, "/TMP/IT'S NEW"],
  ])('%s', (_title, check, output) => {
    const { validate } = validation(check);
    const script = validate?.(sh`${"/tmp/it's new"}`).source ?? '';
    expect(execFileSync('sh', { input: script, encoding: 'utf8' })).toBe(`${output}\n`);
  });
});

describe('attributes', () => {
  test('that are not given are left alone', async () => {
    const [made] = await compile('copy: { content: x, dest: /x }');
    expect(Object.keys(stateOf(made) ?? {})).toEqual(['type', 'content']);
  });

  test.each([
    ['0644', '0644'],
    ["'0644'", '0644'],
    ["'644'", '0644'],
    ["'u=rw,g=r,o='", '0640'],
    ["'u=rwx,go=rx'", '0755'],
    ['0o755', '0755'],
  ])('mode %s is %s', async (written, mode) => {
    const [made] = await compile(`file: { path: /x, state: directory, mode: ${written} }`);
    expect(stateOf(made)).toMatchObject({ mode });
  });

  test('a mode that depends on what is there is a step of its own', async () => {
    const made = await compile("file: { path: /x, state: directory, mode: 'u+x' }");
    expect(idsOf(made)).toEqual(['directory[/x]', expect.stringContaining('command[mode of /x: file')]);
  });

  test('such a mode is for all that is below, where the task says so', async () => {
    const made = await compile("file: { path: /x, recurse: true, mode: 'u=rwX,go=' }");
    const last = made.at(-1)?.props as unknown as { run: { source: string }; unless: { source: string } };
    expect(last.run.source).toBe('chmod -R -- u=rwX,go= /x');
    expect(last.unless.source).not.toContain('maxdepth');
    expect(last.unless.source).toContain('-perm /a+x');
  });

  test.each([
    ["{ a: [1, 2.0, null], 'b c': true }", '{"a": [1, 2.0, null], "b c": true}'],
    ["['ö', '20']", '["\\u00f6", "20"]'],
  ])('the content %s is written as Python writes JSON', async (written, content) => {
    const [made] = await compile(`copy: { dest: /x, content: ${written} }`);
    expect(made?.props).toMatchObject({ content });
  });

  test('a mode that is none is refused', async () => {
    await expect(compile("file: { path: /x, state: directory, mode: 'u*x' }")).rejects.toMatchObject({
      code: 'task/parameter',
    });
  });

  test('things made as another user belong to that user', async () => {
    const [made] = await compile('file: { path: /x, state: directory }', 'galaxy');
    expect(made?.props).toMatchObject({ looseFor: 'galaxy' });
  });
});

/** Runs an edit task's own function on a text. */
async function edited(task: string, text: string): Promise<string> {
  const [resource] = await compile(task);
  if (!resource) throw new Error('the task became nothing');
  return String((resource.props as Parameters<typeof edit>[1]).edit(text));
}

/** The script of a task that became a command. */
async function scriptOf(task: string, user = 'root'): Promise<string> {
  const [resource] = await compile(task, user);
  if (!resource) throw new Error('the task became nothing');
  return (resource.props as Parameters<typeof command>[1]).run.source;
}

describe('lineinfile', () => {
  test.each([
    ['adds a line at the end', '{ path: /x, line: c }', 'a\nb', 'a\nb\nc\n'],
    ['leaves a line that is there', '{ path: /x, line: b }', 'a\nb\n', 'a\nb\n'],
    [
      'replaces the last line that matches',
      "{ path: /x, regexp: '^k=', line: 'k=2' }",
      'k=0\nk=1\nz\n',
      'k=0\nk=2\nz\n',
    ],
    [
      'replaces the first with firstmatch',
      "{ path: /x, regexp: '^k=', line: 'k=2', firstmatch: true }",
      'k=0\nk=1\n',
      'k=2\nk=1\n',
    ],
    ['inserts after the last match', "{ path: /x, line: n, insertafter: '^a' }", 'a\na\nb\n', 'a\na\nn\nb\n'],
    ['inserts before the last match', "{ path: /x, line: n, insertbefore: '^b' }", 'a\nb\n', 'a\nn\nb\n'],
    ['inserts at the beginning', '{ path: /x, line: n, insertbefore: BOF }', 'a\n', 'n\na\n'],
    [
      'fills in groups',
      "{ path: /x, regexp: '^(a)=(?P<v>[0-9]*)$', line: '\\1=<\\g<v>>', backrefs: true }",
      'a=1\n',
      'a=<1>\n',
    ],
    [
      'adds nothing with backrefs and no match',
      "{ path: /x, regexp: '^q', line: z, backrefs: true }",
      'a\n',
      'a\n',
    ],
    ['removes lines that match', "{ path: /x, regexp: '^a', state: absent }", 'a\nb\nab\n', 'b\n'],
    ['removes a line', '{ path: /x, line: a, state: absent }', 'a\nb\n', 'b\n'],
    ['finds a text as it is', "{ path: /x, search_string: 'k.', line: z }", 'kx\nk.\n', 'kx\nz\n'],
  ])('%s', async (_title, args, before, after) => {
    expect(await edited(`lineinfile: ${args}`, before)).toBe(after);
    expect(await edited(`lineinfile: ${args}`, after)).toBe(after);
  });
});

describe('blockinfile, replace and ini_file', () => {
  const block = '# BEGIN ANSIBLE MANAGED BLOCK\nx\n# END ANSIBLE MANAGED BLOCK\n';
  test.each([
    ['a new block goes to the end', 'blockinfile: { path: /x, block: x }', 'a\n', `a\n${block}`],
    [
      'a block is replaced in its place',
      'blockinfile: { path: /x, block: x }',
      `a\n${block.replace('\nx\n', '\nold\ny\n')}b\n`,
      `a\n${block}b\n`,
    ],
    ['a block goes away', 'blockinfile: { path: /x, state: absent }', `a\n${block}b\n`, 'a\nb\n'],
    [
      'a block goes after a line',
      "blockinfile: { path: /x, block: x, insertafter: '^a' }",
      'a\nb\n',
      `a\n${block}b\n`,
    ],
    [
      'all matches are replaced',
      "replace: { path: /x, regexp: '^(\\w)=.*$', replace: '\\1=9' }",
      'a=1\nb=2\n',
      'a=9\nb=9\n',
    ],
    [
      'only what is between is replaced',
      "replace: { path: /x, regexp: 'z', replace: 'y', after: 'S', before: 'E' }",
      'z S z E z',
      'z S y E z',
    ],
    [
      'an option is changed',
      'ini_file: { path: /x, section: s, option: o, value: 2 }',
      '[s]\no = 1\n',
      '[s]\no = 2\n',
    ],
    [
      'an option is added to its section',
      'ini_file: { path: /x, section: s, option: p, value: 2 }',
      '[s]\no = 1\n\n[t]\n',
      '[s]\no = 1\np = 2\n\n[t]\n',
    ],
    [
      'a section is added',
      'ini_file: { path: /x, section: n, option: o, value: 1, no_extra_spaces: true }',
      '[s]\n',
      '[s]\n[n]\no=1\n',
    ],
    [
      'an option is removed',
      'ini_file: { path: /x, section: s, option: o, state: absent }',
      '[s]\no = 1\np = 1\n',
      '[s]\np = 1\n',
    ],
    [
      'an option in a comment is taken',
      'ini_file: { path: /x, section: s, option: o, value: 1 }',
      '[s]\n#o = 0\n',
      '[s]\no = 1\n',
    ],
    [
      'an option in a comment is left alone where the task says so',
      'ini_file: { path: /x, section: s, option: o, value: 1, modify_inactive_option: false }',
      '[s]\n#o = 0\n\n[t]\n',
      '[s]\no = 1\n#o = 0\n\n[t]\n',
    ],
    [
      'further values of an option go',
      'ini_file: { path: /x, section: s, option: o, values: [2, 1] }',
      '[s]\no = 0\no=1\no = 3\np = 1\no = 4\n',
      '[s]\no = 2\no = 1\np = 1\n',
    ],
    [
      'a value is added to others',
      'ini_file: { path: /x, section: s, option: o, value: 2, exclusive: false }',
      '[s]\no = 1\n',
      '[s]\no = 1\no = 2\n',
    ],
    [
      'one value goes and others stay',
      'ini_file: { path: /x, section: s, option: o, value: 2, exclusive: false, state: absent }',
      '[s]\no = 1\no=2\n',
      '[s]\no = 1\n',
    ],
    [
      'an option without a value',
      'ini_file: { path: /x, section: s, option: o, allow_no_value: true }',
      '[s]\no = 1\n',
      '[s]\no\n',
    ],
    [
      'spaces that make no difference',
      'ini_file: { path: /x, section: s, option: o, value: 1, ignore_spaces: true }',
      '[ s ]\n o=1\n',
      '[ s ]\n o=1\n',
    ],
  ])('%s', async (_title, task, before, after) => {
    expect(await edited(task, before)).toBe(after);
    expect(await edited(task, after)).toBe(after);
  });
});

describe('commands', () => {
  test.each([
    ['command: echo "a b" c', "echo 'a b' c"],
    ['command: { argv: [echo, "a b", 1] }', "echo 'a b' 1"],
    ['command: ls $HOME/x', `ls "\${HOME-\\$HOME}"/x`],
    ['shell: "echo a | cat"', "/bin/sh -c 'echo a | cat'"],
    ['{ shell: "echo a", args: { executable: /bin/bash } }', "/bin/bash -c 'echo a'"],
    ['{ command: "cat", args: { stdin: hello } }', 'printf %s hello | { cat; echo; } | cat'],
    ['{ command: "true", args: { chdir: /x } }', 'cd -- /x'],
    ['{ command: "true", environment: { A: b c } }', "A='b c'; export A"],
  ])('%s', async (task, text) => {
    expect(await scriptOf(task)).toContain(text);
  });

  test('another user gets the script by standard input, so that no argument shows it', async () => {
    const source = await scriptOf('{ shell: "echo x", environment: { TOKEN: abc } }', 'galaxy');
    expect(source).toMatch(/^printf %s '.*' \| runuser -u galaxy -- sh -s$/s);
  });
});
