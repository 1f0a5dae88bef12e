import { describe, expect, test } from 'vitest';
import { miniconda, uchidaMiniconda } from '../../src/roles/miniconda/index.ts';
import type { Role } from '../../src/roles/role.ts';
import { declareRole, idsOf } from '../support/role.ts';

const site = {
  miniconda_prefix: '/srv/deps/_conda',
  miniconda_installer_url: 'https://mirror.example.org/conda/',
};

/** The URL that the installer would come from. */
function sourceOf(role: Role, variables: Readonly<Record<string, unknown>>): string | undefined {
  const { resources } = declareRole(role, { ...site, ...variables });
  const made = resources.find(({ name }) => name.startsWith('conda in '));
  return /https:[^"]*\.sh/.exec(String((made?.props as { run?: unknown } | undefined)?.run))?.[0];
}

describe('the installer of conda', () => {
  test.each<[string, Role, Readonly<Record<string, unknown>>, string]>([
    ['by its own version', uchidaMiniconda, { miniconda_version: '4.7.12' }, 'Miniconda3-4.7.12-Linux-x86_64.sh'],
    ['by its name', uchidaMiniconda, { miniconda_installer: 'My.sh' }, 'My.sh'],
    ['as the newest', miniconda, { miniconda_version: '23.9.0' }, 'Miniconda3-latest-Linux-x86_64.sh'],
    [
      'by version and Python',
      miniconda,
      { miniconda_installer_version: '4.12.0', miniconda_installer_python: 'py39' },
      'Miniconda3-py39_4.12.0-Linux-x86_64.sh',
    ],
    [
      'by a number for Python',
      miniconda,
      { miniconda_installer_version: '24.1.2-0', miniconda_installer_python: 3.11 },
      'Miniconda3-py311_24.1.2-0-Linux-x86_64.sh',
    ],
    ['by its name in the newer role', miniconda, { miniconda_installer: 'Other.sh' }, 'Other.sh'],
    ['of miniforge', miniconda, { miniconda_distribution: 'miniforge' }, 'Miniforge3-Linux-x86_64.sh'],
  ])('is found %s', (_title, role, variables, name) =>
    expect(sourceOf(role, variables)).toBe(`https://mirror.example.org/conda/${name}`),
  );

  test('is exactly the one that the admin names', () =>
    expect(sourceOf(miniconda, { miniconda_installer_url: 'https://mirror.example.org/one.sh' })).toBe(
      'https://mirror.example.org/one.sh',
    ));

  test('must be there already when nobody says where it comes from, and that is said', () => {
    const variables = { miniconda_prefix: '/opt/conda', miniconda_version: '4.7.12' };
    const { resources, advice } = declareRole(uchidaMiniconda, variables);
    expect(resources.map(({ id }) => id)).toContain('command[conda in /opt/conda]');
    expect(advice).toMatchObject([
      {
        code: 'miniconda/installer',
        position: { file: 'group_vars/all.yml', line: 1, column: 1 },
        fix: expect.stringContaining('miniconda_installer_url'),
      },
    ]);
  });
});

describe('conda', () => {
  test('belongs to whom the playbook runs the role as', () => {
    const { resources, checks } = declareRole(uchidaMiniconda, site, { becomeUser: 'galaxy' });
    const made = resources.find(({ name }) => name === 'conda in /srv/deps/_conda');
    expect(made?.kind.touches(made)).toEqual({ path: '/srv/deps/_conda/bin/conda', users: ['galaxy'] });
    expect(checks.map(({ title }) => title)).toEqual(['galaxy can run conda in /srv/deps/_conda']);
  });

  test('installs tar and bzip2 unless the playbook does', () => {
    const names = (more: object) => idsOf(declareRole(miniconda, { ...site, ...more }).resources);
    expect(names({})).toContain('package[bzip2]');
    expect(names({ miniconda_manage_dependencies: false })).not.toContain('package[bzip2]');
  });

  test('gets its version, packages and environments', () =>
    expect(
      idsOf(
        declareRole(miniconda, {
          ...site,
          miniconda_version: '23.9.0',
          miniconda_base_env_packages: ['mamba'],
          miniconda_conda_environments: { mulled: { packages: ['samtools=1.9'], channels: ['bioconda'] } },
        }).resources,
      ).filter((id) => id.startsWith('command')),
    ).toEqual([
      'command[conda in /srv/deps/_conda]',
      'command[packages of /srv/deps/_conda]',
      'command[environment mulled of /srv/deps/_conda]',
    ]));

  test('lies in the home of its owner where the older role has no other place', () => {
    const [, , , , made] = declareRole(uchidaMiniconda, {
      miniconda_installer_url: 'https://m.example.org',
    }).resources;
    expect(made?.name).toBe('conda in /root/miniconda3');
  });

  test.each([
    ['is not installed where the variables say so', { miniconda_install: false }, []],
    [
      'keeps its version where the variables say so',
      { miniconda_version: '24.1.2', miniconda_update: false },
      ['conda in /srv/deps/_conda'],
    ],
    [
      "has an environment for Galaxy's own, made once",
      { galaxy_conda_create_env: true },
      ['conda in /srv/deps/_conda', 'environment _galaxy_ of /srv/deps/_conda'],
    ],
  ])('%s', (_title, variables, commands) => {
    const { resources } = declareRole(miniconda, { ...site, ...variables });
    expect(resources.filter(({ id }) => id.startsWith('command[')).map(({ name }) => name)).toEqual(commands);
  });

  test('puts an environment with a path there', () => {
    const { resources } = declareRole(miniconda, {
      ...site,
      miniconda_conda_environments: { '/srv/envs/one': { packages: ['bwa'] } },
    });
    const made = resources.find(({ name }) => name.startsWith('environment '));
    expect(made?.props).toMatchObject({ creates: '/srv/envs/one' });
    expect(String((made?.props as { run?: unknown } | undefined)?.run)).toContain('-p /srv/envs/one');
  });
});
