import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/base/secret.ts';
import { KEY_IN_LOG } from '../../src/roles/rabbitmq/checks.ts';
import { rabbitmq } from '../../src/roles/rabbitmq/index.ts';
import { contentOf, declareRole, FACTS, idsOf } from '../support/role.ts';

const CONFIG = '/etc/rabbitmq/rabbitmq.conf';

/** As the tutorial has it: Erlang terms as lists of one-key dicts, one plugin as a text. */
const tutorial = {
  rabbitmq_version: '3.8.35-1',
  rabbitmq_plugins: 'rabbitmq_management',
  rabbitmq_config: [
    {
      rabbit: [
        { tcp_listeners: [{ "'127.0.0.1'": 5672 }] },
        { ssl_listeners: [{ "'0.0.0.0'": 5671 }] },
        {
          ssl_options: [
            { cacertfile: '/etc/ssl/certs/fullchain.pem' },
            { certfile: '/etc/ssl/certs/cert.pem' },
            { keyfile: '/etc/ssl/user/privkey-rabbitmq.pem' },
            { fail_if_no_peer_cert: 'false' },
          ],
        },
      ],
    },
  ],
  rabbitmq_vhosts: ['/pulsar/galaxy_au'],
  rabbitmq_users: [
    { user: 'admin', password: 'a-long-one', tags: 'administrator', vhost: '/' },
    { user: 'galaxy_au', password: 'another', vhost: '/pulsar/galaxy_au' },
  ],
};

/** As repositories of later years have it: dicts in dicts, numeric ids for a container's user. */
const container = {
  rabbitmq_container: { name: 'rabbit_hole', image: 'rabbitmq:3.11-management' },
  rabbitmq_plugins: ['rabbitmq_management'],
  rabbitmq_config: {
    listeners: { tcp: 'none' },
    ssl_listeners: { default: 5671 },
    ssl_options: {
      verify: 'verify_peer',
      cacertfile: '/etc/ssl/certs/fullchain.pem',
      certfile: '/etc/ssl/certs/cert.pem',
      keyfile: '/etc/ssl/user/privkey-999:999.pem',
      fail_if_no_peer_cert: 'false',
    },
    consumer_timeout: 21600000,
    management_agent: { disable_metrics_collector: 'false' },
    management: { disable_stats: 'false' },
  },
  rabbitmq_users: [{ user: 'galaxy_au', password: 'another', vhost: '/pulsar/galaxy_au' }],
};

describe('the broker of the tutorial', () => {
  const { resources, checks, advice } = declareRole(rabbitmq, tutorial);

  test('comes in this order', () =>
    expect(idsOf(resources)).toMatchInlineSnapshot(`
      [
        "directory[/etc/systemd/system/epmd.socket.d]",
        "file[/etc/systemd/system/epmd.socket.d/gatdeploy.conf]",
        "file[/etc/apt/preferences.d/gatdeploy-rabbitmq]",
        "package[rabbitmq-server] provides user:rabbitmq@gat-1.example.org",
        "package[openssl]",
        "file[/etc/rabbitmq/rabbitmq.conf]",
        "edit[/etc/rabbitmq/advanced.config: nothing of ours]",
        "file[/etc/rabbitmq/rabbitmq.config]",
        "file[/etc/rabbitmq/erl_inetrc]",
        "edit[/etc/rabbitmq/rabbitmq-env.conf: addresses]",
        "command[epmd's address]",
        "command[owners and modes of the broker's own files]",
        "rabbitmq_plugins[/etc/rabbitmq/enabled_plugins]",
        "existing_file[/etc/ssl/certs/cert.pem]",
        "existing_file[/etc/ssl/user/privkey-rabbitmq.pem]",
        "existing_file[/etc/ssl/certs/fullchain.pem]",
        "service[rabbitmq-server.service] requires certificate@gat-1.example.org",
        "rabbitmq_vhost[/pulsar/galaxy_au]",
        "rabbitmq_vhost[/]",
        "rabbitmq_user[guest]",
        "rabbitmq_user[admin] provides amqp:gat-1.example.org///admin",
        "rabbitmq_user[galaxy_au] provides amqp:gat-1.example.org//pulsar/galaxy_au/galaxy_au",
      ]
    `));

  test('gets its configuration in the new format', () =>
    expect(contentOf(resources, CONFIG)).toMatchInlineSnapshot(`
      "# Made by gatdeploy from rabbitmq_config.
      listeners.tcp.local = 127.0.0.1:5672
      listeners.ssl.default = 0.0.0.0:5671
      ssl_options.cacertfile = /etc/ssl/certs/fullchain.pem
      ssl_options.certfile = /etc/ssl/certs/cert.pem
      ssl_options.keyfile = /etc/ssl/user/privkey-rabbitmq.pem
      ssl_options.fail_if_no_peer_cert = false
      management.tcp.ip = 127.0.0.1
      management.tcp.port = 15672
      "
    `));

  test('is checked by the real logins', () =>
    expect(checks.map((one) => one.id)).toMatchInlineSnapshot(`
      [
        "rabbitmq/listeners",
        "rabbitmq/alarms",
        "rabbitmq/erlang",
        "rabbitmq/log",
        "rabbitmq/certificate",
        "rabbitmq/login admin /",
        "rabbitmq/login galaxy_au /pulsar/galaxy_au",
      ]
    `));

  test('says that the version is not used', () =>
    expect(advice.map((one) => one.code)).toEqual(['rabbitmq/version']));
});

