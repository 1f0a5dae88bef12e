import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/base/secret.ts';
import { pulsar } from '../../src/roles/pulsar/index.ts';
import { readBy } from '../support/queue-readers.ts';
import { contentOf, declareRole, FACTS, idsOf, ownersOf } from '../support/role.ts';

/** The variables of the tutorial. */
const tutorial = {
  galaxy_server_hostname: 'galaxy.example.org',
  galaxy_job_metrics_plugins: [{ type: 'core' }],
  vault_rabbitmq_password_vhost: new Secret('s3cret'),
  pulsar_root: '/mnt/pulsar',
  pulsar_pip_install: true,
  pulsar_pycurl_ssl_library: 'openssl',
  pulsar_systemd: true,
  pulsar_systemd_runner: 'webless',
  pulsar_create_user: true,
  pulsar_user: { name: 'pulsar', shell: '/bin/bash' },
  pulsar_optional_dependencies: ['pyOpenSSL', 'pycurl', 'drmaa', 'kombu', 'amqp==5.0.2', 'psutil'],
  pulsar_yaml_config: {
    staging_directory: '{{ pulsar_staging_dir }}',
    message_queue_url:
      'pyamqp://galaxy_au:{{ vault_rabbitmq_password_vhost }}@{{ galaxy_server_hostname }}:5671//pulsar/galaxy_au?ssl=1',
    min_polling_interval: 0.5,
    amqp_publish_retry: true,
    dependency_resolution: { resolvers: [{ type: 'conda', auto_init: true, auto_install: true }] },
  },
  pulsar_job_metrics_plugins: '{{ galaxy_job_metrics_plugins }}',
};
const around = { name: 'pulsar.example.org', addresses: { 'galaxy.example.org': 'galaxy' } };
const declared = declareRole(pulsar, tutorial, around);

test.each([
  [[], true],
  [['FOO=bar'], true],
  [['REQUESTS_CA_BUNDLE=/srv/ca.pem'], false],
  [['FOO=bar "CURL_CA_BUNDLE=/srv/ca.pem"'], false],
])('requests trusts the authorities of the host, beside %j: %s', (pulsar_systemd_environment, isSet) => {
  const { resources } = declareRole(pulsar, { ...tutorial, pulsar_systemd_environment }, around);
  expect(
    contentOf(resources, '/etc/systemd/system/pulsar.service').includes(
      '\nEnvironment=REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt\n',
    ),
  ).toBe(isSet);
});

