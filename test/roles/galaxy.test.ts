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
        "directory[/srv/galaxy/venv]",
        "directory[/srv/galaxy/server]",
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
        "file[/srv/galaxy/config/galaxy.yml]",
        "file[/srv/galaxy/config/job_conf.yml]",
        "file[/srv/galaxy/config/job_metrics_conf.yml]",
        "file[/srv/galaxy/var/config/shed_tool_conf.xml]",
        "file[/srv/galaxy/var/config/migrated_tools_conf.xml]",
        "file[/srv/galaxy/var/config/shed_data_manager_conf.xml]",
        "file[/srv/galaxy/var/config/shed_tool_data_table_conf.xml]",
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
        "/srv/galaxy/config/galaxy.yml": "root:galaxy 0640",
        "/srv/galaxy/config/job_conf.yml": "root:galaxy 0640",
        "/srv/galaxy/config/job_metrics_conf.yml": "root:root 0644",
        "/srv/galaxy/jobs": "galaxy:galaxy 0755",
        "/srv/galaxy/local_tools": "root:galaxy 0755",
        "/srv/galaxy/server": "root:galaxy 0755",
        "/srv/galaxy/var": "galaxy:galaxy 0755",
        "/srv/galaxy/var/cache": "galaxy:galaxy 0755",
        "/srv/galaxy/var/config": "galaxy:galaxy 0755",
        "/srv/galaxy/var/config/migrated_tools_conf.xml": "galaxy:galaxy 0640",
        "/srv/galaxy/var/config/shed_data_manager_conf.xml": "galaxy:galaxy 0640",
        "/srv/galaxy/var/config/shed_tool_conf.xml": "galaxy:galaxy 0640",
        "/srv/galaxy/var/config/shed_tool_data_table_conf.xml": "galaxy:galaxy 0640",
        "/srv/galaxy/var/dependencies": "galaxy:galaxy 0755",
        "/srv/galaxy/var/log": "galaxy:galaxy 0755",
        "/srv/galaxy/var/shed_tools": "galaxy:galaxy 0755",
        "/srv/galaxy/var/tool_data": "galaxy:galaxy 0755",
        "/srv/galaxy/venv": "root:galaxy 0755",
      }
    `));

  test("has Ansible's galaxy.yml, but for the level of the log", () =>
    expect(contentOf(resources, '/srv/galaxy/config/galaxy.yml')).toMatchInlineSnapshot(`
      "# Written by gatdeploy; changes made here are undone by the next apply.
      ---
      gravity:
          app_server: gunicorn
          galaxy_root: /srv/galaxy/server
          gunicorn:
              bind: localhost:8080
          log_dir: /srv/galaxy/var/log
          virtualenv: /srv/galaxy/venv
      galaxy:
          builds_file_path: /srv/galaxy/server/tool-data/shared/ucsc/builds.txt.sample
          container_resolvers_config_file: null
          data_dir: /srv/galaxy/var
          data_manager_config_file: /srv/galaxy/server/config/data_manager_conf.xml.sample
          datatypes_config_file: /srv/galaxy/server/config/datatypes_conf.xml.sample
          dependency_resolvers_config_file: /srv/galaxy/config/dependency_resolvers_conf.xml
          external_service_type_config_file: /srv/galaxy/server/config/external_service_types_conf.xml.sample
          file_path: /data
          integrated_tool_panel_config: /srv/galaxy/var/config/integrated_tool_panel.xml
          job_config_file: /srv/galaxy/config/job_conf.yml
          job_metrics_config_file: /srv/galaxy/config/job_metrics_conf.yml
          job_working_directory: /srv/galaxy/jobs
          log_level: INFO
          migrated_tools_config: /srv/galaxy/var/config/migrated_tools_conf.xml
          openid_config_file: /srv/galaxy/server/config/openid_conf.xml.sample
          shed_data_manager_config_file: /srv/galaxy/var/config/shed_data_manager_conf.xml
          shed_tool_config_file: /srv/galaxy/var/config/shed_tool_conf.xml
          shed_tool_data_table_config: /srv/galaxy/var/config/shed_tool_data_table_conf.xml
          tool_config_file: /srv/galaxy/server/config/tool_conf.xml.sample
          tool_data_path: /srv/galaxy/var/tool_data
          tool_data_table_config_path: /srv/galaxy/server/config/tool_data_table_conf.xml.sample
          tool_dependency_dir: /srv/galaxy/var/dependencies
          tool_sheds_config_file: /srv/galaxy/server/config/tool_sheds_conf.xml.sample
          ucsc_build_sites: /srv/galaxy/server/tool-data/shared/ucsc/ucsc_build_sites.txt.sample
          visualization_plugins_directory: config/plugins/visualizations
      "
    `));

  test('is left alone where its configuration is not managed, or nothing is said for it', () => {
    const paths = (more: object) => idsOf(declareRole(galaxy, { ...tutorial, ...more }, { files }).resources);
    expect(
      paths({ galaxy_manage_static_setup: false }).filter((id) => id.startsWith('file[/srv/galaxy/config/')),
    ).toEqual([]);
    expect(paths({ galaxy_config: {}, galaxy_config_templates: [] })).not.toContain(
      'file[/srv/galaxy/config/galaxy.yml]',
    );
  });

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
    expect(directories({ galaxy_layout: 'opt', galaxy_manage_mutable_setup: false })).toEqual([
      '/var/opt/galaxy/venv',
      '/opt/galaxy',
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

  test('wants all that gravity makes units of to run, whatever it is', () =>
    expect(idsOf(installed.resources).filter((id) => id.startsWith('gravity_processes['))).toEqual([
      'gravity_processes[galaxy.target]',
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
      galaxy_config: {
        gravity: { galaxy_user: 'g', virtualenv: '/v', galaxy_root: '/r' },
        galaxy: { id_secret: 'x' },
      },
    });
    const [gravity] =
      contentOf(own.resources, '/srv/galaxy/config/galaxy.yml').split('gravity:\n')[1]?.split('galaxy:\n') ?? [];
    expect(gravity).toBe(
      '    galaxy_root: /r\n    galaxy_user: g\n    process_manager: systemd\n    virtualenv: /v\n',
    );
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

  test('has a folder for what its units get of the environment', () => {
    const { resources } = declareRole(galaxy, {
      ...tutorial,
      galaxy_install_method: 'pypi',
      galaxy_config_templates: [],
      galaxy_systemd_env: ['TZ=UTC'],
    });
    const of = '/etc/systemd/system/galaxy-.service.d';
    expect(idsOf(resources).filter((id) => id.includes(of))).toEqual([
      `directory[${of}]`,
      `file[${of}/gatdeploy.conf]`,
    ]);
  });

  test('refuses a gravity section without a user before anything is changed', () =>
    expect(() =>
      declareRole(galaxy, {
        ...tutorial,
        galaxy_install_method: 'pypi',
        galaxy_config_templates: [],
        galaxy_config: { gravity: { handlers: { handler: { processes: 1 } } } },
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

  test('rules in packages, and rules that are templates', () => {
    const declared = declareRole(
      galaxy,
      {
        ...base,
        galaxy_install_method: 'pypi',
        galaxy_dynamic_job_rules: ['site/big.py', 'small.py.j2'],
      },
      {
        files: {
          'files/galaxy/dynamic_job_rules/site/big.py': 'big = 1\n',
          'files/galaxy/dynamic_job_rules/small.py.j2': 'small = 1\n',
        },
      },
    ).resources;
    expect(idsOf(declared).filter((id) => id.includes('/rules'))).toEqual([
      'directory[/srv/galaxy/config/rules]',
      'directory[/srv/galaxy/config/rules/site]',
      'file[/srv/galaxy/config/rules/site/__init__.py]',
      'file[/srv/galaxy/config/rules/site/big.py]',
      'file[/srv/galaxy/config/rules/small.py]',
    ]);
  });

  test('no rules in code that is not installed, which is said', () => {
    const rule = { galaxy_dynamic_job_rules: ['big.py'] };
    const declared = declareRole(galaxy, { ...base, ...rule }, { files: rules });
    expect(idsOf(declared.resources).filter((id) => id.includes('rules'))).toEqual([]);
    expect(declared.advice.map(({ code }) => code)).toContain('galaxy/rules-left-out');
    const elsewhere = { ...base, ...rule, galaxy_dynamic_job_rules_dir: '/srv/rules' };
    expect(idsOf(declareRole(galaxy, elsewhere, { files: rules }).resources)).toContain('file[/srv/rules/big.py]');
  });

  test("its tools, listed as Ansible's role lists them", () => {
    const declared = declareRole(
      galaxy,
      {
        ...base,
        galaxy_local_tools: ['one.xml', 'macros.txt', { file: 'two.xml', section_name: 'Our tools' }],
      },
      {
        files: {
          'files/galaxy/tools/one.xml': '<tool/>\n',
          'files/galaxy/tools/macros.txt': 'x\n',
          'files/galaxy/tools/two.xml': '<tool/>\n',
        },
      },
    ).resources;
    expect(
      contentOf(declared, '/srv/galaxy/config/local_tool_conf.xml'),
    ).toBe(`<?xml version='1.0' encoding='utf-8'?>
