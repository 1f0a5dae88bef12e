/** What a plan can't know beforehand: tasks that are going to fail, that only look, and plays that may end. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { applyHere, type Files, makeProject, removeProject } from '../support/tasks-here.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) removeProject(folder);
});

/** Applies a play on this machine; `play` are its words, indented by two. */
async function run(play: string, more: Files = {}) {
  const folder = makeProject({ 'site.yml': `- hosts: here\n  become: true\n${play.replace(/^\n/, '')}`, ...more });
  folders.push(folder);
  const applied = await applyHere(folder);
  const read = (name: string) =>
    existsSync(`${folder}/${name}`) ? readFileSync(`${folder}/${name}`, 'utf8') : undefined;
  const results = [...applied.outcome.results.values()];
  return {
    ...applied,
    folder,
    read,
    failures: results.flatMap(({ error }) => (error ? [error.why ?? error.what] : [])),
  };
}

const file = (name: string, content = name) =>
  `copy: { dest: "{{ playbook_dir }}/${name}", content: "${content}" }`;

describe.runIf(process.getuid?.() === 0)('tasks with a turn of their own', { timeout: 60_000 }, () => {
  test('that are going to fail are planned as such; what comes before is done, what follows waits', async () => {
    const { plan, failures, read, warnings } = await run(`
  tasks:
    - ${file('before')}
    - name: Check
      assert: { that: 1 == 2, fail_msg: too bad }
    - ${file('after')}
`);
    const reasons = plan.entries.flatMap((entry) => (entry.status === 'unknown' ? [entry.reason] : []));
    expect(reasons).toEqual(['it fails: too bad: 1 == 2 is false']);
    expect(warnings).toEqual(['site.yml:5: this task is going to fail: too bad: 1 == 2 is false']);
    expect(failures).toEqual(['too bad; 1 == 2 is false']);
    expect([read('before'), read('after')]).toEqual(['before', undefined]);
  });

  test('are given up when their time is over, and so are all others', async () => {
    const { outcome, read, failures } = await run(`
  tasks:
    - command: sleep 600
      timeout: 1
      register: hung
      ignore_errors: true
    - ${file('told', '{{ hung.msg }}')}
    - name: Waited for
      command: sleep 601
      async: 2
      poll: 1
    - ${file('after')}
`);
    expect(read('told')).toMatch(/ended after 1 s, its time limit; .*was running: sleep 600/s);
    expect(failures).toEqual([expect.stringContaining('was running: sleep 601')]);
    const error = [...outcome.results.values()].find((one) => one.error)?.error;
    expect(error).toMatchObject({ code: 'apply/time-limit', fix: expect.stringContaining('`timeout:`') });
    expect(read('after')).toBeUndefined();
  });

  test.each([
    ['port: 1, host: 127.0.0.2', '127.0.0.2:1'],
    ['path: /nonexistent', 'file /nonexistent'],
    [
      'path: /etc/passwd, search_regex: "^nobody-like-this"',
      'search string ^nobody-like-this in file /etc/passwd',
    ],
    ['path: /etc/passwd, state: absent', 'file /etc/passwd to be absent'],
  ])('that wait (%s) say for what they waited in vain', async (words, subject) => {
    const { failures } = await run(`
  tasks:
    - wait_for: { ${words}, timeout: 1 }
`);
    expect(failures).toEqual([`Timeout when waiting for ${subject}: still not so after 1 s`]);
  });

  test('with check_mode say what they would do, and do nothing', async () => {
    const { read, failures } = await run(`
  tasks:
    - ${file('there')}
    - ${file('there', 'other')}
      check_mode: true
      register: different
    - ${file('there')}
      check_mode: true
      register: same
    - command: touch "{{ playbook_dir }}/made"
      check_mode: true
      register: command
    - command: touch "{{ playbook_dir }}/made"
      args: { creates: "{{ playbook_dir }}/made" }
      check_mode: true
      register: guarded
    - command: echo read
      check_mode: false
      register: real
    - copy:
        dest: "{{ playbook_dir }}/told"
        content: "{{ [different.changed, same.changed, command.changed, command.skipped, guarded.changed, real.stdout] | join(' ') }}"
`);
    expect(failures).toEqual([]);
    expect([read('there'), read('made')]).toEqual(['there', undefined]);
    expect(read('told')).toBe('True False False True True read');
  });

  test('end a play by a result, and nothing that follows is done', async () => {
    const play = (word: string) => `
  tasks:
    - command: echo ${word}
      register: said
      changed_when: false
    - meta: end_host
      when: said.stdout == 'stop'
    - ${file('after')}
    - block:
        - ${file('later')}
`;
    const stopped = await run(play('stop'));
    expect(stopped.failures).toEqual([]);
    expect([stopped.read('after'), stopped.read('later')]).toEqual([undefined, undefined]);
    const went = await run(play('go'));
    expect([went.read('after'), went.read('later')]).toEqual(['after', 'later']);
  });

  test('end a play from within a block that rescues', async () => {
    const { read, failures } = await run(`
  tasks:
    - block:
        - command: "false"
      rescue:
        - ${file('rescued')}
        - meta: end_play
        - ${file('not')}
    - ${file('after')}
`);
    expect(failures).toEqual([]);
    expect([read('rescued'), read('not'), read('after')]).toEqual(['rescued', undefined, undefined]);
  });

  test('run handlers at a flush within a block, once, those notified before it first', async () => {
    const { read, failures } = await run(`
  handlers:
    - name: one
      shell: echo one >> "{{ playbook_dir }}/log"
    - name: two
      shell: echo two >> "{{ playbook_dir }}/log"
  tasks:
    - ${file('a')}
      notify: one
    - block:
        - ${file('b')}
          notify: two
        - meta: flush_handlers
        - shell: echo after >> "{{ playbook_dir }}/log"
      always:
        - meta: noop
`);
    expect(failures).toEqual([]);
    expect(read('log')).toBe('one\ntwo\nafter\n');
  });

  test('that nobody waits for go on by themselves, and async_status tells how they ended', async () => {
    const { read, failures } = await run(`
  tasks:
    - shell: echo begun; while ! test -e "{{ playbook_dir }}/go"; do sleep 0.1; done; echo ended
      async: 60
      poll: 0
      register: job
    - async_status: { jid: "{{ job.ansible_job_id }}" }
      register: early
    - ${file('go')}
      when: not early.finished
    - async_status: { jid: "{{ job.ansible_job_id }}" }
      register: done
      until: done.finished
      retries: 100
      delay: 0.1
    - async_status: { jid: "{{ job.ansible_job_id }}", mode: cleanup }
    - copy:
        dest: "{{ playbook_dir }}/told"
        content: "{{ [job.finished, early.finished, done.finished, done.rc, done.stdout_lines] }}"
`);
    expect(failures).toEqual([]);
    expect(read('told')).toBe('[false, false, true, 0, ["begun", "ended"]]');
  });

  test('fetch files, once, below the folder that the task names, for nobody else to read', async () => {
    const play = `
  tasks:
    - ${file('secret', 'text')}
    - fetch: { src: "{{ playbook_dir }}/secret", dest: kept }
      register: first
    - fetch: { src: "{{ playbook_dir }}/./x/../secret", dest: "kept/", flat: true }
    - fetch: { src: /nowhere, dest: kept, fail_on_missing: false }
      register: missing
    - ${file('told', '{{ first.changed }} {{ first.checksum }} {{ missing.failed }} {{ missing.changed }}')}
`;
    const { read, failures, folder } = await run(play);
    expect(failures).toEqual([]);
    expect(read('kept/secret')).toBe('text');
    expect(read(`kept/here${folder}/secret`)).toBe('text');
    expect(statSync(`${folder}/kept/secret`).mode & 0o777).toBe(0o600);
    expect(read('told')).toBe('True 372ea08cab33e71c02c651dbc83a474d32c676ea False False');
    const again = await applyHere(folder);
    const changed = Object.entries(again.statuses).filter(
      ([id, status]) => status === 'changed' && /fetch/.test(id),
    );
    expect(changed).toEqual([]);
  });

  test('fetch nothing through a link that leads out of the folder (S12)', async () => {
    const { failures, folder } = await run(
      `
  tasks:
    - ${file('secret')}
    - file: { path: "{{ playbook_dir }}/outside", state: directory }
    - file: { src: ../outside, dest: "{{ playbook_dir }}/kept/here", state: link }
    - fetch: { src: "{{ playbook_dir }}/secret", dest: kept }
`,
      { 'kept/.keep': '' },
    );
    expect(failures).toEqual([expect.stringContaining('leads out of the folder')]);
    expect(existsSync(`${folder}/outside/secret`)).toBe(false);
  });
});