describe("the tutorial's Pulsar", () => {
  test('consists of these resources', () =>
    expect(idsOf(declared.resources)).toMatchInlineSnapshot(`
      [
        "user[pulsar]",
        "directory[/mnt/pulsar]",
        "directory[/mnt/pulsar/config]",
        "directory[/mnt/pulsar/deps]",
        "directory[/mnt/pulsar/files]",
        "directory[/mnt/pulsar/files/persisted_data]",
        "directory[/mnt/pulsar/files/staging]",
        "package[python3]",
        "package[python3-venv]",
        "package[ca-certificates]",
        "venv[/mnt/pulsar/venv]",
        "pip[/mnt/pulsar/venv]",
        "file[/mnt/pulsar/config/app.yml]",
        "file[/mnt/pulsar/config/server.ini]",
        "file[/mnt/pulsar/config/local_env.sh]",
        "file[/mnt/pulsar/config/start.py]",
        "file[/mnt/pulsar/config/job_metrics_conf.yml]",
        "existing_file[/mnt/pulsar/deps/_conda/bin/conda]",
        "file[/etc/systemd/system/pulsar.service]",
        "service[pulsar.service] requires amqp:galaxy//pulsar/galaxy_au/galaxy_au",
      ]
    `));

  test('has these owners and modes', () =>
    expect(ownersOf(declared.resources)).toMatchInlineSnapshot(`
      {
        "/etc/systemd/system/pulsar.service": "root:root 0644",
        "/mnt/pulsar": "root:root 0755",
        "/mnt/pulsar/config": "root:root 0755",
        "/mnt/pulsar/config/app.yml": "root:pulsar 0640",
        "/mnt/pulsar/config/job_metrics_conf.yml": "root:root 0644",
        "/mnt/pulsar/config/local_env.sh": "root:root 0644",
        "/mnt/pulsar/config/server.ini": "root:root 0644",
        "/mnt/pulsar/config/start.py": "root:root 0644",
        "/mnt/pulsar/deps": "pulsar:pulsar 0755",
        "/mnt/pulsar/files": "pulsar:pulsar 0755",
        "/mnt/pulsar/files/persisted_data": "pulsar:pulsar 0755",
        "/mnt/pulsar/files/staging": "pulsar:pulsar 0755",
      }
    `));

  test.each(['app.yml', 'server.ini', 'local_env.sh', 'job_metrics_conf.yml'])('writes %s', (name) =>
    expect(contentOf(declared.resources, `/mnt/pulsar/config/${name}`)).toMatchSnapshot(),
  );

  test('writes its unit', () =>
    expect(contentOf(declared.resources, '/etc/systemd/system/pulsar.service')).toMatchSnapshot());

  test('is checked in these ways', () =>
    expect(declared.checks.map(({ id, host, title }) => `${id} on ${host}: ${title}`)).toMatchInlineSnapshot(`
      [
        "pulsar.service/imports on pulsar.example.org: pulsar can import Pulsar and its optional dependencies",
        "pulsar.service/app.yml on pulsar.example.org: app.yml, which holds a password, can be read by pulsar and not by others",
        "pulsar.service/conda on pulsar.example.org: pulsar can run the conda of Pulsar's dependency resolvers, if it is there",
        "pulsar.service/copies on pulsar.example.org: files with secrets, and old copies of them, are closed to other users",
        "pulsar.service/space on pulsar.example.org: /mnt/pulsar has 5 GB free or more",
        "pulsar.service/running on pulsar.example.org: pulsar.service runs and is not restarted again and again",
        "pulsar.service/broker-tls on pulsar.example.org: galaxy.example.org:5671 completes a TLS handshake as galaxy.example.org, with a chain that pulsar.example.org trusts",
        "pulsar.service/login on pulsar.example.org: galaxy_au can log in to /pulsar/galaxy_au at galaxy.example.org:5671 with what app.yml says",
        "pulsar.service/consumers /pulsar/galaxy_au on galaxy: Pulsar on pulsar.example.org, and nobody else, listens on its queues in /pulsar/galaxy_au",
        "pulsar.service/galaxy-tls on pulsar.example.org: galaxy.example.org:443 completes a TLS handshake as galaxy.example.org, with a chain that pulsar.example.org trusts",
        "pulsar.service/clock on pulsar.example.org: the clock of pulsar.example.org agrees with that of galaxy.example.org",
      ]
    `));

  test('is warned of the pin, the inert option and the missing retries', () =>
    expect(declared.advice.map(({ code }) => code)).toEqual([
      'pulsar/manager-options',
      'pulsar/no-retries',
      'pulsar/staging-kept',
      'pulsar/amqp-pin',
    ]));

  test('shows its password nowhere', () => {
    const shown = [
      ...declared.resources.flatMap((one) => [JSON.stringify(one.props.requires), one.kind.desired(one)]),
      ...declared.checks.map(({ script, asks }) => script.redacted + asks),
    ];
    expect(JSON.stringify(shown)).not.toContain('s3cret');
  });
});

const config = (more: Record<string, unknown>) =>
  contentOf(
    declareRole(pulsar, { ...tutorial, pulsar_yaml_config: { ...tutorial.pulsar_yaml_config, ...more } })
      .resources,
    '/mnt/pulsar/config/app.yml',
  );

