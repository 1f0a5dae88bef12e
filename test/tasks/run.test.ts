import { existsSync, lstatSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import {
  applyHere,
  compileHere,
  type Files,
  makeProject,
  type Options,
  removeProject,
} from '../support/tasks-here.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) removeProject(folder);
});

/** A play for this machine; `play` are its words, indented by two. */
function project(play: string, more: Files = {}): string {
  const made = makeProject({ 'site.yml': `- hosts: here\n  become: true\n${play.replace(/^\n/, '')}`, ...more });
  folders.push(made);
  return made;
}

const OUT = '{{ playbook_dir }}/out';

/** Applies a play, and says what each resource's status is, by its id without the place. */
async function run(play: string, more: Files = {}, options: Options = {}) {
  const folder = project(play, more);
  const applied = await applyHere(folder, options);
  const read = (name: string) =>
    existsSync(`${folder}/${name}`) ? readFileSync(`${folder}/${name}`, 'utf8') : undefined;
  const failures = [...applied.outcome.results.values()].flatMap(({ error }) =>
    error ? [error.why ?? error.what] : [],
  );
  return { ...applied, folder, read, failures };
}

const changed = (statuses: Readonly<Record<string, string>>) =>
  Object.entries(statuses).flatMap(([id, status]) => (status === 'unchanged' ? [] : [id]));