describe('the broker that Ansible would put into a container', () => {
  const { resources } = declareRole(rabbitmq, container);

  test('gets its configuration as it stands', () =>
    expect(contentOf(resources, CONFIG)).toMatchInlineSnapshot(`
    "# Made by gatdeploy from rabbitmq_config.
    listeners.tcp = none
    listeners.ssl.default = 5671
    ssl_options.verify = verify_peer
    ssl_options.cacertfile = /etc/ssl/certs/fullchain.pem
    ssl_options.certfile = /etc/ssl/certs/cert.pem
    ssl_options.keyfile = /etc/ssl/user/privkey-999:999.pem
    ssl_options.fail_if_no_peer_cert = false
    consumer_timeout = 21600000
    management_agent.disable_metrics_collector = false
    management.disable_stats = false
    management.tcp.ip = 127.0.0.1
    management.tcp.port = 15672
    "
  `));

  test('may read a key that is shared with ids', () =>
    expect(contentOf(resources, '/etc/systemd/system/rabbitmq-server.service.d/gatdeploy.conf')).toContain(
      'SupplementaryGroups=999',
    ));

  test('has the virtual host that only a user names', () =>
    expect(idsOf(resources).join('\n')).toContain('rabbitmq_vhost[/pulsar/galaxy_au]'));
});

