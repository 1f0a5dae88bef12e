/** Facts as variables: what a host says is never a template, and never decides how it is reached. */
import { expect, test } from 'vitest';
import { nodeOf } from '../../src/base/node.ts';
import { hostVariables } from '../../src/project/host-variables.ts';
import { loadProject } from '../../src/project/project.ts';
import { factsLayer } from '../../src/project/vars/facts.ts';
import { withFolder } from './recorded.ts';

const HOSTILE = "{{ lookup('env', 'HOME') }}{{ 7 * 7 }}";

const named = (names: readonly string[]) =>
  factsLayer(nodeOf(new Map(names.map((name) => [name, 'evil'])), { file: 'facts', line: 1, column: 1 }, true));

test.each([
  ...['user', 'host', 'port', 'connection', 'password', 'become', 'become_pass', 'become_user', 'sudo_pass'],
  ...['ssh_common_args', 'ssh_pass', 'ssh_executable', 'host_key_checking', 'python_interpreter', 'control_path'],
  ...['perl_interpreter', 'check_mode', 'managed', 'search_path', 'play_hosts', 'version', 'timeout', 'role_name'],
])('a fact ansible_%s does not become a variable', (name) => {
  expect([...named([`ansible_${name}`]).variables.keys()]).toEqual(['ansible_facts']);
});

test.each(['docker0', 'lo', 'hostname', 'ssh_host_key_rsa_public', 'system', 'loop0', 'sum', 'user_id', 'python'])(
  'a fact ansible_%s does',
  (name) => expect([...named([`ansible_${name}`]).variables.keys()]).toContain(`ansible_${name}`),
);

test('a template in a fact is text on every way that a value can take', async () => {
  const ways = {
    variable: '{{ ansible_hostname }}',
    second: '{{ variable }}',
    defaulted: '{{ nope | default(second) }}',
    loop: '{% for one in [ansible_hostname] %}{{ one }}{% endfor %}',
    other: '{{ hostvars.h1.ansible_hostname }}',
    looked: "{{ lookup('vars', 'ansible_hostname') }}",
    through: '{{ ansible_facts | to_json | from_json }}',
    built: "{{ ansible_hostname[:3] ~ '1+1 }}' }}",
    macro: '{% macro m(x) %}{{ x }}{% endmacro %}{{ m(ansible_hostname) }}',
    error: '{{ undef(hint=ansible_hostname) }}',
    vars: "{{ vars['ansible_hostname'] }}",
  };
  const facts = JSON.stringify({ ansible_hostname: HOSTILE });
  await withFolder(
    { hosts: 'h1\n', 'group_vars/all.json': JSON.stringify(ways), 'facts.json': facts },
    async (folder) => {
      const project = await loadProject(folder, { environment: {}, factsFile: 'facts.json' });
      const values = hostVariables(project, 'h1');
      const same = ['variable', 'second', 'defaulted', 'loop', 'other', 'looked', 'macro', 'vars'];
      expect(same.map((name) => values.get(name))).toEqual(same.map(() => HOSTILE));
      expect(values.get('through')).toEqual(new Map([['hostname', HOSTILE]]));
      expect(values.get('built')).toBe('{{ 1+1 }}');
      expect(String((values.get('error') as Map<string, string>).get('detail'))).toContain(HOSTILE);
    },
  );
});

test('a host that was not asked has no facts, which is no error', async () => {
  const all = { facts: '{{ ansible_facts }}', one: "{{ ansible_facts.os_family | default('unknown') }}" };
  await withFolder({ hosts: 'h1\n', 'group_vars/all.json': JSON.stringify(all) }, async (folder) => {
    const values = hostVariables(await loadProject(folder, { environment: {} }), 'h1');
    expect(values).toEqual(
      new Map<string, unknown>([
        ['facts', new Map()],
        ['one', 'unknown'],
      ]),
    );
  });
});
