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
      "reload[galaxy.service]",
      "reload[galaxy.target]",
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

describe('a Galaxy that is installed from its package', () => {
  const installed = declareRole(
    galaxy,
    {
      ...tutorial,
      galaxy_install_method: 'pypi',
      galaxy_package_version: '26.1.1',
      galaxy_config: {
        galaxy: {
          job_config_file: '{{ galaxy_config_dir }}/job_conf.yml',
          database_connection: 'postgresql:///galaxy?host=/var/run/postgresql',
          galaxy_infrastructure_url: 'https://galaxy.example.org',
          tool_config_file: ['/srv/own_tool_conf.xml'],
          id_secret: 'x',
        },
      },
    },
    {
      files: {
        'templates/galaxy/config/job_conf.yml.j2':
          'runners:\n  far:\n    amqp_url: pyamqp://au:pw@localhost:5671//pulsar/au?ssl=1\n',
      },
    },
  );

  test('starts once its database is there and its runner can log in', () =>
    expect(idsOf(installed.resources).filter((id) => id.startsWith('service['))).toEqual([
      'service[galaxy.target] requires amqp:gat-1.example.org//pulsar/au/au requires database:galaxy@gat-1.example.org',
      'service[galaxy-gunicorn.service]',
    ]));

  test("merges the admin's options into its own and adds its tools to the admin's", () => {
    const text = contentOf(installed.resources, '/srv/galaxy/config/galaxy.yml');
    expect(text).toContain('tool_config_file: /srv/own_tool_conf.xml,/srv/galaxy/config/gatdeploy_tool_conf.xml');
    expect(text).toContain('file_path: /srv/galaxy/datasets');
    expect(text).toContain('bind: unix:/srv/galaxy/var/config/gunicorn.sock');
  });

  test("takes the admin's gravity section as it is, with systemd as process manager", () => {
    const own = declareRole(galaxy, {
      ...tutorial,
      galaxy_install_method: 'pypi',
      galaxy_config_templates: [],
      galaxy_config: { gravity: { virtualenv: '/v', galaxy_root: '/r' }, galaxy: { id_secret: 'x' } },
    });
    const [, gravity] = contentOf(own.resources, '/srv/galaxy/config/galaxy.yml').split('gravity:\n');
    expect(gravity).toBe('    galaxy_root: /r\n    process_manager: systemd\n    virtualenv: /v\n');
  });

  test('refuses supervisor', () =>
    expect(() =>
      declareRole(galaxy, {
        ...tutorial,
        galaxy_install_method: 'pypi',
        galaxy_config_templates: [],
        galaxy_config: { gravity: { process_manager: 'supervisor' } },
      }),
    ).toThrow('cannot set up galaxy on gat-1.example.org as `galaxy_config` asks'));
});

test('a Galaxy from git needs to know the repository', () =>
  expect(() => declareRole(galaxy, { ...tutorial, galaxy_install_method: 'git' })).toThrow(
    '`galaxy_repo` is not defined',
  ));

describe('what belongs to a Galaxy of a site', () => {
  const base = { galaxy_layout: 'root-dir', galaxy_root: '/srv/galaxy' };
  const rules = { 'files/galaxy/dynamic_job_rules/big.py': 'def big(job):\n    return "slurm"\n' };

  test.each([
    ['git', '/srv/galaxy/server/lib/galaxy/jobs/rules/big.py', false],
    ['pypi', '/srv/galaxy/config/rules/big.py', true],
  ])('rules for jobs, where a Galaxy by %s finds them', (galaxy_install_method, path, isLinked) => {
    const values = { ...base, galaxy_install_method, galaxy_repo: 'file:///srv/galaxy.git' };
    const declared = declareRole(galaxy, { ...values, galaxy_dynamic_job_rules: ['big.py'] }, { files: rules });
    expect(contentOf(declared.resources, path)).toContain('def big');
    expect(idsOf(declared.resources).includes('command[rules in /srv/galaxy/venv]')).toBe(isLinked);
  });

  test('files that Galaxy may change itself, written once', () => {
    const declared = declareRole(
      galaxy,
      {
        ...base,
        galaxy_install_method: 'pypi',
        galaxy_mutable_config_files: [
          { src: 'files/shed.xml', dest: '{{ galaxy_mutable_config_dir }}/shed_tool_conf.xml' },
        ],
      },
      { files: { 'files/shed.xml': '<toolbox tool_path="/own"/>\n' } },
    );
    expect(contentOf(declared.resources, '/srv/galaxy/var/config/shed_tool_conf.xml')).toContain('/own');
    expect(idsOf(declared.resources).filter((id) => id.includes('shed_tool_conf.xml'))).toHaveLength(1);
  });

  test('a schema that follows the code, unless the variables say otherwise', () => {
    const text = (more: object) =>
      contentOf(
        declareRole(galaxy, { ...base, galaxy_install_method: 'pypi', ...more }).resources,
        '/srv/galaxy/config/galaxy.yml',
      );
    expect(text({})).toContain('database_auto_migrate: true');
    expect(text({ galaxy_manage_database: false })).not.toContain('database_auto_migrate');
    expect(text({ galaxy_config: { galaxy: { database_auto_migrate: false } } })).toContain(
      'database_auto_migrate: false',
    );
  });

  test('a web client from its package beside a checkout', () => {
    const { resources: all, advice: told } = declareRole(galaxy, {
      ...base,
      galaxy_install_method: 'git',
      galaxy_repo: 'file:///srv/galaxy.git',
      galaxy_client_use_prebuilt: true,
      galaxy_package_version: '26.1.1',
    });
    expect(idsOf(all)).toContain('command[web client of /srv/galaxy/server]');
    expect(told.map(({ code }) => code)).not.toContain('galaxy/client');
  });

  test('no directory that two variables place differently', () => {
    const values = { galaxy_install_method: 'pypi', galaxy_file_path: '/one' };
    expect(() =>
      declareRole(galaxy, { ...base, ...values, galaxy_config: { galaxy: { file_path: '/two' } } }),
    ).toThrow('as `galaxy_file_path` asks');
  });
});
