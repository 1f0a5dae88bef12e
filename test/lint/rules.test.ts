import { describe, expect, test } from 'vitest';
import { renderPosition } from '../../src/base/position.ts';
import { rules } from '../../src/lint/rules/index.ts';
import { ALL, append, GALAXY, JOBS, lintTutorial, type Patch, PULSAR, swap } from './tutorial.ts';

/** A rule, what has to be changed in the tutorial's repository so that it finds something, and the first place it names. */
type Row = readonly [rule: string, title: string, patches: readonly Patch[], at: string];

const URL = '//pulsar/galaxy_au?ssl=1"';
const SECRET = '{{ vault_rabbitmq_password_vhost }}';
const URL_LINE = `${PULSAR}:27:22`;
const onPulsar = (from: string, to: string): Patch => swap(PULSAR, from, to);
const managers = (text: string): Patch => onPulsar('  min_polling_interval: 0.5', `  managers:\n${text}`);

const found: readonly Row[] = [
  ['L01', 'a scheme that is none for AMQP', [onPulsar('pyamqp://', 'redis://')], URL_LINE],
  ['L01', 'a port that is no number', [onPulsar(':5671//', ':amqps//')], URL_LINE],
  ['L01', 'no user', [swap(JOBS, `galaxy_au:${SECRET}@`, '')], `${JOBS}:9:15`],
  ['L02', 'another virtual host', [onPulsar(URL, '//pulsar/galaxy_us?ssl=1"')], URL_LINE],
  ['L02', 'one slash', [onPulsar(URL, '/pulsar/galaxy_au?ssl=1"')], URL_LINE],
  [
    'L02',
    'a virtual host that was renamed at the broker',
    [swap(JOBS, '/{{ rabbitmq_vhosts[0] }}', '//pulsar/old')],
    `${JOBS}:9:15`,
  ],
  ['L03', 'a user that nobody declares', [onPulsar('galaxy_au:', 'galaxy_ua:')], URL_LINE],
  [
    'L03',
    'a user of another virtual host',
    [onPulsar(`galaxy_au:${SECRET}`, 'admin:{{ vault_rabbitmq_admin_password }}')],
    `${GALAXY}:121:12`,
  ],
  [
    'L03',
    'rights that cover other queues',
    [swap(GALAXY, '    vhost: /pulsar/galaxy_au\n', '    vhost: /pulsar/galaxy_au\n    read_priv: "^galaxy"\n')],
    `${GALAXY}:125:16`,
  ],
  [
    'L04',
    'the password of somebody else',
    [swap(JOBS, 'vault_rabbitmq_password_vhost', 'vault_rabbitmq_admin_password')],
    `${JOBS}:9:15`,
  ],
  [
    'L05',
    'a slip of the pen in a user',
    [swap(GALAXY, '    vhost: /pulsar/galaxy_au\n', '    vhost: /pulsar/galaxy_ua\n')],
    `${GALAXY}:124:12`,
  ],
  ['L06', 'one slash', [onPulsar(URL, '/pulsar/galaxy_au?ssl=1"')], URL_LINE],
  [
    'L07',
    'a password with a slash',
    [append(ALL, 'queue_password: "ab/cd#ef-long-enough"'), onPulsar(SECRET, '{{ queue_password }}')],
    URL_LINE,
  ],
  [
    'L08',
    'a Pulsar without a runner',
    [
      swap(GALAXY, '  - /pulsar/galaxy_au\n', '  - /pulsar/galaxy_au\n  - /pulsar/us\n'),
      onPulsar(URL, '//pulsar/us?ssl=1"'),
    ],
    URL_LINE,
  ],
  [
    'L08',
    'two Pulsars with one queue',
    [swap('hosts', '[dbservers:children]', 'gat-1.au.training.galaxyproject.eu\n\n[dbservers:children]')],
    URL_LINE,
  ],
  [
    'L09',
    'a manager that Pulsar does not have',
    [swap(JOBS, 'manager: _default_', 'manager: production')],
    `${JOBS}:16:14`,
  ],
  ['L10', 'another directory', [swap(JOBS, '/mnt/pulsar/files/staging', '/srv/pulsar/staging')], `${JOBS}:27:23`],
  ['L10', 'no directory', [swap(JOBS, '      jobs_directory: /mnt/pulsar/files/staging\n', '')], `${JOBS}:23:5`],
  ['L11', 'the global value', [swap(JOBS, '      outputs_to_working_directory: false\n', '')], `${JOBS}:23:5`],
  ['L12', 'an action of a shared file system', [swap(JOBS, 'remote_transfer', 'copy')], `${JOBS}:25:28`],
  ['L13', 'http', [swap(JOBS, 'https://', 'http://')], `${JOBS}:15:17`],
  [
    'L13',
    'localhost',
    [
      swap(JOBS, '    galaxy_url: "https://{{ inventory_hostname }}"\n', ''),
      swap(GALAXY, '"https://{{ inventory_hostname }}"', 'https://localhost'),
    ],
    `${GALAXY}:42:32`,
  ],
  [
    'L14',
    'the blank of the tutorial',
    [onPulsar('"gat-0.eu.training.galaxyproject.eu" # Important!!!', '""')],
    `${PULSAR}:1:25`,
  ],
  [
    'L14',
    'localhost on another machine',
    [onPulsar('"gat-0.eu.training.galaxyproject.eu"', 'localhost')],
    `${PULSAR}:1:25`,
  ],
  [
    'L15',
    'the name of old samples',
    [swap(JOBS, 'amqp_ack_republish_time', 'amqp_republish_time')],
    `${JOBS}:11:5`,
  ],
  ['L15', 'a word for a number', [swap(JOBS, 'max_retries: 60', 'max_retries: many')], `${JOBS}:14:37`],
  [
    'L16',
    'a tool that goes nowhere',
    [swap(JOBS, '- id: bwa\n  environment: pulsar', '- id: bwa\n  environment: pulsr')],
    `${JOBS}:43:16`,
  ],
  [
    'L16',
    'an environment without its runner',
    [swap(JOBS, '      runner: local_runner', '      runner: local')],
    `${JOBS}:22:15`,
  ],
  ['L16', 'a default that does not exist', [swap(JOBS, 'default: slurm', 'default: slrum')], `${JOBS}:19:12`],
  [
    'L17',
    'a web server before a queue',
    [onPulsar('pulsar_systemd_runner: webless', 'pulsar_systemd_runner: paste')],
    `${PULSAR}:8:24`,
  ],
  ['L18', 'no kombu', [onPulsar('  - kombu\n', '')], `${PULSAR}:13:1`],
  ['L18', 'nothing to send files with', [onPulsar('  - pycurl\n', '')], `${PULSAR}:13:1`],
  [
    'L18',
    'a DRMAA manager without drmaa',
    [onPulsar('  - drmaa\n', ''), managers('    _default_: {type: queued_drmaa}')],
    `${PULSAR}:13:1`,
  ],
  [
    'L19',
    'the headers of another library',
    [onPulsar('pulsar_pycurl_ssl_library: openssl', 'pulsar_pycurl_ssl_library: gnutls')],
    `${PULSAR}:6:28`,
  ],
  ['L20', 'the staging authority', [], `${GALAXY}:63:22`],
  [
    'L22',
    'options that the URL overrules',
    [onPulsar('  min_polling', '  amqp_connect_ssl_cert_reqs: cert_none\n  min_polling')],
    URL_LINE,
  ],
  ['L23', 'TLS to the plain port', [onPulsar(':5671//', ':5672//')], URL_LINE],
  ['L23', 'plain text to the TLS port', [swap(JOBS, '?ssl=1', '')], `${JOBS}:9:15`],
  ['L23', 'ssl=0', [onPulsar('ssl=1', 'ssl=0')], URL_LINE],
  [
    'L24',
    'versions that do not go together',
    [
      append(
        GALAXY,
        'rabbitmq_install_method: repository\nrabbitmq_apt_repository: [deb https://example.org/ bookworm main]\nrabbitmq_erlang_version: 1:27.3-1',
      ),
    ],
    `${GALAXY}:141:26`,
  ],
  ['L25', 'a key that is not shared with the broker', [swap(GALAXY, '  - rabbitmq\n', '')], `${GALAXY}:65:1`],
  [
    'L25',
    'a certificate that nobody makes',
    [swap(GALAXY, 'certs/cert.pem', 'certs/certificate.pem')],
    `${GALAXY}:110:18`,
  ],
  ['L26', 'a key that is not shared with the web server', [swap(GALAXY, '  - nginx\n', '')], `${GALAXY}:65:1`],
  ['L27', 'no limit of its own', [swap(GALAXY, 'client_max_body_size: 1g', 'gzip_vary: "on"')], `${GALAXY}:82:1`],
  [
    'L27',
    'a small limit',
    [swap(GALAXY, 'client_max_body_size: 1g', 'client_max_body_size: 100m')],
    `${GALAXY}:83:25`,
  ],
  ['L28', 'no consent', [swap(GALAXY, 'certbot_agree_tos: --agree-tos', '')], `${GALAXY}:71:1`],
  [
    'L28',
    'a site without the proof',
    [
      swap('templates/nginx/redirect-ssl.j2', '.well-known', 'elsewhere'),
      swap('templates/nginx/redirect-ssl.j2', '{{ certbot_well_known_root }}', '/srv'),
    ],
    `${GALAXY}:77:1`,
  ],
  [
    'L29',
    'an authority that the environment contradicts',
    [append(GALAXY, 'certbot_server: https://acme-v02.api.letsencrypt.org/directory')],
    `${GALAXY}:63:22`,
  ],
  ['L30', 'an atom', [swap(GALAXY, "fail_if_no_peer_cert: 'false'", 'verify: verify_peer')], `${GALAXY}:112:16`],
  ['L30', 'a bare address', [swap(GALAXY, `"'0.0.0.0'": 5671`, '0.0.0.0: 5671')], `${GALAXY}:107:7`],
  [
    'L31',
    'a key of the container role missing',
    [
      swap(GALAXY, '- rabbit:\n', 'container_form:\n- rabbit:\n'),
      swap(GALAXY, 'rabbitmq_config:\n', 'rabbitmq_config:\n  ssl_listeners: {default: 5671}\n'),
    ],
    `${GALAXY}:102:1`,
  ],
  [
    'L32',
    "a role's default",
    [swap(GALAXY, '"{{ vault_rabbitmq_admin_password }}"', 'admin')],
    `${GALAXY}:119:15`,
  ],
  ['L33', 'an option at the top level', [], `${PULSAR}:28:3`],
  ['L34', 'acknowledgements without a directory', [], `${JOBS}:10:23`],
  [
    'L34',
    'a directory of the other host',
    [
      swap(
        JOBS,
        '    amqp_consumer_timeout',
        '    persistence_directory: /mnt/pulsar/files/persisted_data\n    amqp_consumer_timeout',
      ),
    ],
    `${JOBS}:12:28`,
  ],
  ['L35', 'the default', [swap(JOBS, '    amqp_consumer_timeout: 2\n', '')], `${JOBS}:7:3`],
  ['L36', 'no managers', [], `${PULSAR}:23:1`],
  [
    'L37',
    'Pulsar without CVMFS',
    [swap('pulsar.yml', '    - role: galaxyproject.cvmfs\n      become: yes\n', '')],
    'pulsar.yml:1:3',
  ],
  ['L38', 'a relative root', [onPulsar('pulsar_root: /mnt/pulsar', 'pulsar_root: mnt/pulsar')], `${PULSAR}:3:14`],
  [
    'L39',
    'plain text for all addresses',
    [swap(GALAXY, `    - "'127.0.0.1'": 5672`, '    - 5672')],
    `${GALAXY}:105:7`,
  ],
  ['L41', 'a variable of the past', [], `${PULSAR}:5:1`],
  ['L42', 'a misspelt variable', [onPulsar('pulsar_create_user', 'pulsar_create_usr')], `${PULSAR}:10:1`],
  [
    'L42',
    "a misspelt variable of Galaxy's",
    [swap(GALAXY, 'galaxy_manage_paths', 'galaxy_mange_paths')],
    `${GALAXY}:14:1`,
  ],
  [
    'L44',
    'a play without the secrets',
    [swap('pulsar.yml', '  vars_files:\n    - group_vars/secret.yml\n', '')],
    'pulsar.yml:1:3',
  ],
  [
    'L44',
    'a wrong password',
    [swap('.vault-password.txt', 'a-password', 'another-password')],
    'group_vars/secret.yml',
  ],
  [
    'L46',
    'metadata without Galaxy',
    [swap(JOBS, 'remote_metadata: false', 'remote_metadata: true')],
    `${JOBS}:29:24`,
  ],
  ['L47', 'names of one side', [swap(JOBS, '      transport: curl', '      assign_ids: uuid')], `${JOBS}:31:19`],
  [
    'L48',
    'many jobs in 6 GB',
    [managers('    _default_: {type: queued_python, num_concurrent_jobs: 8}')],
    `${PULSAR}:29:59`,
  ],
  [
    'L49',
    'a variable that nobody defines',
    [onPulsar('{name: pulsar, shell: /bin/bash}', '"{{ pulsar_account }}"')],
    `${PULSAR}:11:17`,
  ],
  [
    'L49',
    'a template with such a variable',
    [swap(JOBS, 'workers: 4', 'workers: {{ galaxy_workers }}')],
    `${JOBS}:4:17`,
  ],
  [
    'L50',
    'a variable of the other group',
    [
      swap(ALL, 'galaxy_job_metrics_plugins:', 'unused_plugins:'),
      append(GALAXY, 'galaxy_job_metrics_plugins: [{type: core}]'),
    ],
    `${PULSAR}:41:32`,
  ],
  [
    'L51',
    'a user of the past',
    [
      swap(
        GALAXY,
        'rabbitmq_users:\n',
        `rabbitmq_users:\n  - {user: galaxy_us, password: "${SECRET}x", vhost: /pulsar/galaxy_au}\n`,
      ),
    ],
    `${GALAXY}:118:12`,
  ],
  [
    'L51',
    'a virtual host of the past',
    [
      swap(
        GALAXY,
        'rabbitmq_vhosts:\n  - /pulsar/galaxy_au',
        'rabbitmq_vhosts:\n  - /pulsar/galaxy_au\n  - /pulsar/galaxy_us',
      ),
    ],
    `${GALAXY}:116:5`,
  ],
  [
    'L52',
    'no queue and no token',
    [
      onPulsar('  message_queue_url:', '  was_the_url:'),
      onPulsar('pulsar_systemd_runner: webless', 'pulsar_systemd_runner: paste'),
    ],
    `${PULSAR}:23:1`,
  ],
  [
    'L01',
    'a Pulsar that waits for nothing',
    [onPulsar('  message_queue_url:', '  was_the_url:')],
    `${PULSAR}:23:1`,
  ],
  ['L53', 'a long root', [onPulsar('/mnt/pulsar', `/mnt/${'long-name/'.repeat(8)}pulsar`)], `${PULSAR}:3:14`],
  [
    'L54',
    'a name that is not on the certificate',
    [
      append('hosts', '[galaxyservers:vars]\nansible_host=broker.example.org'),
      onPulsar('"gat-0.eu.training.galaxyproject.eu"', 'broker.example.org'),
    ],
    URL_LINE,
  ],
  [
    'L55',
    'a text where a list of users belongs',
    [swap(GALAXY, 'rabbitmq_users:\n', 'rabbitmq_users:\n  - just-a-name\n')],
    `${GALAXY}:118:5`,
  ],
  ['L56', 'a version that checks nothing', [], `${PULSAR}:20:5`],
  [
    'L58',
    'a limit of seconds',
    [swap(GALAXY, 'client_max_body_size: 1g', 'client_max_body_size: 1g\n  proxy_read_timeout: 20s')],
    `${GALAXY}:84:23`,
  ],
  [
    'L58',
    'a limit of seconds in a site',
    [swap('templates/nginx/galaxy.j2', 'server {', 'server {\n    client_body_timeout 500ms;')],
    'templates/nginx/galaxy.j2',
  ],
  [
    'L59',
    'heartbeats that are off',
    [swap(GALAXY, '- rabbit:\n', '- rabbit:\n  - heartbeat: 0\n')],
    `${GALAXY}:104:16`,
  ],
  ['L60', 'a misspelt option', [onPulsar('  persistence_directory', '  persistance_directory')], `${PULSAR}:25:3`],
  [
    'L60',
    'a misspelt option of an environment',
    [swap(JOBS, 'dependency_resolution', 'dependancy_resolution')],
    `${JOBS}:26:7`,
  ],
  ['L61', 'a broken job configuration', [swap(JOBS, 'execution:', 'execution: [')], JOBS],
  [
    'L61',
    'a job configuration that goes elsewhere',
    [
      swap(
        GALAXY,
        '    dest: "{{ galaxy_config.galaxy.job_config_file }}"',
        '    dest: /srv/galaxy/config/jobs.yml',
      ),
    ],
    `${GALAXY}:35:22`,
  ],
];