describe.runIf(process.getuid?.() === 0)('tasks on a host', { timeout: 60_000 }, () => {
  test('make the folder that the final slash of a copy names, where it is missing', async () => {
    const play = `
  tasks:
    - copy: { src: a.txt, dest: "${OUT}/new/deeper/", directory_mode: '0750' }
`;
    const first = await run(play, { 'files/a.txt': 'a' });
    expect(first.failures).toEqual([]);
    expect(first.read('out/new/deeper/a.txt')).toBe('a');
    expect(statSync(`${first.folder}/out/new/deeper`).mode & 0o777).toBe(0o750);
    expect(changed((await applyHere(first.folder)).statuses)).toEqual([]);
  });

  test('file sets what a link leads to, and gives missing parents the same owner and mode', async () => {
    const play = `
  tasks:
    - file: { path: "${OUT}/real", state: directory }
    - file: { src: real, path: "${OUT}/way", state: link, owner: games, mode: '0700' }
    - file: { path: "${OUT}/way", state: directory, group: games }
    - file: { path: "${OUT}/new/deeper/", state: directory, owner: games, mode: '0711' }
    - file: { src: nowhere, path: "${OUT}/own", state: link, owner: games, follow: false }
    - file: { src: out/real, path: "{{ playbook_dir }}/other", state: link, force: true }
`;
    const first = await run(play, { other: 'a file' });
    expect(first.failures).toEqual([]);
    const look = (name: string) => {
      const { mode, uid, gid } = statSync(`${first.folder}/out/${name}`);
      return [(mode & 0o777).toString(8), uid, gid];
    };
    expect(look('real')).toEqual(['700', 5, 60]);
    expect(look('new').slice(0, 2)).toEqual(['711', 5]);
    expect(look('new/deeper').slice(0, 2)).toEqual(['711', 5]);
    expect(lstatSync(`${first.folder}/out/own`).uid).toBe(5);
    expect(readlinkSync(`${first.folder}/other`)).toBe('out/real');
    expect(changed((await applyHere(first.folder)).statuses)).toEqual([]);
  });

  test.each([
    ['an owner that nobody is', 'file: { path: "{{ playbook_dir }}/site.yml", owner: nosuchuser }', /nosuchuser/],
    [
      'a folder in the place of a file',
      'file: { path: "{{ playbook_dir }}/site.yml", state: directory }',
      /is no directory/,
    ],
  ])('file fails at %s', async (_what, task, why) => {
    const { failures } = await run(`\n  tasks:\n    - ${task}\n`);
    expect(failures.join()).toMatch(why);
  });

  test('a copy that has its turn late finds out which paths are folders', async () => {
    const { read, failures } = await run(
      `
  tasks:
    - command: mkdir -p "${OUT}/made"
      args: { creates: "${OUT}/made" }
      register: first
    - copy: { src: a.txt, dest: "${OUT}/made" }
      when: first.rc == 0
    - shell: 'false'
      register: tried
      ignore_errors: true
    - copy: { src: a.txt, dest: "${OUT}/made/b.txt" }
      when: tried is failed
`,
      { 'files/a.txt': 'a' },
    );
    expect(failures).toEqual([]);
    expect([read('out/made/a.txt'), read('out/made/b.txt')]).toEqual(['a', 'a']);
  });

  test('edits make the folder of a new file, and leave bytes that are no text alone', async () => {
    const { read, failures, folder } = await run(
      `
  tasks:
    - lineinfile: { path: "${OUT}/deep/er/a", line: x, create: true }
    - lineinfile: { path: "{{ playbook_dir }}/latin", line: é }
    - lineinfile: { path: "{{ playbook_dir }}/dos", line: b }
    - lineinfile: { path: "{{ playbook_dir }}/latin", line: "{{ item }}" }
      with_file: [word]
`,
      { latin: Buffer.from('caf\xe9\n', 'latin1'), dos: 'a\r\nb\r\n', 'files/word': 'last\n\n' },
    );
    expect(failures).toEqual([]);
    expect(read('out/deep/er/a')).toBe('x\n');
    expect(readFileSync(`${folder}/latin`, 'latin1')).toBe('caf\xe9\n\xc3\xa9\nlast\n');
    expect(read('dos')).toBe('a\r\nb\n');
  });

  test('declare files, templates and directories, and a second run finds nothing to do', async () => {
    const play = `
  vars: { greeting: hello }
  tasks:
    - file: { path: "${OUT}/deep", state: directory, mode: '0750' }
    - copy: { dest: "${OUT}/deep/a.txt", content: "{{ greeting }} world\\n", mode: '0640' }
    - template: { src: t.j2, dest: "${OUT}/t.txt" }
    - command: touch made
      args: { chdir: "${OUT}", creates: made }
    - lineinfile: { path: "${OUT}/t.txt", line: 'more' }
    - blockinfile: { path: "${OUT}/new", block: "a\\nb", create: true }
    - file: { src: a.txt, dest: "${OUT}/deep/link", state: link }
`;
    const files = { 'templates/t.j2': '{{ greeting }} {{ inventory_hostname }} {{ ansible_os_family }}\n' };
    const first = await run(play, files);
    expect(first.failures).toEqual([]);
    expect(first.read('out/deep/a.txt')).toBe('hello world\n');
    expect(statSync(`${first.folder}/out/deep/a.txt`).mode & 0o777).toBe(0o640);
    expect(first.read('out/t.txt')).toBe('hello here Debian\nmore\n');
    expect(first.read('out/new')).toBe('# BEGIN ANSIBLE MANAGED BLOCK\na\nb\n# END ANSIBLE MANAGED BLOCK\n');
    const second = await applyHere(first.folder);
    // The template and the line contradict each other, as they do in Ansible: only these two have something to do.
    expect(changed(second.statuses)).toEqual([expect.stringContaining('file['), expect.stringContaining('edit[')]);
    const { plan } = second;
    expect(plan.entries.filter((entry) => entry.status === 'unknown')).toEqual([]);
  });

  test('work with results of the host in conditions, arguments and loops, and say so in the plan', async () => {
    const { plan, statuses, read } = await run(`
  tasks:
    - name: List
      command: printf 'a\\nb\\n'
      register: listing
      changed_when: false
    - name: Make each
      copy: { dest: "{{ playbook_dir }}/{{ item }}.txt", content: "{{ item }}" }
      loop: "{{ listing.stdout_lines }}"
      register: made
    - name: Tell
      copy: { dest: "{{ playbook_dir }}/told", content: "{{ made.results | length }}" }
      when: listing.rc == 0 and made is changed
    - name: Never
      copy: { dest: "{{ playbook_dir }}/never", content: no }
      when: listing.rc != 0
`);
    expect(
      plan.entries.map(
        (entry) => `${entry.node.resource.id}: ${entry.status === 'unknown' ? entry.reason : entry.status}`,
      ),
    ).toEqual([
      'task[List (site.yml:4)]: it has no guard (`creates`, `removes`), so it runs each time; its result is known then',
      'task[Make each (site.yml:8)]: depends on the result of List (site.yml:4)',
      'task[Tell (site.yml:12)]: depends on the result of List (site.yml:4)',
      'task[Never (site.yml:15)]: depends on the result of List (site.yml:4)',
    ]);
    expect(Object.values(statuses)).toEqual(['unchanged', 'changed', 'changed', 'unchanged']);
    expect([read('b.txt'), read('told'), read('never')]).toEqual(['b', '2', undefined]);
  });

  test('plan nothing for what runs only if a state changes, and run it when it does', async () => {
    const play = `
  tasks:
    - copy: { dest: "{{ playbook_dir }}/conf", content: "1" }
      register: conf
    - name: After a change
      shell: echo x >> "{{ playbook_dir }}/log"
      when: conf is changed
`;
    const first = await run(play);
    expect(first.read('log')).toBe('x\n');
    const second = await applyHere(first.folder);
    expect(second.plan.entries.every((entry) => entry.status === 'same')).toBe(true);
    expect(second.execs).toBe(1);
    writeFileSync(`${first.folder}/conf`, 'edited by hand');
    await applyHere(first.folder);
    expect(readFileSync(`${first.folder}/log`, 'utf8')).toBe('x\nx\n');
  });

  test('run a handler once, after its notifiers, and only if one changed', async () => {
    const play = `
  handlers:
    - name: second
      shell: echo second >> "{{ playbook_dir }}/log"
    - name: Listener
      listen: topic
      shell: echo topic >> "{{ playbook_dir }}/log"
  tasks:
    - copy: { dest: "{{ playbook_dir }}/{{ item }}", content: x }
      loop: [a, b]
      notify: [second, topic]
    - shell: echo before >> "{{ playbook_dir }}/log"
      args: { creates: "{{ playbook_dir }}/log" }
`;
    const first = await run(play);
    expect(first.failures).toEqual([]);
    expect(first.read('log')).toBe('before\nsecond\ntopic\n');
    const second = await applyHere(first.folder);
    expect(changed(second.statuses)).toEqual([]);
    expect(second.execs).toBe(1);
  });

  test('do the work of a file that is included several times each time, and each state after the one before', async () => {
    const play = `
  tasks:
    - include_tasks: inc.yml
      loop: [1, 2]
      loop_control: { loop_var: n }
    - copy: { dest: "{{ playbook_dir }}/back", content: a }
    - copy: { dest: "{{ playbook_dir }}/back", content: b }
    - copy: { dest: "{{ playbook_dir }}/back", content: a }
`;
    const inc = `
- shell: echo {{ n }} >> log
  args: { chdir: "{{ playbook_dir }}" }
- shell: echo {{ n }}
  register: said
- shell: echo said {{ said.stdout }} >> log
  args: { chdir: "{{ playbook_dir }}" }
- command: touch made-{{ n }}
  args: { chdir: "{{ playbook_dir }}", creates: "made-{{ n }}" }
- lineinfile: { path: "{{ playbook_dir }}/lines", line: "{{ n }}", create: true }
`;
    const { read, failures, plan } = await run(play, { 'inc.yml': inc });
    expect(failures).toEqual([]);
    expect([read('log'), read('lines'), read('made-2'), read('back')]).toEqual([
      '1\nsaid 1\n2\nsaid 2\n',
      '1\n2\n',
      '',
      'a',
    ]);
    const ids = plan.entries.map((entry) => entry.node.resource.id);
    expect(ids.slice(0, 2).concat(ids[5] ?? '')).toEqual([
      'command[shell (inc.yml:2)]',
      'task[shell (inc.yml:4)]',
      'command[shell (inc.yml:2) #2]',
    ]);
  });

  test('run a handler again when it is notified again after it ran', async () => {
    const { read, failures } = await run(`
  handlers:
    - { name: told, shell: 'echo told >> "{{ playbook_dir }}/log"' }
    - { name: twice, listen: topic, shell: 'echo first >> "{{ playbook_dir }}/log"' }
    - { name: twice, listen: topic, shell: 'echo last >> "{{ playbook_dir }}/log"' }
  tasks:
    - { copy: { dest: "{{ playbook_dir }}/a", content: x }, notify: told }
    - meta: flush_handlers
    - shell: echo between >> "{{ playbook_dir }}/log"
    - { copy: { dest: "{{ playbook_dir }}/b", content: x }, notify: [told, topic] }
`);
    expect(failures).toEqual([]);
    expect(read('log')).toBe('told\nbetween\ntold\nlast\n');
  });

  test('ignore errors where a block says so, take defaults of modules, and name a result by the name of its loop', async () => {
    const { read, failures } = await run(`
  module_defaults:
    copy: { mode: '0600' }
  tasks:
    - ignore_errors: true
      block:
        - fail: { msg: no harm }
        - command: "false"
          register: bad
          retries: 1
          delay: 0
    - copy: { dest: "{{ playbook_dir }}/{{ u.n }}", content: "{{ i }}" }
      loop: [{ n: a }, { n: b }]
      loop_control: { loop_var: u, index_var: i }
      register: made
    - ansible.builtin.copy:
        dest: "{{ playbook_dir }}/told"
        content: "{{ made.results | map(attribute='u.n') | join }} {{ made.results[1].i }} {{ made.results[0].item | default('-') }} {{ bad.attempts }}"
      module_defaults: { ansible.builtin.copy: { mode: '0640' } }
    - copy: { dest: "{{ playbook_dir }}/host-{{ item }}", content: x }
      with_vars: [greeting]
      vars: { greeting: one }
`);
    expect(failures).toEqual([]);
    expect([read('told'), read('host-one')]).toEqual(['ab 1 - 1', 'x']);
    const mode = (name: string) => statSync(`${folders.at(-1)}/${name}`).mode & 0o777;
    expect([mode('a'), mode('told')]).toEqual([0o600, 0o640]);
  });

  test('put one thing into two states after each other, in each run', async () => {
    const play = `
  tasks:
    - copy: { dest: "{{ playbook_dir }}/x", content: a }
    - command: cp x seen
      args: { chdir: "{{ playbook_dir }}" }
    - copy: { dest: "{{ playbook_dir }}/x", content: b }
`;
    const first = await run(play);
    await applyHere(first.folder);
    expect([first.read('x'), first.read('seen')]).toEqual(['b', 'a']);
  });

  test('rescue, with the failed result at hand, and always run what is always to be run', async () => {
    const { read, statuses, failures } = await run(`
  tasks:
    - block:
        - command: sh -c 'echo oh no >&2; exit 3'
          register: broken
        - copy: { dest: "{{ playbook_dir }}/unreached", content: x }
      rescue:
        - copy: { dest: "{{ playbook_dir }}/rescued", content: "{{ broken.rc }} {{ ansible_failed_result.failed }}" }
      always:
        - copy: { dest: "{{ playbook_dir }}/always", content: x }
    - block:
        - fail: { msg: not rescued }
      always:
        - copy: { dest: "{{ playbook_dir }}/always2", content: x }
    - copy: { dest: "{{ playbook_dir }}/after", content: x }
`);
    expect([read('rescued'), read('always'), read('always2')]).toEqual(['3 True', 'x', 'x']);
    expect([read('unreached'), read('after')]).toEqual([undefined, undefined]);
    expect(Object.values(statuses)).toEqual(['changed', 'failed', 'blocked']);
    expect(failures).toEqual(['not rescued']);
  });

  test('try again until a condition holds, ignore errors when told to, judge by failed_when', async () => {
    const { read, failures } = await run(`
  tasks:
    - shell: echo x >> tries; wc -l < tries
      args: { chdir: "{{ playbook_dir }}" }
      register: tries
      until: tries.stdout | int >= 3
      retries: 5
      delay: 0
    - command: "false"
      register: bad
      ignore_errors: true
    - command: sh -c 'exit 4'
      register: judged
      failed_when: judged.rc not in [0, 4]
    - copy: { dest: "{{ playbook_dir }}/out", content: "{{ tries.attempts }} {{ bad is failed }} {{ judged.rc }}" }
`);
    expect(failures).toEqual([]);
    expect(read('out')).toBe('3 True 4');
  });

  test('read the host: stat, slurp, find, getent, package_facts', async () => {
    const { read, failures } = await run(`
  tasks:
    - copy: { dest: "{{ playbook_dir }}/a.conf", content: "{{ '{{' }} 7 * 6 }}", mode: '0604' }
    - stat: { path: "{{ playbook_dir }}/a.conf" }
      register: st
    - slurp: { src: "{{ playbook_dir }}/a.conf" }
      register: sl
    - find: { paths: "{{ playbook_dir }}", patterns: '*.conf' }
      register: found
    - getent: { database: passwd, key: root }
    - package_facts:
    - copy:
        dest: "{{ playbook_dir }}/told"
        content: "{{ st.stat.exists }} {{ st.stat.mode }} {{ st.stat.size }} {{ sl.content | b64decode }} {{ found.matched }} {{ getent_passwd['root'][5] is defined }} {{ 'dpkg' in ansible_facts.packages }} {{ ansible_facts.os_family }}"
`);
    expect(failures).toEqual([]);
    expect(read('told')).toBe('True 0604 11 {{ 7 * 6 }} 1 True True Debian');
  });

  test('include files, with their own loops and conditions, and pass variables on', async () => {
    const { read, failures } = await run(
      `
  tasks:
    - include_tasks: one.yml
      loop: [a, b]
      loop_control: { loop_var: outer }
      when: outer != 'b'
    - import_tasks: "tasks/two.yml"
      vars: { said: imported }
    - include_vars: more.yml
    - set_fact: { both: "{{ from_file }} and {{ said | default('nothing') }}" }
    - copy: { dest: "{{ playbook_dir }}/both", content: "{{ both }}" }
    - command: echo dynamic
      register: which
    - include_tasks: "{{ which.stdout }}.yml"
`,
      {
        'tasks/one.yml': '- copy: { dest: "{{ playbook_dir }}/{{ outer }}", content: "{{ outer }}" }\n',
        'tasks/two.yml': '- copy: { dest: "{{ playbook_dir }}/two", content: "{{ said }}" }\n',
        'tasks/dynamic.yml': '- copy: { dest: "{{ playbook_dir }}/dynamic", content: "yes" }\n',
        'vars/more.yml': 'from_file: more\n',
      },
    );
    expect(failures).toEqual([]);
    expect(['a', 'b', 'two', 'both', 'dynamic'].map(read)).toEqual([
      'a',
      undefined,
      'imported',
      'more and nothing',
      'yes',
    ]);
  });

  test('work as another user without leaving anything behind, with the environment and standard input', async () => {
    const { read, failures } = await run(`
  become_user: nobody
  environment: { GREETING: hello }
  tasks:
    - shell: id -un > /tmp/gatdeploy-tasks-who; echo "$GREETING $(cat)" >> /tmp/gatdeploy-tasks-who
      args: { stdin: from stdin }
    - become_user: root
      command: mv /tmp/gatdeploy-tasks-who {{ playbook_dir }}/who
      args: { creates: "{{ playbook_dir }}/who" }
`);
    expect(failures).toEqual([]);
    expect(read('who')).toBe('nobody\nhello from stdin\n');
  });

  test('never show a secret, nor the output of a task with no_log', async () => {
    const { events, read } = await run(
      `
  vars_files: [secret.yml]
  tasks:
    - shell: "echo {{ token }} | tee {{ playbook_dir }}/kept; echo canary-no-log-77; exit 1"
      no_log: true
    - copy: { dest: "{{ playbook_dir }}/token", content: "{{ token }}" }
`,
      { 'secret.yml': 'token: canary-token-55\n' },
    );
    expect(read('kept')).toBe('canary-token-55\n');
    expect(JSON.stringify(events)).not.toContain('canary-no-log-77');
  });

  test('edit one file several times in one run, each edit seeing the one before', async () => {
    const { read, failures, folder } = await run(`
  tasks:
    - copy: { dest: "{{ playbook_dir }}/ini", content: "[a]\\nx = 1\\n", force: false }
    - ini_file: { path: "{{ playbook_dir }}/ini", section: a, option: x, value: 2 }
    - ini_file: { path: "{{ playbook_dir }}/ini", section: b, option: y, value: "{{ item }}" }
      loop: [3]
    - lineinfile: { path: "{{ playbook_dir }}/ini", regexp: '^y', line: 'y = 4', insertafter: '^\\[b\\]' }
      when: false
    - replace: { path: "{{ playbook_dir }}/ini", regexp: '^(x) = .*$', replace: '\\1 = 5' }
`);
    expect(failures).toEqual([]);
    expect(read('ini')).toBe('[a]\nx = 5\n[b]\ny = 3\n');
    expect(folder).toBeDefined();
  });
});