describe('app.yml', () => {
  test('has options of managers where Pulsar reads them', () =>
    expect(config({ postprocess_action_max_retries: 30 })).toContain(
      'managers:\n    _default_:\n        min_polling_interval: 0.5\n        postprocess_action_max_retries: 30\n        type: queued_python\n',
    ));

  test('makes the check of the broker complete', () => {
    const text = config({});
    expect(text).toContain(
      'message_queue_url: pyamqp://galaxy_au:***@galaxy.example.org:5671//pulsar/galaxy_au\n',
    );
    expect(text).toContain('amqp_connect_ssl_server_hostname: galaxy.example.org\n');
  });

  test.each([
    ['an address', { message_queue_url: 'pyamqp://u:p@192.0.2.1:5671//v?ssl=1' }, '192.0.2.1:5671//v?ssl=1\n'],
    ['localhost', { message_queue_url: 'pyamqp://u:p@localhost:5671//v?ssl=1' }, 'localhost:5671//v?ssl=1\n'],
    ['own TLS options', { amqp_connect_ssl_ca_certs: '/etc/ca.pem' }, '/pulsar/galaxy_au?ssl=1\n'],
  ])('leaves a URL with %s as it is', (_title, more, expected) => expect(config(more)).toContain(expected));

  test('leaves the managers of an admin alone', () =>
    expect(config({ managers: { slurm: { type: 'queued_cli' } } })).toMatch(
      /managers:\n {4}slurm:[\s\S]*\nmin_polling_interval: 0.5/,
    ));
});

const QUEUES = ['_', '_slurm_'].flatMap((manager) =>
  ['setup', 'status', 'kill'].map((one) => `pulsar${manager}_${one}`),
);

