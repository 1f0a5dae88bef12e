import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Script, sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { type CliResult, gatdeploy, type JsonLine, records } from '../support/cli.ts';
import { makeTwoSites, type TwoSites } from '../support/two-sites.ts';

const MINUTE = 60_000;

/** The planned changes as `host: action resource`, those that only wait for a service to come up left out. */
function changesOf(result: CliResult): string[] {
  const plan = records(result).find((one) => one.type === 'plan');
  const changes = (plan?.changes ?? []) as readonly JsonLine[];
  return changes
    .filter((one) => one.action !== 'unknown')
    .map((one) => `${one.host}: ${one.action} ${one.resource}`);
}

function verdictsOf(result: CliResult): readonly JsonLine[] {
  return records(result).filter((one) => one.type === 'checked');
}

/** What became of Pulsar's unit on a host: its status and the words with it. */
function restartOf(result: CliResult, host: string): string {
  const done = records(result).find(
    (one) => one.type === 'done' && one.host === host && one.resource === 'service[pulsar.service]',
  );
  return `${done?.status}: ${done?.summary}`;
}

describe('the whole chain on bookworm, with two sites', () => {
  const name = 'chain';
  let lab: Lab;
  let sites: TwoSites;
  const run = (...args: readonly string[]): Promise<CliResult> =>
    gatdeploy([...args, '-i', lab.inventory, '-e', 'galaxy_install_method=pypi', '--json'], { cwd: sites.root });
  const onHost = async (host: string, script: Script): Promise<string> => {
    const result = await labExec(lab, host, script);
    expect(result.code, result.stderr).toBe(0);
    return result.stdout;
  };
  /** Lets jobs of the first site take a while: the program that the tool calls is made to wait for a file to go. */
  const holdJobs = () =>
    onHost(
      'pulsar',
      sh`printf '%s\n' '#!/bin/sh' 'test "$(id -un)" = pulsar || exec /usr/bin/sha256sum "$@"' 'touch /tmp/job-runs' 'while test -e /tmp/job-held; do sleep 1; done' 'exec /usr/bin/sha256sum "$@"' >/usr/local/bin/sha256sum
chmod 0755 /usr/local/bin/sha256sum; touch /tmp/job-held; rm -f /tmp/job-runs`,
    );
  const jobRuns = () =>
    onHost('pulsar', sh`for gd_try in $(seq 300); do test ! -e /tmp/job-runs || exit 0; sleep 1; done; exit 1`);
  const releaseJobs = () => onHost('pulsar', sh`rm -f /tmp/job-held /usr/local/bin/sha256sum`);

  beforeAll(async () => {
    lab = await labUp({ name, hosts: ['galaxy', 'pulsar', 'pulsar-b'], os: 'bookworm' });
    sites = makeTwoSites();
  });
  afterAll(async () => {
    sites.remove();
    await labDown(name);
  });

  test(
    'one run brings bare hosts to a Galaxy that answers and Pulsars that listen, whichever is named first',
    async () => {
      const result = await run('apply', 'pulsar', 'galaxy');
      expect(result.code, result.stdout.slice(-4000) + result.stderr).toBe(0);
    },
    20 * MINUTE,
  );

  test(
    'jobs run on the hosts that they are meant for, their output comes back, and nothing is left behind',
    async () => {
      const result = await run('verify', 'galaxy', 'pulsar', '--job');
      const verdicts = verdictsOf(result);
      expect(verdicts.filter((one) => !one.ok)).toEqual([]);
      expect(result.code, result.stderr).toBe(0);
      const jobs = verdicts.filter((one) => String(one.check).startsWith('galaxy/job'));
      expect(jobs.map((one) => `${one.check}: ${String(one.got).replace(/, exit.*/, '')}`)).toEqual([
        'galaxy/job gatdeploy_wc pulsar: ran on pulsar as pulsar by pulsar_runner',
        'galaxy/job gatdeploy_bwa_mem pulsar: ran on pulsar as pulsar by pulsar_runner',
        'galaxy/job gatdeploy_wc_nz pulsar_nz: ran on pulsar-b as pulsar by pulsar_nz_runner',
      ]);
      const left = sh`runuser -u postgres -- psql -At galaxy -c 'select count(*) from dataset where not purged' -c 'select count(*) from api_keys where not deleted'`;
      expect(await onHost('galaxy', left)).toBe('0\n0\n');
    },
    15 * MINUTE,
  );

  test(
    'a second run changes nothing, and the doctor finds nothing wrong',
    async () => {
      const result = await run('apply', 'galaxy', 'pulsar');
      expect(changesOf(result)).toEqual([]);
      expect(result.code, result.stderr).toBe(0);
      const doctor = await run('doctor');
      expect(records(doctor).find((one) => one.type === 'diagnoses')?.diagnoses).toEqual([]);
      expect(doctor.code).toBe(0);
    },
    5 * MINUTE,
  );

  test(
    'a restart that is due waits for a running job, or is put off; the job ends well',
    async () => {
      await holdJobs();
      const proof = run('verify', 'galaxy', '--job');
      await jobRuns();
      const change = ['apply', 'pulsar', '-l', 'pulsar.lab.test', '-e', 'pulsar_log_level=INFO'];
      const deferred = await run(...change, '--restart-when', 'defer');
      expect(restartOf(deferred, 'pulsar.lab.test')).toMatch(
        /^deferred: put off: it would interrupt \d+ running$/,
      );
      expect(deferred.code).toBe(0);
      const planned = await run('plan', ...change.slice(1));
      expect(JSON.stringify(records(planned).find((one) => one.type === 'plan'))).toMatch(/"work":"\d+ running"/);
      const waiting = run(...change);
      await releaseJobs();
      expect(restartOf(await waiting, 'pulsar.lab.test')).toMatch(/^changed: update loaded/);
      expect(verdictsOf(await proof).filter((one) => !one.ok)).toEqual([]);
      expect((await run('apply', 'pulsar')).code).toBe(0);
    },
    20 * MINUTE,
  );

  test(
    'a Pulsar that does not listen is named as the broken hop and by the doctor, and one run repairs it',
    async () => {
      await onHost('pulsar', sh`systemctl stop pulsar.service`);
      const doctor = await run('doctor');
      expect(records(doctor).find((one) => one.type === 'diagnoses')?.diagnoses).toMatchObject([
        { id: 'pulsar/stopped', place: 'Pulsar', host: 'pulsar.lab.test', fix: 'gatdeploy apply pulsar' },
      ]);
      const result = await run('verify', 'galaxy', '--job');
      const job = verdictsOf(result).find((one) => one.check === 'galaxy/job gatdeploy_wc pulsar');
      expect(job?.got).toMatch(
        /^hop broker to Pulsar: pulsar__setup in \/pulsar\/galaxy_au has \d+ messages and 0 consumers/,
      );
      expect(result.code).toBe(5);
      expect((await run('apply', 'galaxy', 'pulsar')).code).toBe(0);
    },
    20 * MINUTE,
  );

  test(
    'a site that is taken out leaves the other as it is',
    async () => {
      sites.removeSecond();
      const result = await run('apply', 'galaxy', '-e', '{"rabbitmq_users_absent": ["nz"]}');
      expect(result.code, result.stdout.slice(-4000)).toBe(0);
      const verified = await run('verify', 'galaxy', '--job');
      const verdicts = verdictsOf(verified);
      expect(verdicts.filter((one) => !one.ok)).toEqual([]);
      expect(verdicts.some((one) => String(one.check).includes('nz'))).toBe(false);
      expect(await onHost('galaxy', sh`rabbitmqctl -q --no-table-headers list_users </dev/null`)).not.toMatch(
        /^nz\t/m,
      );
    },
    20 * MINUTE,
  );
});
