import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sh } from '../../src/base/shell.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { type CliResult, gatdeploy, records } from '../support/cli.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MINUTE = 60_000;

/** The heart of galaxy-chain.long.test.ts: a real Galaxy, a real broker, a real Pulsar, and BWA-MEM over there. */
describe('a real Galaxy sends a real job to a real Pulsar', () => {
  const name = 'chain-heart';
  let lab: Lab;
  const run = (...args: readonly string[]): Promise<CliResult> =>
    gatdeploy([...args, '-i', lab.inventory, '-e', 'galaxy_install_method=pypi', '--json'], { cwd: ROOT });

  beforeAll(async () => {
    lab = await labUp({ name, hosts: ['galaxy', 'pulsar'], os: 'bookworm' });
  });
  afterAll(() => labDown(name));

  test(
    'one run brings bare hosts to the whole chain',
    async () => {
      const result = await run('apply', 'galaxy', 'pulsar', '--timings');
      expect(result.code, result.stdout.slice(-4000) + result.stderr).toBe(0);
    },
    15 * MINUTE,
  );

  test(
    'BWA-MEM runs on the remote Pulsar, its output comes back, and nothing is left behind',
    async () => {
      const result = await run('verify', 'galaxy', 'pulsar', '--job');
      const verdicts = records(result).filter((one) => one.type === 'checked');
      expect(verdicts.filter((one) => !one.ok)).toEqual([]);
      expect(result.code, result.stderr).toBe(0);
      const mapped = verdicts.find((one) => one.check === 'galaxy/job gatdeploy_bwa_mem pulsar');
      expect(mapped?.got).toMatch(/^ran on pulsar as pulsar by pulsar_runner, exit code 0, right output/);
      const left = await labExec(
        lab,
        'galaxy',
        sh`runuser -u postgres -- psql -At galaxy -c 'select count(*) from dataset where not purged' -c 'select count(*) from api_keys where not deleted' -c "select count(*) from job where state in ('new', 'queued', 'running')"`,
      );
      expect(left.stdout).toBe('0\n0\n0\n');
      const staged = await labExec(lab, 'pulsar', sh`ls -A /mnt/pulsar/files/staging`);
      expect(staged.stdout).toBe('');
    },
    10 * MINUTE,
  );
});
