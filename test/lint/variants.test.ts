import { describe, expect, test } from 'vitest';
import { renderPosition } from '../../src/base/position.ts';
import { ALL, append, GALAXY, JOBS, lintTutorial, type Patch, PULSAR, swap } from './tutorial.ts';

/** The same mistakes as in rules.test.ts on other ways: through variables, templates, other forms of the job configuration. */
type Row = readonly [rule: string, title: string, patches: readonly Patch[], at: string];

const URL = '//pulsar/galaxy_au?ssl=1"';
const SECRET = '{{ vault_rabbitmq_password_vhost }}';
const LINE =
  'message_queue_url: "pyamqp://galaxy_au:{{ vault_rabbitmq_password_vhost }}@{{ galaxy_server_hostname }}:5671//pulsar/galaxy_au?ssl=1"';
const URL_LINE = `${PULSAR}:27:22`;
const RUNNER = `${JOBS}:9:15`;
const onPulsar = (from: string, to: string): Patch => swap(PULSAR, from, to);
const PYAMQP = `pyamqp://galaxy_au:${SECRET}@localhost:5671`;

const second = (manager: string, vhost = '/pulsar/galaxy_au') => `  pulsar_two:
    load: galaxy.jobs.runners.pulsar:PulsarMQJobRunner
    amqp_url: "${PYAMQP}/${vhost}?ssl=1"
    amqp_consumer_timeout: 2
    galaxy_url: "https://{{ inventory_hostname }}"
    manager: ${manager}
`;
const withRunner = (text: string): Patch => swap(JOBS, '\nexecution:\n', `${text}\nexecution:\n`);
const hosts = swap(
  'hosts',
  '[dbservers:children]',
  'gat-1.au.training.galaxyproject.eu\ngat-2.au.training.galaxyproject.eu\n\n[dbservers:children]',
);
const managersOf = (host: string, manager: string): Patch =>
  append(
    `host_vars/${host}.yml`,
    `managers_here: {${manager}: {type: queued_python, num_concurrent_jobs: 1, staging_directory: /mnt/${manager}}}`,
  );
const manyManagers: readonly Patch[] = [
  onPulsar('  min_polling_interval: 0.5', '  managers: "{{ managers_here }}"'),
  managersOf('gat-0.au.training.galaxyproject.eu', 'one'),
  managersOf('gat-1.au.training.galaxyproject.eu', 'two'),
];

const firewall = (tasks: string): Patch => swap('galaxy.yml', '  post_tasks:', `  tasks:\n${tasks}  post_tasks:`);

