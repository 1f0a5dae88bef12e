/** Roles without a native form: what they may define, and the files that they move to where Galaxy reads them. */
import { describe, expect, test } from 'vitest';
import { renderPosition } from '../../src/base/position.ts';
import { append, GALAXY, JOBS, lintTutorial, type Patch, PULSAR, swap } from './tutorial.ts';

/** A role that checks rules and copies them, as the training has it since 2023. */
const installed: readonly Patch[] = [
  append(
    'roles/site.rules_check/defaults/main.yml',
    'rules_mutable_dir: "{{ galaxy_mutable_data_dir }}/rules"\nrules_config_dir: "{{ galaxy_config_dir }}/checked"\nnginx_serves: 3\n',
  ),
  append('roles/site.rules_check/vars/main.yml', 'pulsar_own: 3\n'),
];

const RULES = `destinations:
  far: {runner: pulsar_runner, params: {jobs_directory: /mnt/elsewhere, outputs_to_working_directory: false}}
`;

const project: readonly Patch[] = [
  swap('galaxy.yml', '    - galaxyproject.galaxy\n', '    - galaxyproject.galaxy\n    - site.rules_check\n'),
  append('files/rules.yml', RULES),
  append(GALAXY, 'galaxy_config_files:\n  - {src: files/rules.yml, dest: "{{ rules_mutable_dir }}/rules.yml"}'),
  swap(
    JOBS,
    '    slurm:\n      runner: slurm\n',
    '    tpv: {runner: dynamic_tpv, tpv_config_files: ["https://example.org/db.yml", "{{ rules_config_dir }}/rules.yml"]}\n    slurm:\n      runner: slurm\n',
  ),
];

const shown = async (id: string, patches: readonly Patch[]) =>
  (await lintTutorial(patches))
    .filter(({ rule }) => rule.id === id)
    .map(({ severity, places, fix }) => `${severity} ${places.map(renderPosition)[0]} ${fix}`);

describe('a role that is not native', () => {
  test('defines what its defaults say', async () => {
    expect(await shown('L49', [...project, ...installed])).toEqual([]);
  });

  test('may define what is missing as long as the project has no copy of it', async () => {
    const install = 'ansible-galaxy install -p roles -r requirements.yml';
    expect(await shown('L49', project)).toEqual([`W ${GALAXY}:140:37 ${install}`, `W ${JOBS}:33:85 ${install}`]);
  });

  test('may define what is missing by its tasks', async () => {
    const missing = swap(PULSAR, '{name: pulsar, shell: /bin/bash}', '"{{ pulsar_account }}"');
    const role = append('roles/site.accounts/tasks/main.yml', '- include_vars: accounts.yml');
    const use = swap(
      'pulsar.yml',
      '    - galaxyproject.pulsar',
      '    - site.accounts\n    - galaxyproject.pulsar',
    );
    expect(await shown('L49', [missing])).toEqual([
      `E ${PULSAR}:11:17 correct the name, or define pulsar_account in group_vars or host_vars`,
    ]);
    expect(await shown('L49', [missing, role, use])).toEqual([
      `W ${PULSAR}:11:17 correct the name, or define pulsar_account in group_vars or host_vars`,
    ]);
  });

  test('is not asked to spell its variables as ours do', async () => {
    expect(await shown('L42', [...project, ...installed])).toEqual([]);
  });

  test('may copy the rules of TPV to where Galaxy reads them', async () => {
    expect(await shown('L10', [...project, ...installed])).toEqual([
      'E files/rules.yml:2:57 jobs_directory: /mnt/pulsar/files/staging',
    ]);
  });

  test('may send jobs to a runner by rules that the project does not have', async () => {
    const without = [
      swap(JOBS, '      runner: pulsar_runner', '      runner: slurm'),
      swap('files/rules.yml', 'pulsar_runner', 'slurm'),
    ];
    const elsewhere = swap(GALAXY, '"{{ rules_mutable_dir }}/rules.yml"', '"{{ rules_mutable_dir }}/others.yml"');
    expect(await shown('L16', [...project, ...installed, ...without])).toHaveLength(1);
    expect(await shown('L16', [...project, ...installed, ...without, elsewhere])).toEqual([]);
  });
});

describe('the queue of Galaxy itself', () => {
  const option = 'galaxy_config:\n  galaxy:\n    amqp_internal_connection: ';
  const internal = (url: string) => swap(GALAXY, 'galaxy_config:\n  galaxy:\n', `${option}"${url}"\n`);
  const users = swap(
    GALAXY,
    'rabbitmq_users:\n',
    'rabbitmq_users:\n  - {user: galaxy, password: "{{ vault_rabbitmq_admin_password }}", vhost: galaxy_internal}\n',
  );
  const vhosts = swap(GALAXY, '  - /pulsar/galaxy_au\n', '  - /pulsar/galaxy_au\n  - galaxy_internal\n');
  const URL = 'pyamqp://galaxy:{{ vault_rabbitmq_admin_password }}@localhost:5671/galaxy_internal?ssl=1';

  test.each([
    ['is used by it', URL, ''],
    ['is missed where nobody uses it', 'sqlalchemy+sqlite:///x', 'L51 L51'],
    ['has a user that the broker has', URL.replace('//galaxy:', '//galxy:'), 'L03 L51'],
    ['has the password of the broker', URL.replace('rabbitmq_admin_password', 'rabbitmq_password_vhost'), 'L04'],
    ['lies in a virtual host of the broker', URL.replace('galaxy_internal', 'galaxy_intrnal'), 'L02 L51'],
    ['goes to a port with TLS', URL.replace('5671', '5672'), 'L23'],
  ])('%s', async (_title, url, ids) => {
    const findings = await lintTutorial([internal(url), users, vhosts]);
    const own = findings.filter(({ rule }) => /^L(?:0\d|23|51)$/.test(rule.id));
    expect(
      own
        .map(({ rule }) => rule.id)
        .sort()
        .join(' '),
    ).toBe(ids);
  });

  test('of a program that only a variable names is used, too', async () => {
    const flower = append(GALAXY, `flower_broker_url: "${URL.replace('pyamqp', 'amqp')}"`);
    const findings = await lintTutorial([flower, users, vhosts]);
    expect(findings.filter(({ rule }) => rule.id === 'L51')).toEqual([]);
  });
});
