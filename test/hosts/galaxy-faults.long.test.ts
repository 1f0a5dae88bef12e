import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Script, sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { type CliResult, gatdeploy, type JsonLine, records } from '../support/cli.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MINUTE = 60_000;

function verdictsOf(result: CliResult): readonly JsonLine[] {
  return records(result).filter((one) => one.type === 'checked');
}

/** What became of a unit: its status and the words with it. */
function restartOf(result: CliResult, unit = 'pulsar.service'): string {
  const done = records(result).find((one) => one.type === 'done' && one.resource === `service[${unit}]`);
  return `${done?.status}: ${done?.summary}`;
}

/** Faults of real services under a real Galaxy: each ends well, or with its exact diagnosis, and one run repairs it. */
describe('faults of the whole chain', () => {
  const name = 'chain-faults';
  let lab: Lab;
  const run = (...args: readonly string[]): Promise<CliResult> =>
    gatdeploy([...args, '-i', lab.inventory, '-e', 'galaxy_install_method=pypi', '--json'], { cwd: ROOT });
  const onHost = async (host: string, script: Script): Promise<string> => {
    const result = await labExec(lab, host, script);
    expect(result.code, result.stdout + result.stderr).toBe(0);
    return result.stdout;
  };
  const verdictOfJob = async (tool = 'gatdeploy_wc'): Promise<string> => {
    const result = await run('verify', 'galaxy', '--job');
    return String(verdictsOf(result).find((one) => one.check === `galaxy/job ${tool} pulsar`)?.got);
  };
  const diagnoses = async (since = '10m'): Promise<string[]> => {
    const result = await run('doctor', '--since', since);
    const found = (records(result).find((one) => one.type === 'diagnoses')?.diagnoses ??
      []) as readonly JsonLine[];
    return found.map((one) => `${one.place}: ${one.id} on ${one.host}`);
  };
  const repair = async (): Promise<void> => {
    const result = await run('apply', 'galaxy', 'pulsar');
    expect(result.code, result.stdout.slice(-4000)).toBe(0);
    const verified = await run('verify', 'galaxy', 'pulsar');
    expect(verdictsOf(verified).filter((one) => !one.ok)).toEqual([]);
  };
  /** Makes jobs take as long as a file is there: by the program that the tool calls. */
  const holdJobs = () =>
    onHost(
      'pulsar',
      sh`printf '%s\n' '#!/bin/sh' 'test "$(id -un)" = pulsar || exec /usr/bin/sha256sum "$@"' 'touch /tmp/job-runs' 'while test -e /tmp/job-held; do sleep 1; done' 'exec /usr/bin/sha256sum "$@"' >/usr/local/bin/sha256sum
chmod 0755 /usr/local/bin/sha256sum; touch /tmp/job-held; rm -f /tmp/job-runs`,
    );
  const until = (host: string, condition: Script) =>
    onHost(
      host,
      sh`for gd_try in $(seq 300); do if ( ${condition} ) >/dev/null 2>&1; then exit 0; fi; sleep 1; done; exit 1`,
    );
  const jobRuns = () => until('pulsar', sh`test -e /tmp/job-runs`);
  const releaseJobs = () => onHost('pulsar', sh`rm -f /tmp/job-held /tmp/job-runs /usr/local/bin/sha256sum`);
  /** Keeps Pulsar from fetching and sending files, and from nothing else: the web server's answers to it are dropped. */
  const cutFiles = () =>
    onHost(
      'galaxy',
      sh`ip rule add to "$(getent hosts pulsar.lab.test | cut -d' ' -f1)" ipproto 6 sport 443 blackhole`,
    );
  const mendFiles = () => onHost('galaxy', sh`ip rule del ipproto 6 sport 443 2>/dev/null || true`);
  const marks = (phase: string) =>
    sh`ls /mnt/pulsar/files/persisted_data/${`_default_-${phase}-jobs`} | grep -q .`;

  beforeAll(async () => {
    lab = await labUp({ name, hosts: ['galaxy', 'pulsar'], os: 'bookworm' });
    const result = await run('apply', 'galaxy', 'pulsar');
    expect(result.code, result.stdout.slice(-4000)).toBe(0);
  }, 20 * MINUTE);
  afterAll(() => labDown(name));
  /** Whatever a test has found, the next one begins with hosts that are well. */
  afterEach(async () => {
    await releaseJobs();
    await mendFiles();
    await onHost('galaxy', sh`rabbitmqctl -q set_disk_free_limit 50MB </dev/null || true`);
    await repair();
  }, 10 * MINUTE);

  test.each<[string, string, Script, Script, readonly string[], RegExp]>([
    [
      "the password on Pulsar's side is another one",
      'pulsar',
      sh`sed -i 's/a-really-long-password/another/' /mnt/pulsar/config/app.yml; systemctl restart pulsar`,
      sh`journalctl -u pulsar --since -1min | grep ACCESS_REFUSED`,
      [
        'host: host/not-as-declared on pulsar.lab.test',
        'Pulsar: broker/login-refused pulsar.lab.test galaxy_au on pulsar.lab.test',
      ],
      /^hop broker to Pulsar: pulsar__setup in \/pulsar\/galaxy_au has \d+ messages and 0 consumers: .*ACCESS_REFUSED/,
    ],
    [
      "the password on Galaxy's side is another one",
      'galaxy',
      sh`sed -i 's/a-really-long-password/another/' /srv/galaxy/config/job_conf.yml; systemctl restart galaxy.target`,
      sh`journalctl -u galaxy-gunicorn --since -4min | grep ACCESS_REFUSED && curl -sf https://galaxy.lab.test/api/version`,
      [
        'host: host/not-as-declared on galaxy.lab.test',
        'Galaxy: broker/login-refused galaxy.lab.test galaxy_au on galaxy.lab.test',
      ],
      /^hop Galaxy to broker: .*ACCESS_REFUSED/,
    ],
    [
      'the broker cannot read its key',
      'galaxy',
      sh`chown root:root /etc/ssl/user/privkey-rabbitmq.pem; chmod 0600 /etc/ssl/user/privkey-rabbitmq.pem; systemctl restart rabbitmq-server || true`,
      sh`true`,
      ['host: host/not-as-declared on galaxy.lab.test', 'broker: broker/key on galaxy.lab.test'],
      /^hop broker: /,
    ],
    [
      'the broker runs without a listener for TLS',
      'galaxy',
      sh`sed -i '/^listeners\\.ssl/d; /^ssl_options/d' /etc/rabbitmq/rabbitmq.conf; systemctl restart rabbitmq-server`,
      sh`test "$(systemctl is-active rabbitmq-server)" = active`,
      ['host: host/not-as-declared on galaxy.lab.test'],
      /^hop Galaxy to broker: pulsar__status_update in \/pulsar\/galaxy_au has \d+ messages and 0 consumers/,
    ],
  ])(
    'when %s, doctor and the job say so, and one run repairs it',
    async (_title, host, damage, shown, expected, hop) => {
      await onHost(host, damage);
      await until(host, shown);
      expect(await diagnoses()).toEqual(expected);
      expect(await verdictOfJob()).toMatch(hop);
    },
    20 * MINUTE,
  );

  test(
    'a certificate that is renewed while a job runs is served at once, and the job ends well',
    async () => {
      const serial = sh`openssl s_client -connect galaxy.lab.test:5671 -servername galaxy.lab.test </dev/null 2>/dev/null | openssl x509 -noout -serial`;
      const begun = Date.now();
      const before = await onHost('pulsar', serial);
      await holdJobs();
      const proof = verdictOfJob();
      await jobRuns();
      await onHost('galaxy', sh`certbot renew -q --force-renewal --no-random-sleep-on-renew`);
      expect(await onHost('pulsar', serial)).not.toBe(before);
      await releaseJobs();
      expect(await proof).toMatch(/^ran on pulsar as pulsar/);
      expect(await diagnoses(`${Math.ceil((Date.now() - begun) / 1000)}s`)).toEqual([]);
    },
    15 * MINUTE,
  );

  test(
    'a broker that is restarted under a running job gets its consumers back, and the job ends well',
    async () => {
      await holdJobs();
      const proof = verdictOfJob();
      await jobRuns();
      await onHost('galaxy', sh`systemctl restart rabbitmq-server.service`);
      await releaseJobs();
      expect(await proof).toMatch(/^ran on pulsar as pulsar/);
    },
    15 * MINUTE,
  );

  test(
    'a Galaxy that is down while Pulsar sends back gets the job when it is there again',
    async () => {
      await holdJobs();
      const proof = verdictOfJob();
      await jobRuns();
      await onHost('galaxy', sh`systemctl stop galaxy.target galaxy-gunicorn.service`);
      await releaseJobs();
      await until('pulsar', sh`journalctl -u pulsar --since -5min | grep 'Failed to execute.*retrying'`);
      expect(await diagnoses()).toContain('Galaxy: galaxy/down on galaxy.lab.test');
      expect((await run('apply', 'galaxy')).code).toBe(0);
      expect(await proof).toMatch(/^ran on pulsar as pulsar/);
    },
    20 * MINUTE,
  );

  test.each<[string, string, string]>([
    ['staging in', 'preprocessing', 'before'],
    ['sending back', 'postprocessing', 'after'],
  ])(
    'a restart waits for a job that is %s, and the job ends well',
    async (doing, phase, when) => {
      if (when === 'after') await holdJobs();
      else await cutFiles();
      const proof = verdictOfJob();
      if (when === 'after') {
        await jobRuns();
        await cutFiles();
        await releaseJobs();
      }
      await until('pulsar', marks(phase));
      const change = ['apply', 'pulsar', '-e', 'pulsar_log_level=INFO'];
      expect(restartOf(await run(...change, '--restart-when', 'defer'))).toMatch(
        new RegExp(`^deferred: put off: it would interrupt \\d+ ${doing}$`),
      );
      const waiting = run(...change);
      await mendFiles();
      expect(restartOf(await waiting)).toMatch(/^changed: update loaded/);
      expect(await proof).toMatch(/^ran on pulsar as pulsar/);
    },
    20 * MINUTE,
  );

  test(
    "a restart of Galaxy waits for a job whose results are there, but whose end Galaxy hasn't heard of",
    async () => {
      await holdJobs();
      const proof = verdictOfJob();
      await jobRuns();
      // A broker with an alarm takes no messages: files come back, the news of it does not.
      await onHost('galaxy', sh`rabbitmqctl -q set_disk_free_limit 100000GB </dev/null`);
      await releaseJobs();
      const running = sh`runuser -u postgres -- psql -At galaxy -c "select max(id) from job where state in ('queued', 'running')"`;
      await until('galaxy', sh`cd / && test -e /srv/galaxy/jobs/000/"$(${running})"/metadata/tool_stdout`);
      const change = ['apply', 'galaxy', '-e', '{"galaxy_systemd_env": ["GD=1"]}'];
      expect(restartOf(await run(...change, '--restart-when', 'defer'), 'galaxy.target')).toMatch(
        /^deferred: put off: it would interrupt \d+ gatdeploy_wc coming back$/,
      );
      const waiting = run(...change);
      await onHost('galaxy', sh`rabbitmqctl -q set_disk_free_limit 50MB </dev/null`);
      expect(restartOf(await waiting, 'galaxy.target')).toMatch(/^changed: update loaded/);
      expect(await proof).toMatch(/^ran on pulsar as pulsar/);
    },
    20 * MINUTE,
  );

  test(
    'a restart that somebody asks for now says which job it ends, and Galaxy is told that this one is lost',
    async () => {
      await holdJobs();
      const proof = verdictOfJob();
      await jobRuns();
      const result = await run('apply', 'pulsar', '-e', 'pulsar_log_level=INFO', '--restart-when', 'now');
      expect(restartOf(result)).toMatch(/^changed: update loaded, interrupted \d+ running$/);
      expect(await proof).toMatch(/^hop Pulsar: Pulsar lost the job/);
      await releaseJobs();
      await repair();
      expect(await verdictOfJob()).toMatch(/^ran on pulsar as pulsar/);
    },
    20 * MINUTE,
  );
});