describe('the queue', () => {
  const urls = (url: string) => ({ ...tutorial, pulsar_yaml_config: { message_queue_url: url } });

  test('of a broker that is none of ours is still required by its own name', () =>
    expect(idsOf(declareRole(pulsar, tutorial).resources)).toContain(
      'service[pulsar.service] requires amqp:galaxy.example.org//pulsar/galaxy_au/galaxy_au',
    ));

  test('on this very host is required of this host', () => {
    const yaml = { message_queue_url: 'pyamqp://u:p@localhost:5671//v?ssl=1' };
    const local = declareRole(pulsar, { ...tutorial, pulsar_yaml_config: yaml }, around);
    expect(idsOf(local.resources)).toContain('service[pulsar.service] requires amqp:pulsar.example.org//v/u');
  });

  test.each<[string, string, RegExp]>([
    ['AccessRefused (0, 0): (403) ACCESS_REFUSED - Login was refused', 'a wrong password', /the same password/],
    ['gaierror [Errno -2] Name or service not known', 'a name that does not resolve', /DNS or \/etc\/hosts/],
    ['TimeoutError timed out', 'packets that are dropped', /open port 5671/],
    ['TimeoutError The read operation timed out', 'a broker that says no more', /what the broker says/],
    ['ValueError x', 'what nobody knows', /what the broker says/],
  ])('that ends with %s tells how to mend %s', (said, _title, fix) => {
    const check = declareRole(pulsar, tutorial, around).checks.find(({ id }) => id.endsWith('/login'));
    expect(check?.judge({ code: 1, stdout: `FAIL ${said}\n`, stderr: '' }).fix).toMatch(fix);
  });

  test('of a named manager has its name', () => {
    const yaml = { ...tutorial.pulsar_yaml_config, managers: { slurm: {} } };
    const checks = declareRole(pulsar, { ...tutorial, pulsar_yaml_config: yaml }, around).checks;
    const check = checks.find(({ id }) => id.includes('consumers'));
    expect(check?.judge({ code: 0, stdout: 'pulsar_slurm__setup\t1\n', stderr: '' })).toMatchObject({
      ok: false,
      got: 'pulsar_slurm__setup 1, pulsar_slurm__status missing, pulsar_slurm__kill missing',
    });
  });

  describe('that has more than one reader', () => {
    const yaml = { ...tutorial.pulsar_yaml_config, managers: { _default_: {}, slurm: {} } };
    const { checks } = declareRole(
      pulsar,
      { ...tutorial, pulsar_yaml_config: yaml },
      {
        ...around,
        groups: { pulsarservers: ['pulsar.example.org', 'pulsar-eu'] },
        addresses: {
          ...around.addresses,
          '10.0.0.2': 'pulsar.example.org',
          '2001:db8::2': 'pulsar.example.org',
          '10.0.0.3': 'pulsar-eu',
        },
      },
    );
    const judged = (readers: Parameters<typeof readBy>[0], name?: string) => {
      const rows = [...QUEUES, 'pulsar__status_update'].map(
        (queue) => `${queue}\t${queue === QUEUES[0] ? readers.length : 1}`,
      );
      const stdout = `${rows.join('\n')}\n${readBy(readers, '/pulsar/galaxy_au', name ?? QUEUES[0])}`;
      return checks.find(({ id }) => id.includes('consumers'))?.judge({ code: 0, stdout, stderr: '' });
    };

    test.each<[string, Parameters<typeof readBy>[0], string, string]>([
      [
        'on a host of ours',
        [
          ['10.0.0.2', 4000, 9000],
          ['10.0.0.3', 4711, 20],
        ],
        'by pulsar.example.org (10.0.0.2:4000) and pulsar-eu (10.0.0.3:4711)',
        'until then stop Pulsar on all but one of these hosts',
      ],
      [
        'that nobody here knows',
        [
          ['10.0.0.2', 4000, 9000],
          ['203.0.113.9', 4711, 9000],
        ],
        'by pulsar.example.org (10.0.0.2:4000) and 203.0.113.9:4711',
        'is shut out by a new password',
      ],
      [
        'on the same host for long',
        [
          ['10.0.0.2', 4000, 9000],
          ['2001:db8::2', 4711, 200],
        ],
        'by pulsar.example.org (10.0.0.2:4000) and pulsar.example.org ([2001:db8::2]:4711)',
        'ssh pulsar.example.org sudo ss -tnp shows whose ports these are',
      ],
    ])('%s is told', (_title, readers, got, fix) => {
      const verdict = judged(readers);
      expect(verdict).toMatchObject({ ok: false });
      expect(verdict?.got).toContain(got);
      expect(verdict?.fix).toContain(fix);
    });

    test('is told when the one reader is the Pulsar of another host', () => {
      const verdict = judged([['10.0.0.3', 4711, 9000]]);
      expect(verdict).toMatchObject({ ok: false });
      expect(verdict?.got).toContain('by pulsar-eu (10.0.0.3:4711) and not by pulsar.example.org');
      expect(verdict?.fix).toContain('gatdeploy apply pulsar');
    });

    test('may be read through an address that nobody knows', () =>
      expect(judged([['203.0.113.9', 4711, 9000]])).toMatchObject({ ok: true }));

    test('may have a connection that broke and one that is new', () => {
      const verdict = judged([
        ['10.0.0.2', 4000, 9000],
        ['10.0.0.2', 4711, 20],
      ]);
      expect(verdict).toMatchObject({ ok: true });
      expect(verdict?.got).toContain('an old connection that the broker gives up within 3 minutes');
    });

    test('is no matter when it is a queue of somebody else', () =>
      expect(
        judged(
          [
            ['10.0.0.2', 4000, 9000],
            ['10.0.0.3', 4711, 9000],
          ],
          'pulsar_eu__setup',
        ),
      ).toMatchObject({
        ok: true,
      }));
  });

  test.each([
    ['', 'names no host', 'pyamqp://u:p@:5671//v?ssl=1'],
    ['', 'names no user', 'pyamqp://h:5671//v'],
    ['', 'is no AMQP URL', 'galaxy.example.org'],
  ])('%sthat %s is an error', (_title, why, url) => expect(() => declareRole(pulsar, urls(url))).toThrow(why));

  test('is not needed where jobs come over HTTP', () => {
    const rest = declareRole(pulsar, { pulsar_root: '/mnt/pulsar', pulsar_systemd: true });
    expect(idsOf(rest.resources).at(-1)).toBe('service[pulsar.service]');
    expect(rest.advice.map(({ code }) => code)).toEqual(['pulsar/no-token']);
    expect(contentOf(rest.resources, '/etc/systemd/system/pulsar.service')).toContain(
      'ExecStart=/mnt/pulsar/venv/bin/pulsar-serve /mnt/pulsar/config/server.ini',
    );
  });
});

