/** Plays after each other, and roles that lie in the project, as a whole run declares them. */
import { afterEach, expect, test } from 'vitest';
import { reveal, Secret } from '../../src/base/secret.ts';
import type { VariablePrompt } from '../../src/project/playbook/types.ts';
import { createReporter } from '../../src/report/create-reporter.ts';
import { declareAll } from '../../src/stack/declare-all.ts';
import { openStack } from '../../src/stack/open-stack.ts';
import type { StackOptions } from '../../src/stack/options.ts';
import { FACTS } from '../support/role.ts';
import { type Files, makeProject, removeProject } from '../support/tasks-here.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) removeProject(folder);
});

async function declare(files: Files, said: string[] = [], more: Partial<StackOptions> = {}) {
  const directory = makeProject({ hosts: '[all]\na\nb\n', ...files });
  folders.push(directory);
  const stack = await openStack(['site'], { directory, inventory: [`${directory}/hosts`], ...more });
  const nowhere = { write: () => true };
  const hears = { write: (text: string) => said.push(text) > 0 };
  const reporter = createReporter({ mode: 'plain', stdout: nowhere, stderr: hears });
  const facts = new Map(stack.hosts.map((host) => [host, { ...FACTS, hostname: host, fqdn: host }]));
  const { graph } = await declareAll({ stack, targets: [], facts }, { reporter, clock: () => 0 });
  return graph;
}

const fromOf = (graph: Awaited<ReturnType<typeof declare>>, key: string) =>
  (graph.needs.get(key) ?? []).map(({ from }) => from);

test('checks of the outcome are left out where nobody asks for them', async () => {
  const files = { 'site.yml': '- hosts: a\n  roles: [usegalaxy_eu.rabbitmq]\n' };
  const directory = makeProject({ hosts: 'a\n', ...files });
  folders.push(directory);
  const stack = await openStack(['site'], { directory, inventory: [`${directory}/hosts`] });
  const nowhere = { write: () => true };
  const reporter = createReporter({ mode: 'plain', stdout: nowhere, stderr: nowhere });
  const known = { stack, targets: [], facts: new Map([['a', FACTS]]) };
  const whole = await declareAll(known, { reporter, clock: () => 0 });
  const part = await declareAll(known, { reporter, clock: () => 0, onlyResources: true });
  expect(whole.checks.length).toBeGreaterThan(0);
  expect(part).toMatchObject({ checks: [], proofs: [], examinations: [] });
  expect([...part.graph.nodes.keys()]).toEqual([...whole.graph.nodes.keys()]);
});

test('the tasks of a play come after those of the play before it, on every host', async () => {
  const graph = await declare({
    'site.yml': `
- hosts: a
  tasks:
    - file: { path: /one, state: directory }
- hosts: b
  tasks:
    - file: { path: /two, state: directory }
    - file: { path: /three, state: directory }
- hosts: a
  tasks:
    - file: { path: /four, state: directory }
`,
  });
  expect(fromOf(graph, 'b/directory[/two]')).toEqual(['a/directory[/one]']);
  expect(fromOf(graph, 'b/directory[/three]')).toEqual(['b/directory[/two]']);
  expect(fromOf(graph, 'a/directory[/four]').sort()).toEqual(['a/directory[/one]', 'b/directory[/three]']);
});