/** The tutorial's own mistakes, put right. */
const mended: Readonly<Record<string, readonly Patch[]>> = {
  L20: [swap(GALAXY, 'certbot_environment: staging', 'certbot_environment: production')],
  L26: [swap(GALAXY, '  - nginx\n', '  - www-data\n'), swap(GALAXY, 'privkey-nginx', 'privkey-www-data')],
  L33: [managers('    _default_: {min_polling_interval: 0.5}')],
  L34: [
    swap(JOBS, '      persistence_directory: /mnt/pulsar/files/persisted_data\n', ''),
    swap(JOBS, '      transport: curl\n', ''),
    swap(
      JOBS,
      '    amqp_acknowledge: true\n',
      '    amqp_acknowledge: true\n    persistence_directory: /srv/galaxy/var/ack\n',
    ),
  ],
  L36: [managers('    _default_: {type: queued_python, num_concurrent_jobs: 1}')],
  L41: [onPulsar('pulsar_pip_install: true\n', '')],
  L56: [onPulsar("  - 'amqp==5.0.2'\n", '')],
};

describe('the rules', () => {
  test.each(found)('%s finds %s', async (id, _title, patches, at) => {
    const findings = (await lintTutorial(patches)).filter((one) => one.rule.id === id);
    const places = findings.map((one) => one.places.map(renderPosition)[0] ?? '');
    expect(
      places.some((place) => place === at || place.startsWith(`${at}:`)),
      places.join(' '),
    ).toBe(true);
  });

  test.each(rules.map((rule) => rule.id))('%s finds nothing where all is well', async (id) => {
    const findings = await lintTutorial(mended[id] ?? []);
    expect(findings.filter((one) => one.rule.id === id)).toEqual([]);
  });

  test('each has a case that it finds', () => {
    expect(rules.map((rule) => rule.id).filter((id) => !found.some((row) => row[0] === id))).toEqual([]);
  });

  test('each has an id of its own, in order', () => {
    const ids = rules.map((rule) => rule.id);
    expect(ids).toEqual([...new Set(ids)].sort());
  });
});