describe('variables of the broker', () => {
  test('that are not set leave plain AMQP and management on the host itself', () =>
    expect(contentOf(declareRole(rabbitmq, {}).resources, CONFIG)).toBe(
      '# Made by gatdeploy from rabbitmq_config.\nlisteners.tcp.local = 127.0.0.1:5672\nmanagement.tcp.ip = 127.0.0.1\nmanagement.tcp.port = 15672\n',
    ));

  test.each<[string, object, string]>([
    ['a port alone', [{ rabbit: [{ ssl_listeners: [5671] }] }], 'listeners.ssl.default = 5671'],
    ['IPv6', [{ rabbit: [{ tcp_listeners: [{ '"::1"': 5672 }] }] }], 'listeners.tcp.default = [::1]:5672'],
    ['no listener', [{ rabbit: [{ tcp_listeners: [] }] }], 'listeners.tcp = none'],
    [
      'versions of TLS',
      [{ rabbit: [{ ssl_options: [{ versions: ['tlsv1.2'] }] }] }],
      'ssl_options.versions.1 = tlsv1.2',
    ],
    ['a number', [{ rabbit: [{ consumer_timeout: 3600000 }] }], 'consumer_timeout = 3600000'],
    ['management', [{ rabbitmq_management: [{ listener: [{ port: 15671 }] }] }], 'management.tcp.port = 15671'],
    [
      'management with TLS',
      [
        {
          rabbitmq_management: [
            { listener: [{ port: 15671 }, { ssl: true }, { ssl_opts: [{ certfile: '/c.pem' }] }] },
          ],
        },
      ],
      'management.ssl.certfile = /c.pem',
    ],
    [
      'a share of memory',
      [{ rabbit: [{ vm_memory_high_watermark: 0.6 }] }],
      'vm_memory_high_watermark.relative = 0.6',
    ],
    [
      'an amount of memory',
      [{ rabbit: [{ vm_memory_high_watermark: [{ absolute: '2GB' }] }] }],
      'vm_memory_high_watermark.absolute = 2GB',
    ],
    ['levels of logs', [{ rabbit: [{ log_levels: [{ connection: 'error' }] }] }], 'log.connection.level = error'],
    [
      'versions in a dict',
      { ssl_options: { versions: ['tlsv1.3', 'tlsv1.2'] } },
      'ssl_options.versions.2 = tlsv1.2',
    ],
  ])('write %s', (_title, config, line) =>
    expect(contentOf(declareRole(rabbitmq, { rabbitmq_config: config }).resources, CONFIG).split('\n')).toContain(
      line,
    ),
  );

  test.each<[string, Record<string, unknown>, string]>([
    ['a cluster', { rabbitmq_cluster: true }, 'rabbitmq/cluster'],
    ['a cluster of containers', { rabbitmq_setup: 'cluster' }, 'rabbitmq/cluster'],
    ['a container', { rabbitmq_install_method: 'container' }, 'rabbitmq/container'],
    ['a repository that is not named', { rabbitmq_install_method: 'repository' }, 'rabbitmq/no-repository'],
    [
      'terms without a counterpart',
      { rabbitmq_config: [{ rabbit: [{ queue_types: [1, [2]] }] }] },
      'rabbitmq/setting',
    ],
    [
      'advanced.config from two places',
      { rabbitmq_config: [{ kernel: [{ x: 1 }] }], rabbitmq_advanced_config: '[].' },
      'rabbitmq/advanced-twice',
    ],
    [
      'two passwords',
      {
        rabbitmq_users: [
          { user: 'a', password: 'x' },
          { user: 'a', password: 'y', vhost: '/b' },
        ],
      },
      'rabbitmq/two-passwords',
    ],
    [
      'a user who is wanted and not',
      { rabbitmq_users: [{ user: 'guest', password: 'x' }] },
      'rabbitmq/contradiction',
    ],
  ])('refuse %s', (_title, variables, code) =>
    expect(() => declareRole(rabbitmq, variables)).toThrow(expect.objectContaining({ code })),
  );

  test('go to advanced.config where rabbitmq.conf has no place for them', () => {
    const config = [
      { kernel: [{ net_ticktime: 60 }, { note: 'a "b"' }, { list: ['x', 1, true, { k: 'v' }] }] },
      { rabbit: [{ heartbeat: 30 }] },
    ];
    const { resources } = declareRole(rabbitmq, { rabbitmq_config: config });
    expect(contentOf(resources, '/etc/rabbitmq/advanced.config')).toBe(
      '%% Made by gatdeploy from rabbitmq_config.\n[\n  {kernel, [{net_ticktime, 60}, {note, "a \\"b\\""}, {list, ["x", 1, true, {k, "v"}]}]}\n].\n',
    );
    expect(contentOf(resources, CONFIG)).toContain('heartbeat = 30');
  });

  test('pin packages of a repository', () => {
    const { resources, advice } = declareRole(rabbitmq, {
      rabbitmq_install_method: 'repository',
      rabbitmq_apt_repository: 'deb http://packages.example.org/rabbitmq bookworm main',
      rabbitmq_version: '3.13.7-1',
      rabbitmq_erlang_version: '1:27.0-1',
    });
    expect(contentOf(resources, '/etc/apt/preferences.d/gatdeploy-rabbitmq')).toContain(
      'Package: erlang erlang-*\nPin: version 1:27.0-1\nPin-Priority: 1001\n',
    );
    expect(advice.map(({ code }) => code)).toEqual(['rabbitmq/erlang']);
  });

  test('look at the folder and at the cookie where the variable says, and put them right before a start', () => {
    const { resources } = declareRole(rabbitmq, { rabbitmq_erlang_cookie_file: '/srv/rabbit/.erlang.cookie' });
    const own = resources.find(({ name }) => name === "owners and modes of the broker's own files");
    const script = JSON.stringify(
      own?.kind.apply([{ name: own.name, props: own.props, keys: new Set(), before: {}, after: {} }]),
    );
    expect(script).toContain('/srv/rabbit/.erlang.cookie');
    expect(resources.find(({ name }) => name === 'rabbitmq-server.service')?.props.after).toContain(own);
  });

  test('may open Erlang on all addresses', () => {
    const { resources } = declareRole(rabbitmq, { rabbitmq_distribution_ip: '0.0.0.0' });
    const gone = resources.filter(({ props }) => props.absent).map(({ id }) => id);
    expect(gone).toContain('file[/etc/systemd/system/epmd.socket.d/gatdeploy.conf]');
    expect(gone).toContain('file[/etc/rabbitmq/erl_inetrc]');
  });

  test('trace virtual hosts, and bound users', () => {
    const { resources } = declareRole(rabbitmq, {
      rabbitmq_vhosts: ['/a', { name: '/b', node: 'rabbit', tracing: true, limits: { 'max-queues': 9 } }],
      rabbitmq_users: [{ user: 'u', password: 'secret', vhost: '/c', limits: { 'max-connections': 5 } }],
    });
    const states = resources
      .filter(({ kind }) => kind.name === 'rabbitmq_vhost')
      .map((one) => [one.name, one.kind.desired(one)]);
    expect(states).toEqual([
      ['/a', { tracing: false }],
      ['/b', { tracing: true, limits: 'max-queues 9' }],
      ['/c', {}],
    ]);
    const user = resources.find(({ id }) => id === 'rabbitmq_user[u]');
    expect(user?.kind.desired(user)).toMatchObject({ limits: 'max-connections 5' });
  });

  test('give a user of several virtual hosts one resource with all permissions', () => {
    const { resources } = declareRole(rabbitmq, {
      rabbitmq_users: [
        { user: 'a', password: 'secret' },
        { user: 'a', password: 'secret', vhost: '/b', write_priv: '^pulsar', tags: 'monitoring, management' },
      ],
    });
    const user = resources.find((one) => one.id === 'rabbitmq_user[a]');
    expect(user?.kind.desired(user)).toEqual({
      password: 'as declared',
      tags: 'management, monitoring',
      'in /': 'configure .* write .* read .*',
      'in /b': 'configure .* write ^pulsar read .*',
    });
  });
});