test('an own role of the project runs in its turn, with its files, handlers and what it depends on', async () => {
  const graph = await declare({
    'site.yml': `
- hosts: a
  pre_tasks:
    - file: { path: /before, state: directory }
  roles:
    - { role: app, app_dir: /srv/app }
  post_tasks:
    - file: { path: /after, state: directory }
`,
    'roles/app/meta/main.yml': 'dependencies: [base]\n',
    'roles/base/tasks/main.yml': '- package: { name: git }\n',
    'roles/app/defaults/main.yml': 'app_dir: /nowhere\n',
    'roles/app/tasks/main.yml': `
- template: { src: app.conf.j2, dest: "{{ app_dir }}.conf" }
  notify: restart app
- import_tasks: more.yml
`,
    'roles/app/tasks/more.yml': '- file: { path: "{{ app_dir }}", state: directory }\n',
    'roles/app/templates/app.conf.j2': '{{ role_name }}\n',
    'roles/app/handlers/main.yml': '- name: restart app\n  service: { name: app, state: restarted }\n',
  });
  expect([...graph.nodes.keys()].sort()).toEqual([
    'a/directory[/after]',
    'a/directory[/before]',
    'a/directory[/srv/app]',
    'a/file[/srv/app.conf]',
    'a/package[git]',
    'a/service[app.service]',
  ]);
  expect(fromOf(graph, 'a/package[git]')).toEqual(['a/directory[/before]']);
  expect(fromOf(graph, 'a/file[/srv/app.conf]')).toEqual(['a/package[git]']);
  expect(fromOf(graph, 'a/service[app.service]')).toContain('a/file[/srv/app.conf]');
});

test('a role that is nowhere is an error that says where it was looked for and what to run', async () => {
  await expect(declare({ 'site.yml': '- hosts: a\n  roles: [some.where]\n' })).rejects.toMatchObject({
    code: 'role/unknown',
    why: expect.stringContaining('in none of these folders: roles, '),
    fix: expect.stringContaining('ansible-galaxy install'),
  });
});

test('a module that nobody knows is no error where its condition is false', async () => {
  const graph = await declare({
    'site.yml': '- hosts: a\n  tasks:\n    - { some.where.thing: { x: 1 }, when: false }\n',
  });
  expect(graph.nodes.size).toBe(0);
});

test('a command for another host is known to the tasks of this one, and hosts know what the others learn', async () => {
  const graph = await declare({
    'site.yml': `
- hosts: [a, b]
  gather_facts: false
  tasks:
    - set_fact: { own: "of {{ inventory_hostname }}" }
    - copy: { dest: /others, content: "{{ hostvars['b'].own }} {{ hostvars['a'].own }}" }
    - command: hostname
      register: name
      run_once: true
    - copy: { dest: /name, content: "{{ name.stdout }}" }
`,
  });
  expect(graph.nodes.get('a/file[/others]')?.resource.props).toMatchObject({ content: 'of b of a' });
  expect(fromOf(graph, 'b/task[copy (site.yml:10)]')).toContain('a/task[command (site.yml:7)]');
});

test('work that two plays share is done in each, and each may ask for another state; delegated work is one for each host', async () => {
  const graph = await declare({
    'site.yml': `
- { name: one, hosts: a, tasks: &tasks [ { import_tasks: shared.yml }, { copy: { dest: /state, content: "{{ ansible_play_name }}" } } ] }
- { name: two, hosts: a, tasks: *tasks }
- { name: three, hosts: [a, b], tasks: [ { command: "echo {{ inventory_hostname }}", delegate_to: b } ] }
`,
    'shared.yml': '- command: echo hello\n- file: { path: /dir, state: directory }\n',
  });
  expect([...graph.nodes.keys()]).toEqual([
    'a/command[command (shared.yml:1)]',
    'a/directory[/dir]',
    'a/file[/state]',
    'a/command[command (shared.yml:1) #2]',
    'a/file[/state (site.yml:2)]',
    'b/command[command (site.yml:4) for a]',
    'b/command[command (site.yml:4)]',
  ]);
});

test('words without an effect are told once, with their place, and prompts need an answer', async () => {
  const files = {
    'site.yml': `
- hosts: [a, b]
  serial: 1
  strategy: linear
  vars_prompt:
    - { name: given, default: yes it is }
  tasks:
    - copy: { dest: /x, content: "{{ given }}" }
      throttle: 1
`,
  };
  const said: string[] = [];
  const graph = await declare(files, said);
  expect(graph.nodes.get('a/file[/x]')?.resource.props).toMatchObject({ content: 'yes it is' });
  expect(said).toEqual([
    expect.stringContaining('site.yml:3: `serial` has no effect here'),
    expect.stringContaining('site.yml:9: `throttle` has no effect here'),
  ]);
  const open = { 'site.yml': files['site.yml'].replace(', default: yes it is', '') };
  await expect(declare(open)).rejects.toMatchObject({ code: 'playbook/prompt' });
});

