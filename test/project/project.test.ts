/** Projects as a whole: settings, playbooks, variables with their origin, all problems at once. */
import { readFileSync, statSync, symlinkSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { GatError, Problems } from '../../src/base/errors.ts';
import { renderPosition } from '../../src/base/position.ts';
import { redact, reveal, Secret } from '../../src/base/secret.ts';
import { loadConfig } from '../../src/project/config.ts';
import { parseConfig } from '../../src/project/config-file.ts';
import { hostVariables } from '../../src/project/host-variables.ts';
import { loadProject } from '../../src/project/project.ts';
import { hostScope, playHosts } from '../../src/project/scope.ts';
import { parseKeyValues } from '../../src/project/vars/key-value.ts';
import { LEVELS } from '../../src/project/vars/levels.ts';
import { withFolder } from './recorded.ts';

const REPOSITORY = path.resolve(import.meta.dirname, '../fixtures/gat-repo');

async function problemsOf(load: Promise<unknown>): Promise<readonly GatError[]> {
  try {
    await load;
  } catch (error) {
    if (error instanceof Problems) return error.errors;
    if (error instanceof GatError) return [error];
    throw error;
  }
  return [];
}

describe('ansible.cfg', () => {
  test('only ; begins a comment behind a value', () => {
    const settings = parseConfig('[defaults]\n# c\na = 1 # x\nb = 2 ; x\nc: 3;x\nd =\n  e\n  f\n', 'ansible.cfg');
    expect([...settings].map(([key, { value }]) => [key, value])).toEqual([
      ['defaults.a', '1 # x'],
      ['defaults.b', '2'],
      ['defaults.c', '3;x'],
      ['defaults.d', '\ne\nf'],
    ]);
  });

  test('paths begin at its folder, the environment wins, unknown keys are tolerated', async () => {
    const text =
      '[defaults]\ninventory = hosts, more\nroles_path = roles:~/r\nforks = 7\nnonsense = 1\n[ssh_connection]\nssh_args = "-C"\n';
    await withFolder({ 'ansible.cfg': text }, (folder) => {
      const config = loadConfig(folder, { HOME: '/home/me', ANSIBLE_FORKS: '9' });
      expect(config.inventory).toEqual([path.join(folder, 'hosts'), path.join(folder, 'more')]);
      expect(config.rolesPath).toEqual([path.join(folder, 'roles'), '/home/me/r']);
      expect([config.forks, config.sshArgs, config.hostKeyChecking]).toEqual([9, '-C', true]);
    });
  });
});

describe('what the operating system refuses to look at', () => {
  test('in the home folder is not there', () =>
    withFolder({}, (folder) => {
      symlinkSync('circle', path.join(folder, 'circle'));
      expect(loadConfig(folder, { HOME: path.join(folder, 'circle') }).file).toBeUndefined();
    }));

  test('in the project is an error of its own', () =>
    withFolder({ hosts: 'a\n', 'site.yml': '- hosts: all\n' }, async (folder) => {
      symlinkSync('group_vars', path.join(folder, 'group_vars'));
      const project = await loadProject(folder, { environment: {}, inventory: ['hosts'] });
      expect(() => hostVariables(project, 'a', {})).toThrow(/cannot read .*group_vars/);
    }));
});

describe('the tutorial repository', () => {
  test('gives each play its hosts, roles and tasks', async () => {
    const project = await loadProject(REPOSITORY, { environment: {} });
    expect(project.playbookNames()).toEqual(['galaxy', 'pulsar']);
    const [play] = project.playbook('pulsar').plays;
    expect(play && playHosts(project, play)).toEqual(['gat-0.au.training.galaxyproject.eu']);
    expect(play?.roles.map((entry) => entry.role)).toEqual(['galaxyproject.cvmfs', 'galaxyproject.pulsar']);
    const [task] = play?.preTasks ?? [];
    expect(task?.kind === 'module' && [task.module, [...task.args.keys()]]).toEqual([
      'package',
      ['name', 'state', 'update_cache'],
    ]);
  });

  test('evaluates its variables, the vault included, and masks what came from there', async () => {
    const project = await loadProject(REPOSITORY, { environment: {} });
    const values = hostVariables(project, 'gat-0.au.training.galaxyproject.eu', { playbook: 'pulsar' });
    const config = values.get('pulsar_yaml_config') as ReadonlyMap<string, unknown>;
    const url = config.get('message_queue_url');
    expect(url).toBeInstanceOf(Secret);
    expect(redact(url as Secret)).not.toContain('password');
    expect(reveal(url as Secret)).toBe(
      'pyamqp://galaxy_au:a-really-long-password-here@gat-0.eu.training.galaxyproject.eu:5671//pulsar/galaxy_au?ssl=1',
    );
    const galaxy = hostVariables(project, 'gat-0.eu.training.galaxyproject.eu', { playbook: 'galaxy' });
    expect([galaxy.get('certbot_auto_renew_hour'), galaxy.get('certbot_auto_renew_minute')]).toEqual([13, 27]);
  });

  test('a misspelt playbook comes with the right one', async () => {
    const project = await loadProject(REPOSITORY, { environment: {} });
    expect(() => project.playbook('galxy')).toThrow(expect.objectContaining({ fix: 'did you mean galaxy?' }));
  });
});

test('definitions are kept with level and place, the winning one first', async () => {
  const files = {
    hosts: '[g]\nh1 v=line\n',
    'group_vars/all.yml': 'x: 1\nv: all\n',
    'group_vars/g.yml': 'v: g\n',
    'site.yml': '- hosts: g\n  vars:\n    v: play\n',
  };
  await withFolder(files, async (folder) => {
    const project = await loadProject(folder, { inventory: ['hosts'], extraVars: ['e=1'], environment: {} });
    const [play] = project.playbook('site').plays;
    const scope = hostScope(project, 'h1', play ? { play } : {});
    expect(
      scope.definitions('v').map(({ level, position }) => `${level.rank} ${renderPosition(position)}`),
    ).toEqual(['12 site.yml:3:5', '8 hosts:2:1', '7 group_vars/g.yml:1:1', '5 group_vars/all.yml:2:1']);
    const variable = {
      node: { kind: 'scalar' as const, value: 'd', position: { file: 'r', line: 1, column: 1 }, template: false },
      position: { file: 'r', line: 1, column: 1 },
    };
    const layered = scope.with([
      {
        level: LEVELS.roleDefaults,
        variables: new Map([
          ['v', variable],
          ['only', variable],
        ]),
      },
    ]);
    expect([layered.lookup('v'), layered.lookup('only')]).toEqual([scope.lookup('v'), variable.node]);
  });
});

describe('all problems are told at once, each with its place', () => {
  const files = {
    hosts: 'h1\n',
    'site.yml': [
      '- hosts: all',
      '  vars_flies: [a.yml]',
      '  tasks:',
      '    - name: one',
      '      whne: x',
      '      command: "true"',
      '    - name: two',
      '    - command: "a \\"b"',
      '    - import_tasks: nope.yml',
      '    - block: []',
      '      rescu: []',
      '- gather_facts: no',
      '- import_playbook: site.yml',
      '',
    ].join('\n'),
  };
  test('of a playbook', async () => {
    await withFolder(files, async (folder) => {
      const problems = await problemsOf(
        loadProject(folder, { inventory: ['hosts'], playbook: 'site', environment: {} }),
      );
      expect(
        problems.map((one) =>
          `${one.where.map((where) => ('file' in where ? renderPosition(where) : ''))} ${one.code} ${one.fix ?? ''}`.trim(),
        ),
      ).toEqual([
        'site.yml:2:3 playbook/unknown-keyword did you mean `vars_files`?',
        'site.yml:5:7 playbook/unknown-keyword did you mean `when`?',
        'site.yml:7:7 playbook/syntax',
        'site.yml:8:16 playbook/syntax',
        'site.yml:9:21 playbook/missing-file',
        'site.yml:11:7 playbook/unknown-keyword did you mean `rescue`?',
        'site.yml:12:3 playbook/syntax',
        'site.yml:13:20 playbook/import-cycle',
      ]);
    });
  });

  test.each([
    ["grep '^ #x' /etc/hosts", true],
    ["grep '^ x /etc/hosts", false],
    ["grep '^ x /etc/hosts\n        # a comment", false],
  ])('of a quote that a comment cuts off, which is said: %j', async (command, isSaid) => {
    const playbook = `- hosts: all\n  tasks:\n    - command: ${command}\n`;
    await withFolder({ hosts: 'h1\n', 'site.yml': playbook }, async (folder) => {
      const [problem] = await problemsOf(
        loadProject(folder, { inventory: ['hosts'], playbook: 'site', environment: {} }),
      );
      expect(problem?.why).toMatch(/^a quote or a template is not closed/);
      expect(problem?.why?.includes('` #` begins a comment')).toBe(isSaid);
    });
  });

  test('of sources and files of variables beside those of the playbook', async () => {
    const broken = {
      hosts: 'h1\n[g]\nh1\nh2 a\n',
      'group_vars/g.yml': 'a: [1\n',
      'group_vars/all.yml': 'fine: 1\n',
      'host_vars/h1.yml': '- no dict\n',
      'site.yml': '- hosts: all\n  vars: {a-b: 1}\n',
    };
    await withFolder(broken, async (folder) => {
      const problems = await problemsOf(
        loadProject(folder, { inventory: ['hosts'], playbook: 'site', environment: {} }),
      );
      expect(problems.map((one) => one.code)).toEqual([
        'inventory/unparsed',
        'yaml/syntax',
        'vars/not-a-dict',
        'playbook/syntax',
      ]);
    });
  });

  test('a link to nowhere among variables is passed over, as Ansible does', async () => {
    await withFolder(
      { hosts: 'h1\n', 'group_vars/all/b.yml': 'b: 1\n', 'host_vars/h1.yaml': 'c: 2\n' },
      async (folder) => {
        symlinkSync('nowhere', path.join(folder, 'group_vars/all/a'));
        symlinkSync('nowhere', path.join(folder, 'host_vars/h1.yml'));
        const scope = hostScope(await loadProject(folder, { inventory: ['hosts'], environment: {} }), 'h1');
        expect([...scope.userNames()].sort()).toEqual(['b', 'c']);
      },
    );
  });

  test('a file of 100 MB is refused before it is read', async () => {
    await withFolder({ hosts: 'h1\n', 'group_vars/all.yml': 'a: 1\n' }, async (folder) => {
      truncateSync(path.join(folder, 'group_vars/all.yml'), 100 * 2 ** 20);
      const project = await loadProject(folder, { inventory: ['hosts'], environment: {} });
      expect(() => hostScope(project, 'h1')).toThrow(expect.objectContaining({ code: 'file/too-large' }));
    });
  });
});

describe('key=value texts', () => {
  test.each([
    ['a=1 b="x y" c=\'q\'', { a: '1', b: 'x y', c: 'q' }, ''],
    ['name={{ a | default("x y") }} state=present', { name: '{{ a | default("x y") }}', state: 'present' }, ''],
    ['d=e\\=f g="h\\"i"', { d: 'e\\=f', g: 'h"i' }, ''],
    ['echo a=b chdir=/tmp', { chdir: '/tmp' }, 'echo a=b'],
    // Only a word with `=` has its escapes read.
    ['printf \'a\\n\' "\\"b" \\\\. creates=/x\\ty', { creates: '/x\ty' }, 'printf \'a\\n\' "\\"b" \\\\.'],
  ])('%s', (text, options, rest) => {
    const parsed = parseKeyValues(text, rest !== '');
    expect([Object.fromEntries(parsed.options), parsed.rest]).toEqual([options, rest]);
  });
});

test('nothing in the repository is changed by reading it', async () => {
  const before = statSync(path.join(REPOSITORY, 'group_vars/secret.yml')).mtimeMs;
  const text = readFileSync(path.join(REPOSITORY, 'hosts'), 'utf8');
  await loadProject(REPOSITORY, { environment: {} });
  expect([
    statSync(path.join(REPOSITORY, 'group_vars/secret.yml')).mtimeMs,
    readFileSync(path.join(REPOSITORY, 'hosts'), 'utf8'),
  ]).toEqual([before, text]);
});