describe('managers that use a cluster', () => {
  const withManager = (type: string, more: Record<string, unknown> = {}) =>
    declareRole(pulsar, {
      ...tutorial,
      pulsar_yaml_config: { ...tutorial.pulsar_yaml_config, managers: { cluster: { type } } },
      ...more,
    });
  const imports = (type: string, more?: Record<string, unknown>) =>
    withManager(type, more).checks.find(({ id }) => id === 'pulsar.service/imports')?.asks;

  test('by DRMAA are told that they need its library', () => {
    const codes = (type: string, more?: Record<string, unknown>) =>
      withManager(type, more).advice.map(({ code }) => code);
    expect(codes('queued_drmaa')).toContain('pulsar/no-drmaa-library');
    expect(codes('queued_cli')).not.toContain('pulsar/no-drmaa-library');
    expect(codes('queued_drmaa', { pulsar_drmaa_library_path: '/l.so' })).not.toContain('pulsar/no-drmaa-library');
  });

  test('count where there is only one, in `manager`', () => {
    const { pulsar_yaml_config } = tutorial;
    const manager = { type: 'queued_drmaa', staging_directory: '/data/jobs' };
    const { advice, resources } = declareRole(pulsar, {
      ...tutorial,
      pulsar_staging_max_age_days: 7,
      pulsar_yaml_config: { ...pulsar_yaml_config, manager },
    });
    expect(advice.map(({ code }) => code)).toContain('pulsar/no-drmaa-library');
    expect(contentOf(resources, '/usr/local/sbin/pulsar-staging-cleanup')).toContain('/data/jobs');
  });

  test('by DRMAA have it imported before Pulsar is stopped; others need not have it', () => {
    expect(imports('queued_external_drmaa', { pulsar_systemd_environment: ['DRMAA_LIBRARY_PATH=/l.so'] })).toMatch(
      /env DRMAA_LIBRARY_PATH=\/l\.so .*import pulsar\.main,.*, drmaa'/,
    );
    expect(imports('queued_cli')).not.toContain('drmaa');
  });
});

test('Pulsar starts after whoever installs the conda that it looks for', () => {
  const resolvers = (more: Record<string, unknown>) =>
    idsOf(
      declareRole(pulsar, {
        ...tutorial,
        pulsar_yaml_config: { dependency_resolution: { resolvers: [{ type: 'conda', ...more }] } },
      }).resources,
    );
  expect(resolvers({})).toContain('existing_file[/mnt/pulsar/deps/_conda/bin/conda]');
  expect(resolvers({ prefix: '/opt/conda' })).toContain('existing_file[/opt/conda/bin/conda]');
});