describe('tasks as resources', () => {
  const ids = async (play: string, options: Options = {}, more: Files = {}) =>
    (await compileHere(project(play, more), options)).resources.map((one) => one.id);

  test('skip what is not tagged, and run what is always to be run', async () => {
    const play = `
  tasks:
    - { package: { name: a }, tags: [web] }
    - { package: { name: b }, tags: [db] }
    - { package: { name: c }, tags: [always] }
    - { package: { name: d }, tags: [never] }
    - block: [{ package: { name: e } }]
      tags: web
`;
    expect(await ids(play)).toEqual(['package[a]', 'package[b]', 'package[c]', 'package[e]']);
    expect(await ids(play, { tags: { only: ['web'] } })).toEqual(['package[a]', 'package[c]', 'package[e]']);
    expect(await ids(play, { tags: { skip: ['web'] } })).toEqual(['package[b]', 'package[c]']);
    expect(await ids(play, { tags: { only: ['never'] } })).toEqual(['package[c]', 'package[d]']);
  });

  test('follow each other, while packages side by side have no order', async () => {
    const { resources } = await compileHere(
      project(`
  tasks:
    - package: { name: [git, make] }
    - apt: name=tar state=latest
    - service: name=foo enabled=yes
    - apt_repository: { repo: 'deb http://deb.example.org/x stable main' }
    - package: name=late
`),
    );
    const follows = resources.map((one) => [one.id, (one.props.follows ?? []).map((other) => other.id)]);
    expect(follows).toEqual([
      ['package[git]', []],
      ['package[make]', []],
      ['package[tar]', []],
      ['service[foo.service]', ['package[git]', 'package[make]', 'package[tar]']],
      ['apt_repository[deb_example_org_x_stable_main]', ['service[foo.service]']],
      ['package[late]', ['apt_repository[deb_example_org_x_stable_main]']],
    ]);
  });

  test.each([
    ['when is false', '{ yum: { name: x }, when: ansible_os_family == "RedHat" }', []],
    [
      'an undefined name is used only behind a false condition',
      '{ package: { name: "{{ nowhere }}" }, when: nowhere is defined }',
      [],
    ],
    [
      'with_items flattens',
      '{ package: { name: "{{ item }}" }, with_items: [a, [b, c]] }',
      ['package[a]', 'package[b]', 'package[c]'],
    ],
    [
      'with_dict gives key and value',
      '{ package: { name: "{{ item.key }}-{{ item.value }}" }, with_dict: { a: 1 } }',
      ['package[a-1]'],
    ],
    [
      'an argument is omitted',
      '{ file: { path: /x, state: directory, mode: "{{ nowhere | default(omit) }}" } }',
      ['directory[/x]'],
    ],
    ['args is a variable', '{ package: "{{ spec }}", vars: { spec: { name: x } } }', ['package[x]']],
    ['a full name is used', '{ ansible.builtin.package: { name: x } }', ['package[x]']],
  ])('when %s', async (_title, task, expected) => {
    expect(await ids(`  tasks:\n    - ${task}\n`)).toEqual(expected);
  });

  test.each([
    ['an unknown module', '{ pakage: { name: x } }', 'task/unknown-module', 'did you mean `package`?'],
    ['an unknown parameter', '{ package: { nmae: x } }', 'task/unknown-parameter', 'did you mean `name`?'],
    ['a module of Red Hat', '{ yum: { name: x } }', 'task/refused-module', 'give the task a `when`'],
    ['a choice that is none', '{ service: { name: x, state: running } }', 'task/parameter', 'correct the value'],
    ['a missing parameter', '{ file: { state: directory } }', 'task/parameter', 'add path'],
    ['a missing file', '{ copy: { src: nowhere, dest: /x } }', 'task/no-file', 'correct the name'],
    ['an unknown handler', '{ package: { name: x }, notify: nobody }', 'task/unknown-handler', 'add the handler'],
    [
      'a role that is not native',
      '{ include_role: { name: some.role } }',
      'task/unknown-role',
      'ansible-galaxy install',
    ],
    ['a reboot', '{ reboot: {} }', 'task/refused-module', 'give the task a `when`'],
    ['an undefined variable', '{ package: { name: "{{ nowhere }}" } }', 'var/undefined', undefined],
  ])('are refused with a place: %s', async (_title, task, code, fix) => {
    const error = await ids(`  tasks:\n    - ${task}\n`).catch((one: unknown) => one);
    expect(error).toMatchObject({ code });
    expect((error as { where: { file: string; line: number }[] }).where[0]).toMatchObject({
      file: 'site.yml',
      line: 4,
    });
    if (fix !== undefined) expect((error as { fix: string }).fix).toContain(fix);
  });

  test('map the restart of a service to what the service owes', async () => {
    const { resources } = await compileHere(
      project(`
  handlers:
    - name: restart app
      systemd: { name: app, state: restarted }
  tasks:
    - service: { name: app, state: started, enabled: true }
    - copy: { dest: /etc/app.conf, content: x }
      notify: restart app
`),
    );
    const app = resources.find((one) => one.id === 'service[app.service]');
    expect(app?.kind.reacts(app).map(({ key, to }) => [key, to.map((one) => one.id)])).toEqual([
      ['loaded', ['file[/etc/app.conf]']],
      ['reread', []],
    ]);
    expect(app?.kind.desired(app)).toEqual({
      running: true,
      enabled: true,
      loaded: 'current',
      reread: 'current',
    });
    expect(resources).toHaveLength(2);
  });

  test('hand a delegated task to its host, in order across hosts', async () => {
    const { compiled } = await compileHere(
      project(`
  tasks:
    - package: name=first
    - package: name=elsewhere
      delegate_to: there
    - package: name=last
`),
    );
    const [first, last] = compiled.resources.get('here') ?? [];
    const [elsewhere] = compiled.resources.get('there') ?? [];
    expect([first?.id, elsewhere?.id, last?.id]).toEqual([
      'package[first]',
      'package[elsewhere]',
      'package[last]',
    ]);
    expect(elsewhere?.props.requires).toEqual(first?.props.provides);
    expect(last?.props.requires).toEqual(elsewhere?.props.provides);
  });
});
