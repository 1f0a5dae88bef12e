import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/base/secret.ts';
import { galaxy } from '../../src/roles/galaxy/index.ts';
import { contentOf, declareRole, idsOf, ownersOf } from '../support/role.ts';

const tutorial = {
  galaxy_create_user: true,
  galaxy_manage_paths: true,
  galaxy_layout: 'root-dir',
  galaxy_root: '/srv/galaxy',
  galaxy_user: { name: 'galaxy', shell: '/bin/bash' },
  galaxy_config: { galaxy: { job_config_file: '{{ galaxy_config_dir }}/job_conf.yml', file_path: '/data' } },
  galaxy_config_templates: [
    { src: 'templates/galaxy/config/job_conf.yml.j2', dest: '{{ galaxy_config.galaxy.job_config_file }}' },
  ],
  galaxy_job_metrics_plugins: [{ type: 'core' }],
};
const files = { 'templates/galaxy/config/job_conf.yml.j2': new Secret('password: s3cret\n', 'password: ***\n') };
const { resources, advice } = declareRole(galaxy, tutorial, { files });

describe("the tutorial's Galaxy", () => {
  test('consists of these resources', () =>
    expect(idsOf(resources)).toMatchInlineSnapshot(`
    [
      "user[galaxy]",
      "directory[/srv/galaxy]",
      "directory[/srv/galaxy/config]",
      "directory[/srv/galaxy/local_tools]",
      "directory[/srv/galaxy/var]",
      "directory[/srv/galaxy/var/config]",
      "directory[/srv/galaxy/var/cache]",
      "directory[/srv/galaxy/var/shed_tools]",
      "directory[/srv/galaxy/var/tool_data]",
      "directory[/srv/galaxy/var/dependencies]",
      "directory[/data]",
      "directory[/srv/galaxy/jobs]",
      "directory[/srv/galaxy/var/log]",
      "file[/srv/galaxy/config/job_conf.yml]",
      "file[/srv/galaxy/config/job_metrics_conf.yml]",
    ]
  `));

  test('has these owners and modes', () =>
    expect(ownersOf(resources)).toMatchInlineSnapshot(`
    {
      "/data": "galaxy:galaxy 0755",
      "/srv/galaxy": "root:root 0755",
      "/srv/galaxy/config": "root:galaxy 0755",
      "/srv/galaxy/config/job_conf.yml": "root:galaxy 0640",
      "/srv/galaxy/config/job_metrics_conf.yml": "root:root 0644",
      "/srv/galaxy/jobs": "galaxy:galaxy 0755",
      "/srv/galaxy/local_tools": "root:galaxy 0755",
      "/srv/galaxy/var": "galaxy:galaxy 0755",
      "/srv/galaxy/var/cache": "galaxy:galaxy 0755",
      "/srv/galaxy/var/config": "galaxy:galaxy 0755",
      "/srv/galaxy/var/dependencies": "galaxy:galaxy 0755",
      "/srv/galaxy/var/log": "galaxy:galaxy 0755",
      "/srv/galaxy/var/shed_tools": "galaxy:galaxy 0755",
      "/srv/galaxy/var/tool_data": "galaxy:galaxy 0755",
    }
  `));

  test('has its job configuration, which holds a password', () => {
    expect(contentOf(resources, '/srv/galaxy/config/job_conf.yml')).toBe('password: ***\n');
  });

  test('is said not to be installed', () =>
    expect(advice.map(({ code }) => code)).toEqual(['galaxy/not-installed']));
});

describe('the layout', () => {
  const directories = (variables: Record<string, unknown>) =>
    idsOf(declareRole(galaxy, { galaxy_manage_paths: true, ...variables }).resources).map((id) =>
      id.slice(10, -1),
    );

  test('opt has its fixed places', () =>
    expect(directories({ galaxy_layout: 'opt' })).toEqual([
      '/etc/opt/galaxy',
      '/var/opt/galaxy/local_tools',
      '/var/opt/galaxy/data',
      '/var/opt/galaxy/data/config',
      '/var/opt/galaxy/data/cache',
      '/var/opt/galaxy/data/shed_tools',
      '/var/opt/galaxy/data/tool_data',
      '/var/opt/galaxy/data/dependencies',
      '/srv/galaxy/datasets',
      '/var/opt/galaxy/data/jobs',
      '/var/opt/galaxy/data/log',
    ]));

  test('legacy is all below the code', () =>
    expect(directories({ galaxy_server_dir: '/opt/g' })).toContain('/opt/g/database/dependencies'));

  test('yields to a variable that is set', () =>
    expect(
      directories({ galaxy_layout: 'root-dir', galaxy_root: '/g', galaxy_mutable_data_dir: '/big' }),
    ).toContain('/big/shed_tools'));

  test('yields to the same option of Galaxy', () => expect(idsOf(resources)).toContain('directory[/data]'));

  test('legacy without a place for the code says what to set', () =>
    expect(() => directories({})).toThrow('set galaxy_server_dir, or galaxy_layout: root-dir with galaxy_root'));
});