test('any_errors_fatal and max_fail_percentage are noted at all that a play declares', async () => {
  const graph = await declare({
    'site.yml': `
- { hosts: a, any_errors_fatal: true, tasks: [ { file: { path: /one, state: directory } } ] }
- { hosts: [a, b], max_fail_percentage: "{{ 30 }}", tasks: [ { file: { path: /two, state: directory } } ] }
- { hosts: a, tasks: [ { file: { path: /three, state: directory } } ] }
`,
  });
  const fatal = (key: string) => graph.nodes.get(key)?.resource.props.fatal;
  expect(fatal('a/directory[/one]')).toMatchObject({ hosts: 1, percent: 0 });
  expect(fatal('b/directory[/two]')).toMatchObject({ hosts: 2, percent: 30 });
  expect(fatal('a/directory[/three]')).toBeUndefined();
});

test('a native role sees the defaults and variables of the other roles of its play, and of those that they need', async () => {
  const graph = await declare({
    'site.yml': `
- hosts: a
  vars: { packages_present: ["{{ base_package }}"] }
  roles: [packages, site.rules]
`,
    'roles/site.rules/defaults/main.yml': 'rules_package: rules\nbase_package: low\n',
    'roles/site.rules/meta/main.yml': 'dependencies: [site.base]\n',
    'roles/site.base/vars/main.yml': 'base_package: "{{ rules_package }}-base"\n',
  });
  expect([...graph.nodes.keys()]).toContain('a/package[rules-base]');
});

const GROUPED = `
- hosts: all
  tasks:
    - group_by: { key: "os {{ ansible_os_family }}", parents: [systems] }
    - add_host: { name: b, groups: [second, last], colour: green }
      run_once: true
    - copy: { dest: /still, content: "{{ group_names | join(',') }}" }
- hosts: os-Debian:&systems
  tasks:
    - copy: { dest: /grouped, content: "{{ group_names | join(',') }} {{ greeting }} {{ groups.second | join(',') }}" }
- hosts: second
  tasks:
    - copy: { dest: /second, content: "{{ colour }}" }
`;

test('group_by and add_host make groups for the plays that follow, with the variables of those groups', async () => {
  const graph = await declare({ 'site.yml': GROUPED, 'group_vars/os-Debian.yml': 'greeting: hello\n' });
  const content = (key: string) => graph.nodes.get(key)?.resource.props;
  expect(content('a/file[/still]')).toMatchObject({ content: 'ungrouped' });
  expect(content('a/file[/grouped]')).toMatchObject({ content: 'os-Debian,systems hello b' });
  expect(content('b/file[/grouped]')).toMatchObject({ content: 'last,os-Debian,second,systems hello b' });
  expect(content('b/file[/second]')).toMatchObject({ content: 'green' });
  expect(graph.nodes.has('a/file[/second]')).toBe(false);
});