<toolbox monitor="true" tool_path="/srv/galaxy/local_tools">
    <section id="local_tools" name="Local Tools">
        <tool file="one.xml" />
    </section>
    <section id="our_tools" name="Our tools">
        <tool file="two.xml" />
    </section>
</toolbox>
`);
    expect(ownersOf(declared)['/srv/galaxy/local_tools/one.xml']).toBe('root:root 0644');
  });

  test.each([
    [
      {},
      '@daily galaxy /usr/sbin/tmpreaper --all --mtime --mtime-dir --runtime=72000 30d /srv/galaxy/jobs /srv/galaxy/var/tmp ',
    ],
    [
      {
        galaxy_tmpclean_time: { hour: 3, minute: '5' },
        galaxy_tmpclean_log: null,
        galaxy_tmpclean_verbose: true,
        galaxy_tmpclean_age: '7d',
        galaxy_tmpclean_dirs: ['/a b'],
      },
      "5 3 * * * galaxy /usr/sbin/tmpreaper --all --mtime --mtime-dir --runtime=72000 -v 7d '/a b' >/dev/null",
    ],
    [
      { galaxy_tmpclean_cron_file: null, galaxy_tmpclean_log: '/var/log/clean.log' },
      '@daily /usr/sbin/tmpreaper --all --mtime --mtime-dir --runtime=72000 30d /srv/galaxy/jobs /srv/galaxy/var/tmp >>/var/log/clean.log',
    ],
  ])('what jobs leave behind is removed at %j', (more, line) => {
    const values = { ...base, galaxy_user: 'galaxy', galaxy_manage_cleanup: true, ...more };
    const declared = declareRole(galaxy, values).resources.find(({ kind }) => kind.name === 'cron');
    expect(declared?.props).toMatchObject({ entry: 'galaxy_tmpclean', line });
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
