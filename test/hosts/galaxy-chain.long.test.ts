import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Script, sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { type CliResult, gatdeploy, type JsonLine, records } from '../support/cli.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
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

describe('the whole chain on bookworm', () => {
  const name = 'chain';
  let lab: Lab;
  const run = (...args: readonly string[]): Promise<CliResult> =>
    gatdeploy([...args, '-i', lab.inventory, '-e', 'galaxy_install_method=pypi', '--json'], { cwd: ROOT });
  const stacks = ['galaxy', 'pulsar'];
  const onHost = async (host: string, script: Script): Promise<string> => {
    const result = await labExec(lab, host, script);
    expect(result.code, result.stderr).toBe(0);
    return result.stdout;
  };

  beforeAll(async () => {
    lab = await labUp({ name, hosts: stacks, os: 'bookworm' });
  });
  afterAll(() => labDown(name));

  test(
    'one run brings bare hosts to a Galaxy that answers and a Pulsar that listens',
    async () => {
      const result = await run('apply', ...stacks);
      expect(result.code, result.stdout.slice(-4000) + result.stderr).toBe(0);
    },
    15 * MINUTE,
  );

  test(
    'jobs run on the host that they are meant for, their output comes back, and nothing is left behind',
    async () => {
      const result = await run('verify', ...stacks, '--job');
      const verdicts = verdictsOf(result);
      expect(verdicts.filter((one) => !one.ok)).toEqual([]);
      expect(result.code, result.stderr).toBe(0);
      const jobs = verdicts.filter((one) => String(one.check).startsWith('galaxy/job'));
      expect(jobs.map((one) => one.check)).toEqual([
        'galaxy/job gatdeploy_wc pulsar',
        'galaxy/job gatdeploy_bwa_mem pulsar',
      ]);
      for (const job of jobs) expect(job.got).toMatch(/^ran on pulsar as pulsar by pulsar_runner, exit code 0/);
      const left = sh`runuser -u postgres -- psql -At galaxy -c 'select count(*) from dataset where not purged' -c 'select count(*) from api_keys where not deleted'`;
      expect(await onHost('galaxy', left)).toBe('0\n0\n');
    },
    10 * MINUTE,
  );

  test(
    'a second run changes nothing',
    async () => {
      const result = await run('apply', ...stacks);
      expect(changesOf(result)).toEqual([]);
      expect(result.code, result.stderr).toBe(0);
    },
    2 * MINUTE,
  );

  test(
    'a Pulsar that does not listen is named as the broken hop, and one run repairs it',
    async () => {
      await onHost('pulsar', sh`systemctl stop pulsar.service`);
      const result = await run('verify', 'galaxy', '--job');
      const job = verdictsOf(result).find((one) => one.check === 'galaxy/job gatdeploy_wc pulsar');
      expect(job?.got).toMatch(
        /^hop broker to Pulsar: pulsar__setup in \/pulsar\/galaxy_au has \d+ messages and 0 consumers/,
      );
      expect(result.code).toBe(5);
      expect((await run('apply', ...stacks)).code).toBe(0);
      const again = await run('verify', ...stacks, '--job');
      expect(verdictsOf(again).filter((one) => !one.ok)).toEqual([]);
    },
    20 * MINUTE,
  );
});
