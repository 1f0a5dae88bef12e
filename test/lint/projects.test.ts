import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { renderPosition } from '../../src/base/position.ts';
import { hostRules } from '../../src/lint/host-rules.ts';
import { stops } from '../../src/lint/lint.ts';
import { renderLintPage } from '../../src/lint/page.ts';
import type { Finding } from '../../src/lint/rule.ts';
import { rules } from '../../src/lint/rules/index.ts';
import { ALL, append, GALAXY, JOBS, lintFolder, lintTutorial, PULSAR, swap, TUTORIAL } from './tutorial.ts';

const ROOT = resolve(import.meta.dirname, '../..');

const shown = ({ rule, severity, places }: Finding) =>
  `${rule.id} ${severity} ${places.map(renderPosition).join(' ')}`;
const idsOf = (findings: readonly Finding[]) => findings.map((one) => one.rule.id);

test("the tutorial's repository has these mistakes, all of them true, and none that stops apply", async () => {
  const findings = await lintFolder(TUTORIAL);
  expect(findings.map(shown)).toEqual([
    `L20 E ${GALAXY}:63:22 ${JOBS}:9:15`,
    `L20 E ${GALAXY}:63:22 ${PULSAR}:27:22`,
    `L26 W ${GALAXY}:66:5 ${GALAXY}:86:33`,
    `L41 W ${PULSAR}:5:1`,
    `L56 W ${PULSAR}:20:5`,
    `L36 W ${PULSAR}:23:1`,
    `L33 W ${PULSAR}:28:3`,
    `L34 W ${JOBS}:10:23`,
    `L34 W ${JOBS}:28:7 ${JOBS}:31:7`,
  ]);
  expect(findings.filter(stops)).toEqual([]);
});

test('the example project of this repository has what the tutorial asks for and no more', async () => {
  const findings = await lintFolder(ROOT, ['templates/stacks/galaxy', 'templates/stacks/pulsar']);
  expect(idsOf(findings)).toEqual(['L20', 'L20', 'L41', 'L34', 'L34']);
});

test('a slash that is missing is told once for the virtual host and once for the slash, each with the line to write', async () => {
  const findings = await lintTutorial([swap(PULSAR, '5671//pulsar', '5671/pulsar')]);
  const about = findings.filter((one) => ['L02', 'L06'].includes(one.rule.id));
  const line =
    'message_queue_url: "pyamqp://galaxy_au:{{ vault_rabbitmq_password_vhost }}@{{ galaxy_server_hostname }}:5671//pulsar/galaxy_au?ssl=1"';
  expect(about.map((one) => one.fix)).toEqual([line, line]);
  expect(about.map(shown)).toEqual([
    `L02 E ${PULSAR}:27:22 ${GALAXY}:115:5`,
    `L06 W ${PULSAR}:27:22 ${GALAXY}:115:5`,
  ]);
});

test('one mistake is not told twice under different rules', async () => {
  const before = idsOf(await lintFolder(TUTORIAL));
  const more = async (...patches: Parameters<typeof lintTutorial>[0]) => {
    const rest = [...before];
    return idsOf(await lintTutorial(patches)).filter((id) => {
      const known = rest.indexOf(id);
      if (known >= 0) rest.splice(known, 1);
      return known < 0;
    });
  };
  expect(await more(swap(JOBS, 'vault_rabbitmq_password_vhost', 'vault_rabbitmq_admin_password'))).toEqual([
    'L04',
  ]);
  expect(await more(swap(PULSAR, 'pulsar_create_user', 'pulsar_create_usr'))).toEqual(['L42']);
  expect(await more(swap(PULSAR, '"gat-0.eu.training.galaxyproject.eu"', '""'))).toEqual(['L14']);
});

test('what only a host knows spoils nothing beside it', async () => {
  const findings = await lintTutorial([
    append(PULSAR, 'pulsar_virtualenv_python: "{{ ansible_python.executable }}"'),
    swap(JOBS, 'workers: 4', 'workers: {{ ansible_processor_vcpus }}'),
    swap(JOBS, 'manager: _default_', 'manager: production'),
  ]);
  expect(idsOf(findings)).toContain('L09');
  expect(idsOf(findings)).not.toContain('L49');
});