const found: readonly Row[] = [
  ['L01', 'a host that was left out', [onPulsar('@{{ galaxy_server_hostname }}:', '@:')], URL_LINE],
  ['L01', 'a password that was left out', [onPulsar(`galaxy_au:${SECRET}@`, 'galaxy_au@')], URL_LINE],
  [
    'L01',
    'a URL from a variable',
    [
      append(PULSAR, 'queue: "amqq://galaxy_au:x@h:5671//pulsar/galaxy_au?ssl=1"'),
      onPulsar(LINE, 'message_queue_url: "{{ queue }}"'),
    ],
    `${PULSAR}:43:8`,
  ],
  [
    'L02',
    'a virtual host that only a user names',
    [swap(GALAXY, 'rabbitmq_vhosts:\n  - /pulsar/galaxy_au', 'rabbitmq_vhosts:\n  - /pulsar/galaxy_ua')],
    URL_LINE,
  ],
  [
    'L02',
    'another virtual host through a variable',
    [append(ALL, 'site: pulsar/galaxy_us'), onPulsar(URL, '//{{ site }}?ssl=1"')],
    URL_LINE,
  ],
  [
    'L02',
    'another virtual host in the second runner',
    [withRunner(second('_default_', '/pulsar/other'))],
    `${JOBS}:19:15`,
  ],
  ['L04', 'a password that was typed in', [onPulsar(SECRET, 'a-password-typed-in-by-hand')], URL_LINE],
  [
    'L04',
    'an encoded password that is another one',
    [append(ALL, 'other: "no@such"'), onPulsar(SECRET, '{{ other | urlencode }}')],
    URL_LINE,
  ],
  [
    'L05',
    'no virtual hosts at all',
    [
      swap(GALAXY, 'rabbitmq_vhosts:\n  - /pulsar/galaxy_au\n', ''),
      swap(JOBS, '/{{ rabbitmq_vhosts[0] }}', '//pulsar/galaxy_au'),
    ],
    `${GALAXY}:122:12`,
  ],
  ['L07', 'a password with an @', [onPulsar(SECRET, 'pa@ss')], URL_LINE],
  ['L07', 'a slash in what was typed in', [onPulsar(SECRET, 'pa/ss')], URL_LINE],
  [
    'L07',
    'a slash that urlencode leaves',
    [append(ALL, 'queue_password: "ab/cd"'), onPulsar(SECRET, '{{ queue_password | urlencode }}')],
    URL_LINE,
  ],
  [
    'L07',
    'a password from a dict',
    [append(ALL, 'queue: {password: "ab#cd"}'), onPulsar(SECRET, '{{ queue.password }}')],
    URL_LINE,
  ],
  [
    'L07',
    'a virtual host with a question mark',
    [swap(GALAXY, 'rabbitmq_vhosts:\n  - /pulsar/galaxy_au', 'rabbitmq_vhosts:\n  - /pulsar/what?')],
    RUNNER,
  ],
  [
    'L07',
    'a whole URL from a variable',
    [
      append(ALL, 'queue_password: "ab/cd"'),
      append(PULSAR, 'queue: "pyamqp://galaxy_au:{{ queue_password }}@h:5671//pulsar/galaxy_au?ssl=1"'),
      onPulsar(LINE, 'message_queue_url: "{{ queue }}"'),
    ],
    `${PULSAR}:43:8`,
  ],
  ['L08', 'two runners with one queue', [withRunner(second('_default_'))], `${JOBS}:19:15`],
  [
    'L08',
    'the third Pulsar with the queue of the second',
    [hosts, ...manyManagers, managersOf('gat-2.au.training.galaxyproject.eu', 'two')],
    URL_LINE,
  ],
  ['L09', 'the second runner', [withRunner(second('elsewhere'))], `${JOBS}:22:14`],
  [
    'L10',
    "the directory of another host's manager",
    [
      hosts,
      ...manyManagers,
      managersOf('gat-2.au.training.galaxyproject.eu', 'three'),
      swap(JOBS, 'manager: _default_', 'manager: two'),
      swap(JOBS, '/mnt/pulsar/files/staging', '/mnt/one'),
    ],
    `${JOBS}:27:23`,
  ],
  [
    'L10',
    'a broker outside the project',
    [
      swap(JOBS, '@localhost:', '@mq.example.org:'),
      onPulsar('@{{ galaxy_server_hostname }}:', '@mq.example.org:'),
      swap(JOBS, '/mnt/pulsar/files/staging', '/srv/staging'),
    ],
    `${JOBS}:27:23`,
  ],
  [
    'L13',
    'a name that the certificate lacks',
    [swap(JOBS, 'https://{{ inventory_hostname }}', 'https://usegalaxy.example.org')],
    `${JOBS}:15:17`,
  ],
  [
    'L14',
    'a name of nobody',
    [onPulsar('"gat-0.eu.training.galaxyproject.eu"', '"gat-9.eu.training.galaxyproject.eu"')],
    `${PULSAR}:1:25`,
  ],
  [
    'L23',
    'plain text from another host',
    [onPulsar(':5671//pulsar/galaxy_au?ssl=1', ':5672//pulsar/galaxy_au')],
    URL_LINE,
  ],
  ['L23', 'a port where nothing listens', [onPulsar(':5671//', ':5673//')], URL_LINE],
  ['L23', 'TLS for the host itself only', [swap(GALAXY, `"'0.0.0.0'": 5671`, `"'127.0.0.1'": 5671`)], URL_LINE],
  ['L13', 'a blank host', [swap(JOBS, 'https://{{ inventory_hostname }}', 'https:///')], `${JOBS}:15:17`],
  [
    'L15',
    'an option of environments on a runner over HTTP',
    [
      withRunner(
        '  rest:\n    load: galaxy.jobs.runners.pulsar:PulsarRESTJobRunner\n    jobs_directory: /mnt/pulsar\n',
      ),
    ],
    `${JOBS}:19:5`,
  ],
  [
    'L16',
    'an environment that is tried again elsewhere',
    [swap(JOBS, '      transport: curl', '      resubmit: [{condition: memory_limit_reached, environment: big}]')],
    `${JOBS}:31:65`,
  ],
  [
    'L16',
    'a limit of an environment that does not exist',
    [append(JOBS, 'limits:\n- {type: environment_total_concurrent_jobs, id: plusar, value: 20}')],
    `${JOBS}:48:49`,
  ],
  [
    'L16',
    'a limit by a tag that no environment has',
    [append(JOBS, 'limits: [{type: destination_user_concurrent_jobs, tag: far, value: 2}]')],
    `${JOBS}:47:56`,
  ],
  ['L16', 'a tool that goes to none', [append(JOBS, '- id: cut1\n  environment:')], `${JOBS}:47:7`],
  ['L16', 'an environment that names no runner', [swap(JOBS, '      runner: slurm\n', '')], `${JOBS}:33:5`],
  [
    'L19',
    'packages in a variable',
    [
      append(PULSAR, 'packages_here: [git, libcurl4-gnutls-dev]'),
      swap(
        'pulsar.yml',
        '        name:\n          - build-essential\n          - git\n          - python3-dev\n          - libcurl4-openssl-dev\n          - libssl-dev\n          - virtualenv\n',
        '        name: "{{ packages_here }}"\n',
      ),
    ],
    `${PULSAR}:6:28`,
  ],
  [
    'L20',
    'a certificate that signs itself',
    [append(GALAXY, 'certificate_source: self-signed')],
    `${GALAXY}:139:21`,
  ],
  ['L27', 'no limit as an error', [swap(GALAXY, '  client_max_body_size: 1g', '  gzip: "on"')], `${GALAXY}:82:1`],
  [
    'L29',
    'the authority for trials in production',
    [
      swap(GALAXY, 'certbot_environment: staging', 'certbot_environment: production'),
      append(GALAXY, 'certbot_server: https://acme-staging-v02.api.letsencrypt.org/directory'),
    ],
    `${GALAXY}:63:22`,
  ],
  [
    'L32',
    'guest with a password of its own',
    [swap(GALAXY, '  - user: admin\n', '  - user: guest\n')],
    `${GALAXY}:118:11`,
  ],
  [
    'L37',
    'paths on CVMFS in a list',
    [
      swap(
        GALAXY,
        'tool_data_table_config_path: /cvmfs/data.galaxyproject.org/byhand/location/tool_data_table_conf.xml,/cvmfs/data.galaxyproject.org/managed/location/tool_data_table_conf.xml',
        'tool_data_table_config_path: [/cvmfs/data.galaxyproject.org/byhand/location/tool_data_table_conf.xml]',
      ),
      swap('pulsar.yml', '    - role: galaxyproject.cvmfs\n      become: yes\n', ''),
    ],
    'pulsar.yml:1:3',
  ],
  ['L42', 'a misspelt variable of tusd', [swap(GALAXY, 'tusd_instances:', 'tusd_instancs:')], `${GALAXY}:128:1`],
  ['L42', 'a misspelt variable of Slurm', [swap(GALAXY, 'slurm_nodes:', 'slurm_node:')], `${GALAXY}:90:1`],
  ['L01', 'a colon without a port', [onPulsar(':5671//', '://')], URL_LINE],
  ['L01', 'a blank URL', [onPulsar(LINE, 'message_queue_url: ""')], `${PULSAR}:27:22`],
  ['L01', 'a runner without a URL', [swap(JOBS, 'amqp_url:', 'amqp_urls:')], `${JOBS}:7:3`],
  [
    'L03',
    'users that are shared by name, at their own place',
    [
      append(
        ALL,
        `mq_users:\n  - {user: other, password: "${SECRET}", vhost: /pulsar/galaxy_au, read_priv: "^x"}`,
      ),
      swap(GALAXY, 'rabbitmq_users:\n', 'rabbitmq_users: "{{ mq_users }}"\nold_users:\n'),
      onPulsar('galaxy_au:{{', 'other:{{'),
      swap(JOBS, 'galaxy_au:{{', 'other:{{'),
    ],
    `${ALL}:14:105`,
  ],
  [
    'L08',
    'two Galaxies with one queue',
    [
      append('hosts', '[galaxyservers]\ngat-1.eu.training.galaxyproject.eu'),
      swap(JOBS, '@localhost:', "@{{ groups['galaxyservers'][0] }}:"),
    ],
    `${JOBS}:9:15`,
  ],
  [
    'L11',
    'an environment of a loop, behind what the loop gives',
    [
      swap(
        JOBS,
        '    slurm:\n      runner: slurm\n',
        "{% for n in ['a', 'b'] %}\n    far_{{ n }}: {runner: pulsar_runner, jobs_directory: /mnt/pulsar/files/staging, outputs_to_working_directory: {{ n == 'b' }}}\n{% endfor %}\n    slurm:\n      runner: slurm\n",
      ),
    ],
    `${JOBS}:34:115`,
  ],
  [
    'L15',
    'a list for a number',
    [swap(JOBS, 'amqp_consumer_timeout: 2', 'amqp_consumer_timeout: [2]')],
    `${JOBS}:12:28`,
  ],
  ['L15', 'a word that no number may be', [swap(JOBS, 'time: 1200', 'time: None')], `${JOBS}:11:30`],
  ['L16', 'several environments and no default', [swap(JOBS, '  default: slurm\n', '')], `${JOBS}:19:3`],
  [
    'L17',
    'a runner that is left to the role',
    [onPulsar('pulsar_systemd_runner: webless\n', '')],
    `${PULSAR}:26:22`,
  ],
  [
    'L20',
    'a role that signs by itself',
    [
      swap(GALAXY, 'nginx_ssl_role: usegalaxy_eu.certbot', 'nginx_ssl_role: galaxyproject.self_signed_certs'),
      append(GALAXY, 'openssl_domains: ["{{ certbot_domains[0] }}"]'),
    ],
    `${GALAXY}:84:17`,
  ],
  [
    'L20',
    'an option for trials',
    [swap(GALAXY, 'certbot_environment: staging', 'certbot_auto_renew_extra: --test-cert')],
    `${GALAXY}:63:27`,
  ],
  [
    'L25',
    'the key of somebody else',
    [swap(GALAXY, 'privkey-rabbitmq.pem', 'privkey-nginx.pem')],
    `${GALAXY}:111:17`,
  ],
  [
    'L25',
    'a key where a certificate belongs',
    [swap(GALAXY, 'certfile: /etc/ssl/certs/cert.pem', 'certfile: /etc/ssl/user/privkey-rabbitmq.pem')],
    `${GALAXY}:110:18`,
  ],
  [
    'L25',
    'a certificate where the key belongs',
    [swap(GALAXY, 'user/privkey-rabbitmq', 'certs/cert')],
    `${GALAXY}:111:17`,
  ],
  [
    'L26',
    'a certificate that nobody makes',
    [
      swap(
        GALAXY,
        'nginx_conf_ssl_certificate: /etc/ssl/certs/fullchain',
        'nginx_conf_ssl_certificate: /etc/ssl/certs/full_chain',
      ),
    ],
    `${GALAXY}:85:29`,
  ],
  [
    'L26',
    'a key without its certificate',
    [swap(GALAXY, 'nginx_conf_ssl_certificate: /etc/ssl/certs/fullchain.pem\n', '')],
    `${GALAXY}:85:33`,
  ],
  [
    'L27',
    'a small limit in a site that overrules the general one',
    [swap('templates/nginx/galaxy.j2', 'location / {', 'location / {\n\t\tclient_max_body_size 10m;')],
    'templates/nginx/galaxy.j2:14:24',
  ],
  ['L28', 'no site on port 80', [swap(GALAXY, 'nginx_servers:\n  - redirect-ssl\n', '')], `${GALAXY}:64:26`],
  [
    'L28',
    'another folder in the site',
    [swap('templates/nginx/redirect-ssl.j2', '{{ certbot_well_known_root }}', '/var/www/other')],
    `${GALAXY}:64:26`,
  ],
  [
    'L31',
    "the older role's forms with the container role",
    [swap('galaxy.yml', 'usegalaxy_eu.rabbitmq', 'usegalaxy_eu.rabbitmqserver')],
    `${GALAXY}:100:19`,
  ],
  [
    'L32',
    'a password in capitals',
    [swap(GALAXY, '"{{ vault_rabbitmq_admin_password }}"', 'Admin')],
    `${GALAXY}:119:15`,
  ],
  [
    'L32',
    'users that are left to the role',
    [swap(GALAXY, 'rabbitmq_users:\n', 'users_of_old:\n')],
    `${GALAXY}:102:1`,
  ],
  [
    'L39',
    'plain text for all addresses',
    [swap(GALAXY, `    - "'127.0.0.1'": 5672`, '    - 5672')],
    `${GALAXY}:105:7`,
  ],
  ['L39', 'management for all', [append(GALAXY, 'rabbitmq_management_ip: 0.0.0.0')], `${GALAXY}:139:25`],
  [
    'L39',
    'a port of a firewall in a loop',
    [firewall("    - ufw: {rule: allow, port: '{{ item }}'}\n      loop: [22, 443, 5671, 15672]\n")],
    'galaxy.yml:16:29',
  ],
  [
    'L39',
    'a firewall that keeps Pulsar out',
    [firewall("    - ufw: {state: enabled, policy: deny}\n    - ufw: {rule: allow, port: '443'}\n")],
    'galaxy.yml:15:7',
  ],
  [
    'L48',
    'less than a gigabyte for each job',
    [
      onPulsar(
        '  min_polling_interval: 0.5',
        '  managers: {_default_: {type: queued_python, num_concurrent_jobs: 8}}',
      ),
      append(PULSAR, 'pulsar_systemd_memory_limit: 2'),
    ],
    `${PULSAR}:43:30`,
  ],
  ['L56', 'a pin to what is older', [onPulsar('amqp==5.0.2', 'amqp<5.0.3')], `${PULSAR}:20:5`],
];

