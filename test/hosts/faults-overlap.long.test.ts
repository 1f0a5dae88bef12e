/** F20, F51: runs that want some of the same hosts, other hosts, or the same host for another deployment; and fleets of which a part is gone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { takeLeases } from '../../src/apply/leases.ts';
import { newRun } from '../../src/apply/work.ts';
import { sh } from '../../src/base/shell.ts';
import { buildGraph } from '../../src/graph/graph.ts';
import { type Lab, labDown, labExec, labUp } from '../../src/lab/lab.ts';
import { connectAll, type Links } from '../../src/session/connect.ts';
import { type CliResult, gatdeploy, records } from '../support/cli.ts';
import { type DelayProxy, startDelayProxy } from '../support/delay-proxy.ts';
import { type Reach, targetOf, throughProxy } from '../support/faults/world.ts';

const NAME = process.env.GATDEPLOY_TEST_LAB?.split('/')[0] ?? 'faults-overlap';
const HOSTS = ['one', 'two'] as const;
type Name = (typeof HOSTS)[number];

let lab: Lab;
let project = '';
const proxies: DelayProxy[] = [];
const open: Links[] = [];

beforeAll(async () => {
  lab = await labUp({ name: NAME, hosts: [...HOSTS] });
  project = mkdtempSync(join(tmpdir(), 'gatdeploy-overlap-'));
});
beforeEach(async () => {
  for (const host of HOSTS) await labExec(lab, host, sh`rm -rf /var/lib/gatdeploy /srv/overlap*`);
});
afterAll(async () => {
  for (const links of open) await links.close();
  for (const proxy of proxies) await proxy.close();
  rmSync(project, { recursive: true, force: true });
  if (process.env.GATDEPLOY_TEST_LAB === undefined) await labDown(NAME);
});

const addressOf = (name: Name) => lab.hosts.find((host) => host.name === name)?.address ?? '';

/** A run that wants both hosts, one of which is far away. */
async function runFarFrom(far: Name, lockWaitMs: number) {
  const reaches = HOSTS.map(async (name): Promise<Reach> => {
    const { privateKey, knownHosts } = lab;
    const near: Reach = { name, address: addressOf(name), port: 22, privateKey, knownHosts };
    if (name !== far) return near;
    const proxy = await startDelayProxy(800, { host: near.address, port: near.port });
    proxies.push(proxy);
    return throughProxy(near, proxy.port, project);
  });
  const clock = () => performance.now();
  const emit = () => undefined;
  const links = await connectAll((await Promise.all(reaches)).map(targetOf), { emit, clock });
  open.push(links);
  const { links: hosts } = links;
  const serials = new Map(HOSTS.map((name) => [name, '0'] as const));
  const plan = { graph: buildGraph([]), plan: { entries: [] } };
  return newRun({ ...plan, hosts, emit, clock, serials, who: `far from ${far}`, lockWaitMs });
}

describe('two runs that want the same hosts', () => {
  test('never wait for each other, though each gets another one first', async () => {
    const runs = [await runFarFrom('one', 30_000), await runFarFrom('two', 30_000)];
    const startedAt = performance.now();
    const ends = await Promise.all(
      runs.map(async (run) => {
        try {
          const leases = await takeLeases(run, HOSTS);
          await leases?.giveBack();
          return 'had both';
        } catch (error) {
          return String(error);
        }
      }),
    );
    // Who comes second finds that the first was there, and would read the hosts again.
    expect(ends.sort()).toEqual([expect.stringMatching(/another run changed the host|^had both/), 'had both']);
    expect(performance.now() - startedAt).toBeLessThan(25_000);
    for (const host of HOSTS)
      expect((await labExec(lab, host, sh`ls /var/lib/gatdeploy | grep -e lock -e runs || true`)).stdout).toBe('');
  });
});

const play = (hosts: string, file: string, seconds: number) => `- hosts: ${hosts}
  become: true
  tasks:
    - shell: sleep ${seconds}; date +%s.%N >>/srv/overlap
    - copy: {dest: /srv/${file}, content: "x\\n"}
`;
function write(stacks: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(stacks)) writeFileSync(join(project, `${name}.yml`), text);
}
const fqdn = (name: Name) => `${name}.lab.test`;
const apply = (stack: string, ...args: readonly string[]): Promise<CliResult> =>
  gatdeploy(['apply', stack, '-i', lab.inventory, '--json', ...args], { cwd: project });
const lines = async (host: Name) =>
  (await labExec(lab, host, sh`cat /srv/overlap 2>/dev/null | wc -l`)).stdout.trim();
const isLeased = async (host: Name) => {
  await labExec(
    lab,
    host,
    sh`for try in $(seq 1 100); do test -e /var/lib/gatdeploy/lock && exit; sleep 0.2; done; exit 1`,
  );
};

describe('runs of the program', () => {
  test('on overlapping hosts: the second changes nothing anywhere, and names the first', async () => {
    write({
      both: play('one.lab.test,two.lab.test', 'overlap-both', 8),
      second: play(fqdn('two'), 'overlap-second', 0),
    });
    const first = apply('both');
    await isLeased('two');
    const second = await apply('second');
    expect(second.code).toBe(6);
    expect(second.stdout).toMatch(/lock\/busy/);
    expect(second.stdout).toMatch(/gatdeploy apply both/);
    expect((await first).code).toBe(0);
    expect([await lines('one'), await lines('two')]).toEqual(['1', '1']);
    expect((await labExec(lab, 'two', sh`test -e /srv/overlap-second`)).code).toBe(1);
  });

  test('on other hosts do not know of each other', async () => {
    write({ left: play(fqdn('one'), 'overlap-left', 3), right: play(fqdn('two'), 'overlap-right', 3) });
    const ends = await Promise.all([apply('left'), apply('right')]);
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
  });

  test('of two deployments on one host come one after the other when they may wait, and keep what the other made', async () => {
    write({ alpha: play(fqdn('one'), 'overlap-alpha', 2), beta: play(fqdn('one'), 'overlap-beta', 2) });
    const ends = await Promise.all([
      apply('alpha', '--prune', '--lock-wait', '120'),
      apply('beta', '--prune', '--lock-wait', '120'),
    ]);
    expect(ends.map(({ code, stdout }) => [code, stdout.includes('"type":"error"')])).toEqual([
      [0, false],
      [0, false],
    ]);
    expect((await labExec(lab, 'one', sh`ls /srv`)).stdout).toContain('overlap-alpha\noverlap-beta\n');
  });

  test('of which a host is gone finish the others, say so, and fail', async () => {
    write({ fleet: play('one.lab.test,gone.lab.test,two.lab.test', 'overlap-fleet', 0) });
    const inventory = join(project, 'hosts.yml');
    writeFileSync(
      inventory,
      `all: {hosts: {gone.lab.test: {ansible_host: ${addressOf('one')}, ansible_port: 9}}}\n`,
    );
    const result = await apply('fleet', '-i', inventory);
    expect(result.code).toBe(3);
    const summary = records(result).filter(({ type }) => type === 'unreachable');
    expect(summary).toMatchObject([{ host: 'gone.lab.test' }]);
    expect([await lines('one'), await lines('two')]).toEqual(['1', '1']);
  });
});