test('the older XML form of the job configuration is read, too', async () => {
  const xml = `<?xml version="1.0"?>
<job_conf>
  <plugins>
    <plugin id="pulsar" type="runner" load="galaxy.jobs.runners.pulsar:PulsarMQJobRunner">
      <param id="amqp_url">pyamqp://galaxy_au:{{ vault_rabbitmq_password_vhost }}@localhost:5671//pulsar/galaxy_us?ssl=1</param>
      <param id="amqp_consumer_timeout">2</param>
    </plugin>
  </plugins>
  <destinations default="remote"><destination id="remote" runner="pulsar"><param id="jobs_directory">/mnt/elsewhere/</param>
    <param id="outputs_to_working_directory">false</param></destination></destinations>
  <tools><tool id="bwa" destination="remot"/></tools>
  <limits><limit type="destination_total_concurrent_jobs" id="remote">9</limit>
    <limit type="destination_user_concurrent_jobs" id="remot">2</limit></limits>
</job_conf>`;
  const findings = await lintTutorial([
    append('templates/galaxy/config/job_conf.xml.j2', xml),
    swap(GALAXY, 'templates/galaxy/config/job_conf.yml.j2', 'templates/galaxy/config/job_conf.xml.j2'),
    swap(GALAXY, '}}/job_conf.yml"', '}}/job_conf.xml"'),
  ]);
  const inXml = findings.filter((one) => one.places[0]?.file.endsWith('.xml.j2')).map((one) => one.rule.id);
  expect(inXml).toEqual(['L02', 'L16', 'L16']);
});

test("Galaxy's job configuration among the variables, with destinations of TPV, is read, too", async () => {
  const jobs = `
galaxy_job_config:
  runners:
    pulsar_runner:
      load: galaxy.jobs.runners.pulsar:PulsarMQJobRunner
      amqp_url: "pyamqp://galaxy_au:{{ vault_rabbitmq_admin_password }}@localhost:5671/{{ rabbitmq_vhosts[0] }}?ssl=1"
      amqp_consumer_timeout: 2
  execution:
    default: tpv_dispatcher
    environments:
      tpv_dispatcher:
        runner: dynamic_tpv
        tpv_config_files: ["{{ galaxy_config_dir }}/tpv.yml"]
galaxy_config_files:
  - {src: files/tpv.yml, dest: "{{ galaxy_config_dir }}/tpv.yml"}`;
  const tpv = `destinations:
  base: {abstract: true, runner: pulsar_runner, params: {outputs_to_working_directory: false}}
  pulsar: {inherits: base, max_accepted_mem: 30, params: {jobs_directory: /mnt/elsewhere}}`;
  const findings = await withFiles(tpv, jobs);
  expect(findings.filter((one) => one.severity === 'E').map(shown)).toEqual([
    `L10 E files/tpv.yml:3:75 ${PULSAR}:24:22`,
    `L20 E ${GALAXY}:60:22 ${GALAXY}:141:17`,
    `L20 E ${GALAXY}:60:22 ${PULSAR}:27:22`,
    `L04 E ${GALAXY}:141:17 ${GALAXY}:120:15`,
  ]);
  expect(findings.find((one) => one.rule.id === 'L48')?.fix).toBe('pulsar_systemd_memory_limit: 31');
});

function withFiles(tpv: string, jobs: string): Promise<readonly Finding[]> {
  const template =
    'galaxy_config_templates:\n  - src: templates/galaxy/config/job_conf.yml.j2\n    dest: "{{ galaxy_config.galaxy.job_config_file }}"\n';
  return lintTutorial([append('files/tpv.yml', tpv), swap(GALAXY, template, ''), append(GALAXY, jobs)]);
}

test('a role whose condition does not hold has no say', async () => {
  const broken = swap(PULSAR, 'pulsar_root: /mnt/pulsar', 'pulsar_root: [mnt]');
  const off = swap('pulsar.yml', '    - galaxyproject.pulsar', '    - {role: galaxyproject.pulsar, when: false}');
  expect(idsOf(await lintTutorial([broken]))).toContain('L55');
  expect(idsOf(await lintTutorial([broken, off]))).not.toContain('L55');
});

test('where tasks include files, a variable that is missing is only a warning', async () => {
  const missing = swap(PULSAR, '{name: pulsar, shell: /bin/bash}', '"{{ pulsar_account }}"');
  const including = append('pulsar.yml', '  tasks:\n    - include_tasks: more.yml');
  const severities = async (...patches: Parameters<typeof lintTutorial>[0]) =>
    (await lintTutorial(patches)).filter((one) => one.rule.id === 'L49').map((one) => one.severity);
  expect(await severities(missing)).toEqual(['E']);
  expect(await severities(missing, including, append('more.yml', '- set_fact: {pulsar_account: pulsar}'))).toEqual(
    ['W'],
  );
});

test('a name that many hosts share is told once, with all of them', async () => {
  const findings = await lintTutorial([
    swap('hosts', '[dbservers:children]', 'gat-1.au.training.galaxyproject.eu\n\n[dbservers:children]'),
  ]);
  const dead = findings.filter((one) => one.rule.id === 'L41');
  expect(dead.map((one) => one.hosts)).toEqual([
    ['gat-0.au.training.galaxyproject.eu', 'gat-1.au.training.galaxyproject.eu'],
  ]);
});

test('a broken file of variables is an error of its own', async () => {
  await expect(lintTutorial([append(ALL, '  - [unclosed')])).rejects.toThrow(/cannot/);
});

test('docs/lint.md is what the rules say', () => {
  expect(readFileSync(resolve(ROOT, 'docs/lint.md'), 'utf8')).toBe(renderLintPage(rules, hostRules));
});