test.each([
  ['a host that the inventory does not have', 'add_host: { name: new, groups: x }', /the inventory doesn't have/],
  ['a group by a result', 'group_by: { key: "{{ r.stdout }}" }', /group_by by a result/],
])('tasks can not group %s', async (_title, task, what) => {
  const tasks = `- { command: hostname, register: r }\n    - ${task}`;
  await expect(declare({ 'site.yml': `- hosts: a\n  tasks:\n    ${tasks}\n` })).rejects.toMatchObject({
    code: 'task/unsupported',
    what: expect.stringMatching(what),
  });
});

test('a person is asked for what vars_prompt wants and nobody gave, each once; an answer is no template', async () => {
  const play = (file: string) => `
- hosts: "{{ target }}"
  vars_prompt:
    - { name: target, prompt: Where, private: false }
    - { name: word, prompt: What, default: nothing, confirm: true }
    - { name: given }
  tasks:
    - copy: { dest: ${file}, content: "{{ word }} {{ given }}" }
`;
  const asked: string[] = [];
  const options = {
    extraVars: ['given=yes'],
    ask: async ({ question, isPrivate, isConfirmed }: VariablePrompt) => {
      asked.push([question, isPrivate ? 'hidden' : '', isConfirmed ? 'twice' : ''].join(' ').trim());
      return question === 'Where' ? 'b' : new Secret('{{ x }}');
    },
  };
  const graph = await declare({ 'site.yml': play('/one') + play('/two') }, [], options);
  expect(asked).toEqual(['Where', 'What hidden twice']);
  expect([...graph.nodes.keys()]).toEqual(['b/file[/one]', 'b/file[/two]']);
  const props = graph.nodes.get('b/file[/two]')?.resource.props as { content: Secret } | undefined;
  expect([String(props?.content), reveal(props?.content ?? '')]).toEqual(['*** yes', '{{ x }} yes']);
});

test('a variable that names something undefined hurts nobody who does not ask for it', async () => {
  const files = (roles: string) => ({
    'site.yml': `
- hosts: a
  vars:
    slurm_roles: ${roles}
    slurmdbd_config: { StoragePass: "{{ nobody_says }}" }
  roles: [galaxyproject.slurm]
`,
  });
  expect([...(await declare(files('[controller, exec]'))).nodes.keys()]).toContain('a/service[slurmd.service]');
  await expect(declare(files('[controller, dbd]'))).rejects.toThrow("'nobody_says' is undefined");
});

test.each<[string, string, readonly string[]]>([
  ['group_by with a template', "group_by: { key: 'os_{{ ansible_facts.distribution }}' }", ['other']],
  ['group_by with key=value', 'ansible.builtin.group_by: key=os_Debian parents=other', []],
  ['add_host', 'add_host: { name: a, groups: "os_Debian,other" }', []],
  ['add_host in a block', 'block: [{ add_host: { name: a, groups: [os_Debian] } }]', ['other']],
  ['no such task', 'debug: { msg: os_Debian }', ['os_Debian', 'other']],
])('a play over a group that only tasks make is not doubted: %s', async (_title, task, doubted) => {
  const site = `- hosts: a\n  tasks:\n    - ${task}\n- hosts: os_Debian\n- hosts: other\n`;
  const directory = makeProject({ hosts: 'a\n', 'site.yml': site });
  folders.push(directory);
  const { project } = await openStack(['site'], { directory, inventory: [`${directory}/hosts`] });
  expect(project.warnings().map(({ text }) => text.split(' ').at(-1))).toEqual(doubted);
});

test("roles find the project's files and templates beside the playbook and in files/ and templates/, as in Ansible", async () => {
  const graph = await declare({
    'site.yml': `
- hosts: a
  roles: [galaxyproject.galaxy]
  vars:
    galaxy_layout: root-dir
    galaxy_root: /srv/galaxy
    galaxy_config_files:
      - {src: files/galaxy/one.yml, dest: /srv/one.yml}
      - {src: galaxy/one.yml, dest: /srv/two.yml}
    galaxy_config_templates:
      - {src: galaxy/three.j2, dest: /srv/three.yml}
`,
    'files/galaxy/one.yml': 'one\n',
    'templates/galaxy/three.j2': 'three {{ inventory_hostname }}\n',
  });
  const contents = [...graph.nodes.values()].flatMap(({ resource }) =>
    /^\/srv\/(?:one|two|three)\.yml$/.test(resource.name)
      ? [[resource.name, reveal((resource.props as { content: string }).content)]]
      : [],
  );
  expect(Object.fromEntries(contents)).toEqual({
    '/srv/one.yml': 'one\n',
    '/srv/two.yml': 'one\n',
    '/srv/three.yml': 'three a\n',
  });
});
