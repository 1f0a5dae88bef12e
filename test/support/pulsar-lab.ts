/** A broker, a Pulsar, and a stand-in for Galaxy that sends jobs, keeps their files and writes down what it hears of them. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { feed, type Script, sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { type CliResult, gatdeploy, type JsonLine, records } from './cli.ts';
import { LAB_OS } from './lab-os.ts';

const STAND_IN = readFileSync(fileURLToPath(new URL('../fixtures/pulsar/galaxy.py', import.meta.url)), 'utf8');

const PLAYBOOK = `
- hosts: galaxyservers
  become: true
  roles: [usegalaxy_eu.certbot, usegalaxy_eu.rabbitmq]
- hosts: pulsarservers
  become: true
  roles: [galaxyproject.pulsar]
`;

const BROKER = `
queue_password: a-long/vhost password
certbot_auth_method: --standalone
certbot_share_key_users: [rabbitmq]
certbot_domains: ["{{ inventory_hostname }}"]
certbot_agree_tos: --agree-tos
rabbitmq_plugins: [rabbitmq_management]
rabbitmq_config:
  - rabbit:
      - tcp_listeners: [{ "'127.0.0.1'": 5672 }]
      - ssl_listeners: [{ "'0.0.0.0'": 5671 }]
      - ssl_options:
          - cacertfile: /etc/ssl/certs/fullchain.pem
          - certfile: /etc/ssl/certs/cert.pem
          - keyfile: /etc/ssl/user/privkey-rabbitmq.pem
rabbitmq_vhosts: [/pulsar/galaxy_au]
rabbitmq_users:
  - { user: galaxy_au, password: "{{ queue_password }}", vhost: /pulsar/galaxy_au }
`;

const PULSAR = `
pulsar_root: /mnt/pulsar
pulsar_systemd: true
pulsar_create_user: true
pulsar_user: { name: pulsar, shell: /bin/bash }
pulsar_optional_dependencies: [kombu, pycurl, psutil]
pulsar_staging_max_age_days: 7
pulsar_yaml_config:
  message_queue_url: "pyamqp://galaxy_au:{{ queue_password | urlencode | replace('/', '%2F') }}@{{ groups.galaxyservers[0] }}:5671//pulsar/galaxy_au?ssl=1"
  amqp_publish_retry: true
  managers:
    _default_:
      type: queued_python
      num_concurrent_jobs: 2
      preprocess_action_max_retries: 30
      postprocess_action_max_retries: 30
      postprocess_action_interval_max: 3
`;

/** Seconds for which a job fetches its input, runs, and sends its output back. */
export type Phases = readonly [fetch: number, run: number, back: number];

export type PulsarLab = {
  readonly lab: Lab;
  run(...args: readonly string[]): Promise<CliResult>;
  /** Applies and wants it to go well; gives the planned changes, then what the run said of Pulsar's unit. */
  apply(...args: readonly string[]): Promise<{ readonly changes: readonly string[]; readonly unit?: JsonLine }>;
  /** What the doctor finds, as `id on host`. */
  doctor(...args: readonly string[]): Promise<readonly string[]>;
  onHost(host: string, script: Script): Promise<string>;
  send(job: string, phases: Phases, paddingBytes?: number): Promise<void>;
  /** Waits until the stand-in has heard a line that begins so. */
  hears(line: string): Promise<void>;
  /** What it has heard of a job: `get`, `running`, `post`, `stored`, `complete`. */
  heardOf(job: string): Promise<readonly string[]>;
  down(): Promise<void>;
};

const TALK = sh`runuser -u pulsar -- /mnt/pulsar/venv/bin/python /srv/stand-in.py /mnt/pulsar/config/app.yml`;

/** Makes the hosts and the project, and deploys it. */
export async function pulsarLab(name: string): Promise<PulsarLab> {
  const lab = await labUp({ name, hosts: ['galaxy', 'pulsar'], os: LAB_OS });
  const folder = mkdtempSync(path.join(tmpdir(), 'gatdeploy-pulsar-'));
  mkdirSync(path.join(folder, 'group_vars'));
  writeFileSync(path.join(folder, 'site.yml'), PLAYBOOK);
  writeFileSync(path.join(folder, 'group_vars/all.yml'), BROKER);
  writeFileSync(path.join(folder, 'group_vars/pulsarservers.yml'), PULSAR);
  const run: PulsarLab['run'] = (command = '', ...args) =>
    gatdeploy([command, 'site', '-i', lab.inventory, '--json', ...args], { cwd: folder });
  const onHost: PulsarLab['onHost'] = async (host, script) => {
    const result = await labExec(lab, host, script);
    expect(result.code, result.stdout + result.stderr).toBe(0);
    return result.stdout;
  };
  const hears: PulsarLab['hears'] = async (line) => {
    await onHost(
      'pulsar',
      sh`for gd_try in $(seq 120); do ! grep -q ${`^${line}`} /srv/heard || exit 0; sleep 0.5; done; cat /srv/heard >&2; exit 1`,
    );
  };
  const apply: PulsarLab['apply'] = async (...args) => {
    const result = await run('apply', ...args);
    expect(result.code, result.stdout.slice(-4000) + result.stderr).toBe(0);
    return unitOf(result);
  };
  await apply();
  await onHost(
    'pulsar',
    sh`install -d -o pulsar /srv; ${feed(STAND_IN, sh`tee /srv/stand-in.py`)} >/dev/null
systemd-run -q --unit stand-in --uid pulsar -p Restart=always -- /mnt/pulsar/venv/bin/python /srv/stand-in.py /mnt/pulsar/config/app.yml serve`,
  );
  return {
    lab,
    run,
    apply,
    onHost,
    hears,
    async doctor(...args) {
      const found = records(await run('doctor', ...args)).find((one) => one.type === 'diagnoses');
      return ((found?.diagnoses ?? []) as readonly JsonLine[]).map((one) => `${one.id} on ${one.host}`);
    },
    async send(job, phases, paddingBytes = 0) {
      await onHost('pulsar', sh`${TALK} send ${job} ${phases.map(String)} ${paddingBytes}`);
    },
    async heardOf(job) {
      const text = await onHost('pulsar', sh`cat /srv/heard`);
      return text.split('\n').flatMap((line) => {
        const [what = '', of = '', state] = line.replace(/\/in\/([\w-]+)\/\d+/, '$1').split(' ');
        return of === job && what !== 'cut' ? [state ?? what] : [];
      });
    },
    async down() {
      rmSync(folder, { recursive: true, force: true });
      await labDown(name);
    },
  };
}

function unitOf(result: CliResult) {
  const all = records(result);
  const changes = (all.find((one) => one.type === 'plan')?.changes ?? []) as readonly JsonLine[];
  const unit = all.findLast((one) => one.type === 'done' && one.resource === 'service[pulsar.service]');
  return {
    changes: changes.filter((one) => one.action !== 'unknown').map((one) => `${one.action} ${one.resource}`),
    ...(unit ? { unit } : {}),
  };
}
