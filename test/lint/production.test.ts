/** Ways of writing things that production repositories have, and that a rule once took for mistakes; with the mistakes beside them. */
import { expect, test } from 'vitest';
import { append, GALAXY, JOBS, lintTutorial, type Patch, PULSAR, swap } from './tutorial.ts';

const ids = async (patches: readonly Patch[]) => {
  const findings = await lintTutorial(patches);
  return findings.map(({ rule, severity, message }) => `${rule.id} ${severity} ${message}`);
};
const own = async (rule: RegExp, patches: readonly Patch[]) =>
  (await ids(patches)).filter((one) => rule.test(one)).map((one) => one.slice(0, 5));

const slurmPassword = append(GALAXY, 'slurmdbd_config: { StoragePass: "{{ accounting_password }}" }');
const accounting = swap(GALAXY, "slurm_roles: ['controller', 'exec']", "slurm_roles: ['controller', 'dbd']");
const betweenThem = append(GALAXY, 'slurmdbd_config: { StoragePass: "{{ account_password }}" }');
const secondGalaxy = (database: string): readonly Patch[] => [
  append('hosts', '[galaxyservers]\ngat-1.eu.training.galaxyproject.eu'),
  swap(JOBS, '@localhost:', "@{{ groups['galaxyservers'][0] }}:"),
  swap(GALAXY, '"postgresql:///galaxy?host=/var/run/postgresql"', database),
];
const REST = '  far:\n    load: galaxy.jobs.runners.pulsar:PulsarMQJobRunner\n';

test.each([
  ['a variable that only accounting needs', 'L49', [slurmPassword], []],
  ['the same where the host keeps accounts', 'L49', [slurmPassword, accounting], ['L49 E']],
  [
    'a password that is none',
    'L55',
    [append(GALAXY, 'postgresql_objects_users: [{ name: galaxy, password: null }, { name: grafana }]')],
    [],
  ],
  [
    'a name that is none',
    'L55',
    [append(GALAXY, 'postgresql_objects_users: [{ name: null, password: null }]')],
    ['L55 E'],
  ],
  [
    'a variable of the site between the two',
    'L49',
    [append(GALAXY, 'account_password: "{{ accounting_password }}"'), betweenThem],
    [],
  ],
  [
    'the same where the host keeps accounts, through the variable between',
    'L49',
    [accounting, append(GALAXY, 'account_password: "{{ accounting_password }}"'), betweenThem],
    ['L49 E'],
  ],
  [
    'an environment that has only tags, for limits',
    'L16',
    [swap(JOBS, '    slurm:\n', '    counted: { tags: [big] }\n    slurm:\n')],
    [],
  ],
  [
    'the same where a tool goes to it',
    'L16',
    [
      swap(JOBS, '    slurm:\n', '    counted: { tags: [big] }\n    slurm:\n'),
      append(JOBS, '- {id: cut, environment: big}'),
    ],
    ['L16 E'],
  ],
  [
    'handlers of one Galaxy whose database only the host knows',
    'L08',
    secondGalaxy('"{{ ansible_local.db }}"'),
    [],
  ],
  ['two Galaxies with databases of their own', 'L08', secondGalaxy('postgresql:///galaxy'), ['L08 E']],
  [
    'a runner that reaches its Pulsar by a relay',
    'L(?:01|15)',
    [
      swap(
        JOBS,
        'execution:',
        `${REST}    relay_url: https://relay.example.org\n    relay_username: a\n    relay_password: b\nexecution:`,
      ),
    ],
    [],
  ],
  ['the same without any way', 'L(?:01|15)', [swap(JOBS, 'execution:', `${REST}execution:`)], ['L01 E']],
  [
    "newer variables of Ansible's roles",
    'L42',
    [append(GALAXY, 'miniconda_install: true\ncvmfs_upgrade_server: false\nnginx_local_conf_dir: /x')],
    [],
  ],
  [
    'a variable that a role of the project reads',
    'L42',
    [
      append(PULSAR, 'pulsar_scratch: /scratch'),
      append('roles/scratch/tasks/main.yml', '- file: {path: "{{ pulsar_scratch }}"}'),
    ],
    [],
  ],
  ['a variable that nothing reads', 'L42', [append(PULSAR, 'pulsar_scratch: /scratch')], ['L42 W']],
  [
    'keys of a user that its role passes over',
    'L(?:42|55)',
    [
      swap(
        GALAXY,
        'galaxy_user: {name: galaxy, shell: /bin/bash}',
        'galaxy_user: {name: galaxy, shel: /bin/bash, gid: 999}',
      ),
    ],
    ['L42 W', 'L42 W'],
  ],
  [
    'an empty value where the variable may be left out',
    'L55',
    [append(GALAXY, 'nginx_conf_ssl_stapling: ""\nminiconda_installer_python:\npostgresql_backup_dir: ')],
    [],
  ],
  [
    'an empty value where there must be one',
    'L55',
    [append(PULSAR, 'pulsar_host:\npulsar_systemd_enabled: ""')],
    ['L55 E', 'L55 E'],
  ],
  ["the older role's cookie", 'L32', [append(GALAXY, 'rabbitmq_erlang_cookie: itsasecret')], ['L32 W']],
  ['a cookie of its own', 'L32', [append(GALAXY, 'rabbitmq_erlang_cookie: sGm3jq')], []],
  [
    'a switch for trials in production',
    'L29',
    [
      swap(
        GALAXY,
        'certbot_environment: staging',
        'certbot_environment: production\ncertbot_auto_renew_extra: --test-cert',
      ),
    ],
    ['L29 W'],
  ],
  ['the same switch in trials', 'L29', [append(GALAXY, 'certbot_auto_renew_extra: --test-cert')], []],
  [
    'a server of its own with that switch',
    'L29',
    [
      swap(
        GALAXY,
        'certbot_environment: staging',
        'certbot_environment: production\ncertbot_auto_renew_extra: --test-cert\ncertbot_server: https://acme.example.org/dir',
      ),
    ],
    [],
  ],
] as const)('%s', async (_title, rule, patches, expected) => {
  expect(await own(new RegExp(`^${rule} `), patches)).toEqual(expected);
});

test('the names of a certificate are those of the play that has the broker', async () => {
  const other = `
- hosts: galaxyservers
  vars: { certbot_share_key_users: [nobody] }
  roles: [usegalaxy_eu.certbot]
`;
  const unknown = swap(
    GALAXY,
    ' - "{{ inventory_hostname }}"\ncertbot_agree_tos',
    ' - "{{ ansible_local.name }}"\ncertbot_agree_tos',
  );
  expect(await own(/^L2[56] E/, [append('pulsar.yml', other), unknown])).toEqual([]);
});