describe("the check of the broker's logs", () => {
  const check = declareRole(rabbitmq, tutorial).checks.find(({ id }) => id === 'rabbitmq/log');
  test.each([
    ['', true, 'none does'],
    ['/var/log/rabbitmq/rabbit@gat-1.log\n', false, '/var/log/rabbitmq/rabbit@gat-1.log'],
  ])('%j is ok: %s', (stdout, ok, got) =>
    expect(check?.judge({ code: 0, stdout, stderr: '' })).toMatchObject({ ok, got }),
  );

  test.each([
    [
      "[error] <0.629.0>   private_key =>\n[error] <0.629.0>   {'ECPrivateKey',1,\n[error]   <<217,39,57,56,92,246>>,",
      true,
    ],
    ["[{key,{'ECPrivateKey',1,<<217,39,57>>,{namedCurve,{1,2,840,10045,3,1,7}},<<4,1>>}}]", true],
    ["{'RSAPrivateKey','two-prime',2480302,\n 65537,", true],
    ["#'RSAPrivateKey'{version = 'two-prime',modulus = 24", true],
    ["{key,{'PrivateKeyInfo',<<48,130,4,189,2,1,0>>}}", true],
    ['[error] {keyfile,"/etc/ssl/user/privkey-rabbitmq.pem"} cannot be read: {\'ECPrivateKey\',not_found}', false],
    ['TLS server: In state hello received CLIENT ALERT: Fatal - Unknown CA', false],
  ])('finds a key in %j: %s', (log, isFound) => {
    const { status } = spawnSync('grep', ['-qE', '-e', KEY_IN_LOG], { input: log });
    expect(status).toBe(isFound ? 0 : 1);
  });
});