describe('over HTTP', () => {
  const rest = (more: Record<string, unknown>) =>
    declareRole(pulsar, {
      pulsar_root: '/mnt/pulsar',
      pulsar_systemd: true,
      pulsar_user: 'pulsar',
      pulsar_yaml_config: { private_token: new Secret('t0ken') },
      ...more,
    });
  const packages = (more: Record<string, unknown>) =>
    rest(more).resources.find((one) => idsOf([one])[0]?.startsWith('pip['))?.props as unknown as {
      packages: string[];
    };

  test.each<[string, Record<string, unknown>, string, readonly string[]]>([
    ['gunicorn', {}, 'bin/pulsar-serve /mnt/pulsar/config/server.ini', ['pulsar-app[web]']],
    [
      'Paste, before 0.15.15',
      { pulsar_package_version: '0.15.14' },
      'bin/python /mnt/pulsar/venv/bin/paster serve /mnt/pulsar/config/server.ini',
      ['pulsar-app[web]==0.15.14', 'setuptools<81'],
    ],
    [
      'gunicorn, since 0.15.15',
      { pulsar_package_version: '0.15.15', pulsar_systemd_runner: 'paste' },
      'bin/pulsar-serve /mnt/pulsar/config/server.ini',
      ['pulsar-app[web]==0.15.15'],
    ],
    [
      'uWSGI, where that is asked for',
      { pulsar_systemd_runner: 'uwsgi' },
      'bin/uwsgi --ini-paste /mnt/pulsar/config/server.ini',
      ['pulsar-app', 'pyuwsgi', 'PasteDeploy'],
    ],
  ])('is served by %s', (_title, more, command, wanted) => {
    expect(contentOf(rest(more).resources, '/etc/systemd/system/pulsar.service')).toContain(
      `ExecStart=/mnt/pulsar/venv/${command}\n`,
    );
    expect(packages(more).packages).toEqual(wanted);
  });

  test('has uWSGI start no thread that is lost, and log no token; options of the admin win', () => {
    const ini = contentOf(
      rest({ pulsar_systemd_runner: 'uwsgi', pulsar_uwsgi_options: { processes: 1, 'buffer-size': 32768 } })
        .resources,
      '/mnt/pulsar/config/server.ini',
    );
    expect(ini).toContain(
      'lazy-apps = true\ndisable-logging = true\nbuffer-size = 32768\nhttp = localhost:8913\n',
    );
  });

  test('is checked by its token, and by its name as Galaxy sees it', () => {
    const { checks } = declareRole(
      pulsar,
      {
        pulsar_root: '/mnt/pulsar',
        pulsar_systemd: true,
        pulsar_user: 'pulsar',
        pulsar_host: '0.0.0.0',
        pulsar_ssl_pem: '/etc/ssl/private/pulsar.pem',
        pulsar_yaml_config: { private_token: new Secret('t0ken') },
      },
      { name: 'pulsar.example.org', groups: { galaxyservers: ['galaxy'] } },
    );
    expect(checks.map(({ id, host }) => `${id} on ${host}`)).toContain('pulsar.service/tls on galaxy');
    const token = checks.find(({ id }) => id === 'pulsar.service/token');
    expect(token?.judge({ code: 0, stdout: 'OK without a token 401\n', stderr: '' }).ok).toBe(true);
    expect(token?.judge({ code: 1, stdout: 'FAIL without a token it answers 200\n', stderr: '' })).toMatchObject({
      ok: false,
      got: 'FAIL without a token it answers 200',
    });
    expect(token?.script.source).not.toContain('t0ken');
  });

  test('loads its certificate when it starts, so that a renewed one makes a restart due', () =>
    expect(idsOf(rest({ pulsar_ssl_pem: '/etc/ssl/private/pulsar.pem' }).resources)).toContain(
      'existing_file[/etc/ssl/private/pulsar.pem]',
    ));
});

test('a shared group closes the directories to others', () => {
  const grouped = declareRole(pulsar, {
    ...tutorial,
    pulsar_group: { name: 'galaxy', gid: 999 },
    pulsar_privsep_user: 'gxcode',
    pulsar_create_privsep_user: true,
  });
  expect(ownersOf(grouped.resources)).toMatchInlineSnapshot(`
    {
      "/etc/systemd/system/pulsar.service": "root:root 0644",
      "/mnt/pulsar": "gxcode:galaxy 0750",
      "/mnt/pulsar/config": "gxcode:galaxy 0750",
      "/mnt/pulsar/config/app.yml": "gxcode:galaxy 0640",
      "/mnt/pulsar/config/job_metrics_conf.yml": "gxcode:galaxy 0644",
      "/mnt/pulsar/config/local_env.sh": "gxcode:galaxy 0644",
      "/mnt/pulsar/config/server.ini": "gxcode:galaxy 0644",
      "/mnt/pulsar/config/start.py": "gxcode:galaxy 0644",
      "/mnt/pulsar/deps": "pulsar:galaxy 0750",
      "/mnt/pulsar/files": "pulsar:galaxy 0750",
      "/mnt/pulsar/files/persisted_data": "pulsar:galaxy 0750",
      "/mnt/pulsar/files/staging": "pulsar:galaxy 0750",
    }
  `);
});

