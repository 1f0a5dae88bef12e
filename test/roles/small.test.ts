import { describe, expect, test } from 'vitest';
import { apptainer } from '../../src/roles/apptainer/index.ts';
import { docker } from '../../src/roles/docker/index.ts';
import { golang } from '../../src/roles/golang/index.ts';
import { gxadmin } from '../../src/roles/gxadmin/index.ts';
import { packages } from '../../src/roles/packages/index.ts';
import { pip } from '../../src/roles/pip/index.ts';
import { repos } from '../../src/roles/repos/index.ts';
import type { Role } from '../../src/roles/role.ts';
import { contentOf, declareRole, FACTS, idsOf } from '../support/role.ts';

describe('packages', () => {
  const { resources } = declareRole(packages, {
    packages_repositories: [{ name: 'site', lines: 'deb http://packages.example.org/apt ./', key: 'KEY' }],
    packages_present: ['git', { name: 'bwa', version: '0.7.17-7+b2' }],
    packages_latest: ['ca-certificates'],
    packages_absent: ['exim4'],
  });

  test('are added, installed, upgraded and removed', () =>
    expect(idsOf(resources)).toEqual([
      'apt_repository[site]',
      'package[git]',
      'package[bwa]',
      'package[ca-certificates]',
      'package[exim4]',
    ]));

  test('come after their sources', () => {
    const [source, ...others] = resources;
    const waiting = others.filter((one) => one.props.after?.includes(source as (typeof resources)[number]));
    expect(waiting.map(({ name }) => name)).toEqual(['git', 'bwa', 'ca-certificates']);
  });

  test('may be none', () => expect(declareRole(packages, {}).resources).toEqual([]));

  test('refuse a key that is misspelt', () =>
    expect(() => declareRole(packages, { packages_present: [{ name: 'git', versoin: '1' }] })).toThrow(
      'cannot use `packages_present`',
    ));
});

describe('pip', () => {
  test('comes from the distribution', () =>
    expect(idsOf(declareRole(pip, {}).resources)).toEqual(['package[python3-pip]']));

  test('installs into virtual environments, each once', () =>
    expect(
      idsOf(
        declareRole(pip, {
          pip_install_packages: [
            { name: 'docker', virtualenv: '/opt/a' },
            { name: 'bioblend', version: '1.3.0', virtualenv: '/opt/a' },
            { name: 'ephemeris', virtualenv: '/opt/b' },
          ],
        }).resources,
      ),
    ).toEqual([
      'package[python3-pip]',
      'package[python3-venv]',
      'venv[/opt/a]',
      'pip[/opt/a]',
      'venv[/opt/b]',
      'pip[/opt/b]',
    ]));

  test('leaves the Python of the distribution alone and says so', () =>
    expect(() => declareRole(pip, { pip_install_packages: ['bioblend'] })).toThrow('`pip_install_packages` asks'));

  test('takes from the distribution what it has for its own Python', () =>
    expect(
      idsOf(declareRole(pip, { pip_install_packages: [{ name: 'docker', state: 'present' }] }).resources),
    ).toEqual(['package[python3-pip]', 'package[python3-docker]']));
});

describe('a small role', () => {
  const deb = 'https://mirror.example.org/apptainer.deb';
  test.each<[string, Role, Readonly<Record<string, unknown>>, readonly string[]]>([
    [
      'adds a source',
      repos,
      { repos_apt_lines: ['deb https://a.example.org/apt bookworm main'] },
      ['apt_repository[galaxy-depot]'],
    ],
    ['adds none', repos, { repos_apt_lines: [] }, []],
    [
      'installs a .deb',
      apptainer,
      { apptainer_deb_url: deb },
      ['package[ca-certificates]', 'package[curl]', 'command[apptainer]'],
    ],
    [
      'installs what a source has',
      apptainer,
      { apptainer_apt_lines: 'deb https://a.example.org/apt ./' },
      ['apt_repository[apptainer]', 'package[apptainer]'],
    ],
    [
      'installs what the admin calls it',
      apptainer,
      { apptainer_package: 'singularity-container' },
      ['package[singularity-container]'],
    ],
    ['runs Docker', docker, {}, ['package[docker.io]', 'service[docker.service]']],
    [
      "takes the distribution's package for the vendor's",
      docker,
      { docker_packages: ['docker-ce', 'docker-ce-cli', 'containerd.io'] },
      ['package[docker.io]', 'service[docker.service]'],
    ],
    [
      "takes the vendor's from its source",
      docker,
      { docker_apt_lines: ['deb https://a.example.org/docker bookworm stable'] },
      ['apt_repository[docker]', 'package[docker-ce]', 'service[docker.service]'],
    ],
    [
      'lets users use Docker',
      docker,
      { docker_users: ['galaxy'], docker_service_manage: false },
      ['package[docker.io]', 'command[galaxy in group docker]'],
    ],
    [
      'checks gxadmin out',
      gxadmin,
      {},
      [
        'package[ca-certificates]',
        'package[git]',
        'package[make]',
        'git[/opt/gxadmin]',
        'command[make of /opt/gxadmin]',
        'link[/usr/local/bin/gxadmin]',
      ],
    ],
    ['installs Go on request', golang, { golang_install: true }, ['package[golang-go]']],
  ])('%s (%#)', (_title, role, variables, ids) =>
    expect(idsOf(declareRole(role, variables).resources)).toEqual(ids),
  );

  test.each<[string, Role, string]>([
    ['a source for slurm-drmaa', repos, 'repos/no-source'],
    ['apptainer', apptainer, 'apptainer/no-package'],
    ['Go', golang, 'golang/not-installed'],
  ])('that gives no %s says so, and what to set', (_title, role, code) => {
    const { resources, advice } = declareRole(role, {});
    expect(resources).toEqual([]);
    expect(advice).toMatchObject([{ code, fix: expect.stringMatching(/^\w/) }]);
  });

  test('installs the command docker where it is a package of its own', () => {
    const trixie = { facts: { ...FACTS, version: '13', codename: 'trixie' } };
    expect(idsOf(declareRole(docker, {}, trixie).resources)).toContain('package[docker-cli]');
  });

  test('writes the options of Docker as JSON', () =>
    expect(
      contentOf(
        declareRole(docker, { docker_daemon_options: { 'data-root': '/data/docker' } }).resources,
        '/etc/docker/daemon.json',
      ),
    ).toBe('{\n  "data-root": "/data/docker"\n}\n'));
});
