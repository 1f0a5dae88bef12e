import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { applyHere, compileHere, makeProject, removeProject } from '../support/tasks-here.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) removeProject(folder);
});

function project(tasks: string, more: Record<string, string> = {}): string {
  const folder = makeProject({});
  removeProject(folder);
  const made = makeProject(
    Object.fromEntries(Object.entries({ 'site.yml': `- hosts: all\n  become: true\n${tasks}`, ...more })),
  );
  folders.push(made);
  return made;
}

describe.runIf(process.getuid?.() === 0)('tasks on a host', () => {
  test('declare files, templates and directories, and a second run finds nothing to do', async () => {
    const folder = project(
      `
  vars: { greeting: hello }
  tasks:
    - name: A folder
      file: { path: "{{ playbook_dir }}/out/deep", state: directory, mode: '0750' }
    - name: A file
      copy: { dest: "{{ playbook_dir }}/out/deep/a.txt", content: "{{ greeting }} world\\n", mode: '0640' }
    - template: { src: t.j2, dest: "{{ playbook_dir }}/out/t.txt" }
    - command: touch made
      args: { chdir: "{{ playbook_dir }}/out", creates: made }
    - shell: echo "{{ item }}" >> made
      args: { chdir: "{{ playbook_dir }}/out", creates: "{{ playbook_dir }}/out/made-{{ item }}" }
      loop: [x, y]
      when: item != 'y'
`,
      { 'templates/t.j2': '{{ greeting }} {{ inventory_hostname }} {{ ansible_os_family }}\n' },
    );
    const first = await applyHere(folder);
    expect(new Set(Object.values(first.statuses))).toEqual(new Set(['changed']));
    expect(readFileSync(`${folder}/out/deep/a.txt`, 'utf8')).toBe('hello world\n');
    expect(readFileSync(`${folder}/out/t.txt`, 'utf8')).toBe('hello here Debian\n');
    const second = await applyHere(folder);
    expect(
      Object.entries(second.statuses)
        .filter(([, status]) => status !== 'unchanged')
        .map(([id]) => id),
    ).toEqual([expect.stringContaining('command[shell: x')]);
    expect(readFileSync(`${folder}/out/made`, 'utf8')).toBe('x\nx\n');
  });

  test('work with results of the host: register, when, failed_when, loop over lines', async () => {
    const folder = project(`
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
    const { plan, statuses } = await applyHere(folder);
    expect(
      plan.entries.map((entry) => [
        entry.node.resource.id,
        entry.status === 'unknown' ? entry.reason : entry.status,
      ]),
    ).toMatchInlineSnapshot(`
      [
        [
          "task[List (site.yml:5)]",
          "its result is known only once it has run",
        ],
        [
          "task[Make each (site.yml:9)]",
          "depends on the result of List (site.yml:5)",
        ],
        [
          "task[Tell (site.yml:13)]",
          "depends on the result of List (site.yml:5)",
        ],
        [
          "task[Never (site.yml:16)]",
          "depends on the result of List (site.yml:5)",
        ],
      ]
    `);
    expect(Object.values(statuses)).toEqual(['unchanged', 'changed', 'changed', 'unchanged']);
    expect(readFileSync(`${folder}/b.txt`, 'utf8')).toBe('b');
    expect(readFileSync(`${folder}/told`, 'utf8')).toBe('2');
  });
});
test('x', async () => {
  expect(
    (
      await compileHere(
        project(`
  tasks:
   - package: {name: [git, make]}
   - apt: name=tar state=latest
   - service: name=foo enabled=yes
`),
      )
    ).resources.map((r) => [r.id, (r.props.follows ?? []).map((f) => f.id)]),
  ).toMatchInlineSnapshot(`
  [
    [
      "package[git]",
      [],
    ],
    [
      "package[make]",
      [],
    ],
    [
      "package[tar]",
      [],
    ],
    [
      "service[foo.service]",
      [
        "package[git]",
        "package[make]",
        "package[tar]",
      ],
    ],
  ]
`);
});