/** What is right and looks a little like a mistake. */
const fine: readonly (readonly [title: string, patches: readonly Patch[]])[] = [
  [
    'limits of environments that there are, and of all jobs',
    [
      swap(JOBS, '      transport: curl', '      tags: [far, heavy]'),
      append(
        JOBS,
        'limits:\n- {type: environment_user_concurrent_jobs, tag: heavy, value: 2}\n- {type: environment_total_concurrent_jobs, id: pulsar, value: 20}\n- {type: registered_user_concurrent_jobs, value: 5}\n- {type: walltime, value: "24:00:00"}\n- {type: environment_total_concurrent_jobs, id: , value: 9}',
      ),
    ],
  ],
  [
    "a limit of an environment that rules of the site's own make",
    [
      swap(JOBS, '    slurm:\n', '    rules: {runner: dynamic, type: python, function: somewhere}\n    slurm:\n'),
      append(JOBS, 'limits:\n- {type: environment_total_concurrent_jobs, id: somewhere_big, value: 2}'),
    ],
  ],
  [
    'a password that is escaped',
    [onPulsar(SECRET, "{{ vault_rabbitmq_password_vhost | urlencode | replace('/', '%2F') }}")],
  ],
  [
    'two Pulsars with two managers in one virtual host',
    [
      swap('hosts', '[dbservers:children]', 'gat-1.au.training.galaxyproject.eu\n\n[dbservers:children]'),
      ...manyManagers,
      swap(JOBS, 'manager: _default_', 'manager: one'),
      swap(JOBS, '/mnt/pulsar/files/staging', '/mnt/one/'),
      withRunner(second('two')),
      swap(
        JOBS,
        '    slurm:\n      runner: slurm\n',
        '    two: {runner: pulsar_two, jobs_directory: /mnt/two, outputs_to_working_directory: false}\n    slurm:\n      runner: slurm\n',
      ),
    ],
  ],
  ['TLS by its scheme', [onPulsar('pyamqp://', 'amqps://'), onPulsar('?ssl=1"', '"')]],
  [
    'a port that is left to amqps',
    [onPulsar('pyamqp://', 'amqps://'), onPulsar(':5671//pulsar/galaxy_au?ssl=1"', '//pulsar/galaxy_au"')],
  ],
  [
    'a tool that goes to a tag',
    [
      swap(JOBS, '    slurm:\n', '    slurm:\n      tags: [cluster, big]\n'),
      append(JOBS, '- id: cut\n  environment: cluster'),
    ],
  ],
  [
    'plain text on the broker itself, where the variables leave the port to the broker',
    [
      swap(GALAXY, `  - tcp_listeners:\n    - "'127.0.0.1'": 5672\n`, ''),
      swap(JOBS, ':5671/{{ rabbitmq_vhosts[0] }}?ssl=1', ':5672/{{ rabbitmq_vhosts[0] }}'),
    ],
  ],
  ['a virtual host in percent escapes', [onPulsar(URL, '/%2Fpulsar%2Fgalaxy_au?ssl=1"')]],
  [
    'a limit in a site',
    [
      swap(GALAXY, '  client_max_body_size: 1g', '  gzip: "on"'),
      swap('templates/nginx/galaxy.j2', 'server {', 'server {\n    client_max_body_size 20g;'),
    ],
  ],
  [
    'a limit of time that is long',
    [swap(GALAXY, '  client_max_body_size: 1g', '  client_max_body_size: 1g\n  proxy_read_timeout: 1h')],
  ],
  [
    'hosts that are made clients by their group',
    [
      swap(ALL, 'cvmfs_role: client', ''),
      append('hosts', '[cvmfsclients:children]\ngalaxyservers\npulsarservers'),
    ],
  ],
  [
    'a firewall that opens what is needed',
    [
      firewall(
        "    - ufw: {state: enabled, policy: deny}\n    - ufw: {rule: allow, port: '{{ item }}'}\n      loop: [22, 80, 443, 5671]\n    - ufw: {rule: allow, port: '15672', from_ip: 10.0.0.0/8}\n",
      ),
    ],
  ],
  [
    'a small limit in the site on port 80',
    [swap('templates/nginx/redirect-ssl.j2', 'server {', 'server {\n\tclient_max_body_size 1m;')],
  ],
  [
    'a library for a pycurl that nobody installs',
    [
      onPulsar('pulsar_pycurl_ssl_library: openssl', 'pulsar_pycurl_ssl_library: gnutls'),
      onPulsar('  - pycurl\n', '  - requests-toolbelt\n'),
    ],
  ],
  ['a timeout that blocks', [swap(JOBS, 'amqp_consumer_timeout: 2', 'amqp_consumer_timeout: None')]],
  ['a URL that is folded', [onPulsar(`${LINE}`, LINE.replace(': "', ': >-\n    ').replace(/"$/, ''))]],
];

const TUTORIALS_OWN = new Set(['L20', 'L26', 'L41', 'L56', 'L36', 'L33', 'L34']);

describe('the rules on other ways', () => {
  test.each(found)('%s finds %s', async (id, _title, patches, at) => {
    const findings = (await lintTutorial(patches)).filter((one) => one.rule.id === id);
    const places = findings.map((one) => one.places.map(renderPosition)[0] ?? '');
    expect(
      places.some((place) => place === at || place.startsWith(`${at}:`)),
      places.join(' '),
    ).toBe(true);
    expect(findings.every(({ fix }) => fix.length > 3)).toBe(true);
  });

  test.each(fine)('take %s as it is', async (_title, patches) => {
    const findings = (await lintTutorial(patches)).filter((one) => !TUTORIALS_OWN.has(one.rule.id));
    expect(findings.map((one) => `${one.rule.id} ${one.message}`)).toEqual([]);
  });

  const tpv = (text: string): readonly Patch[] => [
    append('files/tpv.yml', text),
    append(GALAXY, 'galaxy_config_files:\n  - {src: files/tpv.yml, dest: "{{ galaxy_config_dir }}/tpv.yml"}'),
    swap(
      JOBS,
      '    slurm:\n      runner: slurm\n',
      '    tpv: {runner: dynamic_tpv, tpv_config_files: [/srv/galaxy/config/tpv.yml]}\n    slurm:\n      runner: slurm\n',
    ),
  ];
  const DESTINATIONS = `destinations:
  base: {abstract: true, runner: pulsar_runner, params: {outputs_to_working_directory: false}}
  far: {inherits: base, params: {jobs_directory: /mnt/pulsar/files/staging}, scheduling: {require: [pulsar]}}`;
  test.each([
    ['a tag that no destination has', 'tools: {bwa: {scheduling: {require: [pulsr]}}}', 'files/tpv.yml:1:38'],
    ['a destination that inherits from none', 'tools: {bwa: {inherits: defaults}}', 'files/tpv.yml:1:25'],
    ['nothing in a tag that there is', 'tools: {bwa: {scheduling: {require: [pulsar]}}}', undefined],
  ])('L16 finds %s of TPV', async (_title, tools, at) => {
    const findings = await lintTutorial(tpv(`${tools}\n${DESTINATIONS}`));
    const own = findings.filter(({ rule }) => rule.id === 'L16');
    expect(own.map((one) => one.places.map(renderPosition)[0])).toEqual(at === undefined ? [] : [at]);
  });

  test('L27 is an error where nginx has its own limit of 1 MB', async () => {
    const [finding] = (await lintTutorial([swap(GALAXY, '  client_max_body_size: 1g', '  gzip: "on"')])).filter(
      ({ rule }) => rule.id === 'L27',
    );
    expect(finding?.severity).toBe('E');
  });
});