test.each([
  [{ rabbitmq_vhosts: [{ name: '/a', limits: { 'max-qeues': 3 } }] }, 'max-queues'],
  [{ rabbitmq_users: [{ user: 'u', password: 'secret', limits: { 'max-chanels': 3 } }] }, 'max-channels'],
])('a limit that the broker does not know is told before anything is done: %j', (variables, meant) => {
  expect(() => declareRole(rabbitmq, variables)).toThrow(
    expect.objectContaining({ code: 'var/type', fix: expect.stringContaining(meant) }),
  );
});

test('a secret where a plain text is wanted is taken as plain, and one that does not fit is not shown', () => {
  const hidden = {
    rabbitmq_install_method: new Secret('distribution'),
    rabbitmq_vhosts: [new Secret('/pulsar/b')],
  };
  expect(() => declareRole(rabbitmq, hidden)).not.toThrow();
  expect(() => declareRole(rabbitmq, { rabbitmq_install_method: new Secret('distributed') })).toThrow(
    expect.objectContaining({
      code: 'var/type',
      why: expect.stringMatching(/comes from the vault(?!.*distributed)/),
    }),
  );
});

describe('policies', () => {
  const policy = {
    name: 'ttl',
    vhost: '/pulsar/galaxy_au',
    definition: { 'message-ttl': 3600000, 'ha-params': ['rabbit@a'] },
  };
  const policiesOf = (variables: Record<string, unknown>) =>
    declareRole(rabbitmq, { ...tutorial, ...variables })
      .resources.filter(({ kind }) => kind.name === 'rabbitmq_policy')
      .map(({ name, props }) => `${props.absent ? '-' : '+'} ${name}`);

  test('are made, and taken away by name', () => {
    expect(policiesOf({ rabbitmq_policies: [policy] })).toEqual(['+ ttl in /pulsar/galaxy_au']);
    expect(policiesOf({ rabbitmq_policies_absent: ['ha', { name: 'ttl', vhost: '/pulsar/galaxy_au' }] })).toEqual([
      '- ha in /',
      '- ttl in /pulsar/galaxy_au',
    ]);
    expect(() =>
      policiesOf({
        rabbitmq_policies: [policy],
        rabbitmq_policies_absent: [{ name: 'ttl', vhost: policy.vhost }],
      }),
    ).toThrow(expect.objectContaining({ code: 'rabbitmq/contradiction' }));
  });
});

const repository = {
  rabbitmq_install_method: 'repository',
  rabbitmq_apt_repository: ['deb https://x.org/ r main'],
};

test.each<[string, string, Record<string, unknown>, string | undefined]>([
  ['of Debian 12', '12', {}, undefined],
  ['of Debian 13', '13', {}, '134217728'],
  ['of Debian 13 whose admin says how much', '13', { rabbitmq_config: { max_message_size: 5 } }, '5'],
  ['of a repository, 4.1', '12', { ...repository, rabbitmq_version: '4.1.2-1' }, '134217728'],
  ['of a repository, 3.13', '13', { ...repository, rabbitmq_version: '3.13.7-1' }, undefined],
])('a broker %s takes messages as large as before RabbitMQ 4', (_title, version, variables, bytes) => {
  const { resources } = declareRole(rabbitmq, variables, { facts: { ...FACTS, version } });
  expect(/^max_message_size = (.*)$/m.exec(contentOf(resources, CONFIG))?.[1]).toBe(bytes);
});