test('one user for Pulsar and its code is made once, and its directories are closed to others', () => {
  const one = declareRole(pulsar, {
    ...tutorial,
    pulsar_user: { name: 'puls', comment: 'Our Pulsar' },
    pulsar_privsep_user: '{{ pulsar_user.name }}',
  });
  expect(idsOf(one.resources).filter((id) => id.startsWith('user['))).toEqual(['user[puls]']);
  expect(ownersOf(one.resources)['/mnt/pulsar']).toBe('puls:puls 0750');
});

test('a user who is there keeps the group that it has on the host', () => {
  const there = declareRole(
    pulsar,
    { ...tutorial, pulsar_create_user: false, pulsar_user: 'ubuntu' },
    { facts: { ...FACTS, primaryGroups: { ubuntu: 'users' } } },
  );
  expect(ownersOf(there.resources)).toMatchObject({
    '/mnt/pulsar/deps': 'ubuntu:users 0755',
    '/mnt/pulsar/config/app.yml': 'root:users 0640',
  });
  expect(contentOf(there.resources, '/etc/systemd/system/pulsar.service')).toContain('\nGroup=users\n');
});

test.each<[string, readonly string[], readonly string[]]>([
  ['0.15.14', ['kombu'], ['pulsar-app==0.15.14', 'kombu', 'setuptools<81']],
  ['0.15.14', ['setuptools', 'kombu'], ['pulsar-app==0.15.14', 'kombu', 'setuptools<81']],
  ['0.15.14', ['setuptools==70.0.0'], ['pulsar-app==0.15.14', 'setuptools==70.0.0']],
  ['0.15.15', ['setuptools', 'kombu'], ['pulsar-app==0.15.15', 'setuptools', 'kombu']],
])('Pulsar %s with %j has the setuptools that it needs', (version, named, packages) => {
  const { resources } = declareRole(pulsar, {
    ...tutorial,
    pulsar_package_version: version,
    pulsar_optional_dependencies: named,
  });
  expect(resources.find(({ kind }) => kind.name === 'pip')?.props).toMatchObject({ packages });
});

test('directories of finished jobs go by a timer, if the admin says when', () => {
  const { resources } = declareRole(pulsar, { ...tutorial, pulsar_staging_max_age_days: 7 });
  expect(idsOf(resources)).toContain('service[pulsar-staging-cleanup.timer]');
  const script = contentOf(resources, '/usr/local/sbin/pulsar-staging-cleanup');
  expect(script).toContain('for staging in /mnt/pulsar/files/staging; do');
  expect(script).toContain('marks=/mnt/pulsar/files/persisted_data\n');
});

test('folders of managers are tidied up, too', () => {
  const managers = { a: { staging_directory: '/scratch/a' }, b: {} };
  const { resources } = declareRole(pulsar, {
    ...tutorial,
    pulsar_yaml_config: { ...tutorial.pulsar_yaml_config, managers },
    pulsar_staging_max_age_days: 7,
  });
  expect(contentOf(resources, '/usr/local/sbin/pulsar-staging-cleanup')).toContain(
    'for staging in /scratch/a /mnt/pulsar/files/staging; do',
  );
});

test('old job metrics plugins are written in the new form', () => {
  const plugins = [{ name: 'core' }, { name: 'env', args: [{ name: 'variables', value: 'HOSTNAME' }] }];
  const { resources } = declareRole(pulsar, { ...tutorial, pulsar_job_metrics_plugins: plugins });
  expect(contentOf(resources, '/mnt/pulsar/config/job_metrics_conf.yml')).toMatch(
    /- {3}type: core\n- {3}type: env\n {4}variables: HOSTNAME\n/,
  );
});
