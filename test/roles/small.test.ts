import { describe, expect, test } from 'vitest';
import { packages } from '../../src/roles/packages/index.ts';
import { pip } from '../../src/roles/pip/index.ts';
import { declareRole, idsOf } from '../support/role.ts';

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
    expect(() => declareRole(pip, { pip_install_packages: ['docker'] })).toThrow('`pip_install_packages` asks'));
});
