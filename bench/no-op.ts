/**
 * What a run costs that finds nothing to change, at several distances, beside the floor of plain ssh2 with a probe that
 * was written by hand. Both run as their own processes, in turns, through the same delaying proxy to the same lab host.
 *
 *   npm run build && npx vite-node bench/no-op.ts                makes a lab host, deploys the stack galaxy, measures
 *   npx vite-node bench/no-op.ts --lab NAME --rtt 0,100 --samples 9
 *
 * The number of round trips is the slope of the best wall times over the round trip time.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Lab, labDown, labStatus, labUp } from '../src/lab/lab.ts';
import { startDelayProxy } from '../test/support/delay-proxy.ts';
import { runTimed, slope, type Timed } from './measure.ts';

const ROOT = resolve(import.meta.dirname, '..');
const BIN = join(ROOT, 'bin/gatdeploy');
const { values: flags } = parseArgs({
  options: {
    lab: { type: 'string' },
    rtt: { type: 'string', default: '0,50,100,200' },
    samples: { type: 'string', default: '5' },
    command: { type: 'string', default: 'apply' },
  },
});

type Sample = Timed & { readonly up: number; readonly down: number };

/** How the lab's first host is reached, out of its inventory. */
function accessTo(lab: Lab) {
  const text = readFileSync(join(lab.inventory, 'hosts'), 'utf8');
  const value = (name: string): string => new RegExp(`${name}=(\\S+)`).exec(text)?.[1] ?? '';
  const known = /UserKnownHostsFile=(\S+)/.exec(text)?.[1] ?? '';
  return { address: value('ansible_host'), user: value('ansible_user'), key: value('private_key_file'), known };
}

async function measureAt(rttMs: number, lab: Lab, cache: string) {
  const { address, user, key, known } = accessTo(lab);
  const proxy = await startDelayProxy(rttMs, { host: address, port: 22 });
  const options = {
    ansible_host: '127.0.0.1',
    ansible_port: proxy.port,
    ansible_ssh_common_args: `-o UserKnownHostsFile=${known} -o HostKeyAlias=${address}`,
  };
  const own = [
    BIN,
    flags.command,
    'galaxy',
    '-i',
    lab.inventory,
    '-l',
    'galaxy*',
    '--json',
    '-e',
    JSON.stringify(options),
  ];
  const floor = [
    join(ROOT, 'bench/floor/floor.mjs'),
    '127.0.0.1',
    String(proxy.port),
    user,
    key,
    join(ROOT, 'bench/floor/probe.sh'),
  ];
  const sample = async (args: readonly string[]): Promise<Sample> => {
    const before = { ...proxy.bytes };
    const timed = await runTimed(process.execPath, args, {
      cwd: ROOT,
      env: { ...process.env, XDG_CACHE_HOME: cache },
    });
    return { ...timed, up: proxy.bytes.up - before.up, down: proxy.bytes.down - before.down };
  };
  try {
    const first = await sample(own);
    if (!/"changes":\[\]|No changes/.test(first.stdout))
      throw new Error(`the run was to change nothing:\n${first.stdout.slice(0, 2000)}`);
    const samples: { own: Sample; floor: Sample }[] = [];
    for (let index = 0; index < Number(flags.samples); index++)
      samples.push({ own: await sample(own), floor: await sample(floor) });
    return { own: best(samples.map((one) => one.own)), floor: best(samples.map((one) => one.floor)) };
  } finally {
    await proxy.close();
  }
}

function best(samples: readonly Sample[]): Sample {
  return samples.reduce((a, b) => (b.wallMs < a.wallMs ? b : a));
}

async function main(): Promise<void> {
  const cache = mkdtempSync(join(tmpdir(), 'gatdeploy-bench-'));
  const lab = flags.lab ? await labStatus(flags.lab) : await labUp({ name: 'bench-no-op', hosts: ['galaxy'] });
  try {
    if (!flags.lab) await deploy(lab);
    const points: { rtt: number; own: Sample; floor: Sample }[] = [];
    for (const rtt of flags.rtt.split(',').map(Number)) {
      const { own, floor } = await measureAt(rtt, lab, cache);
      points.push({ rtt, own, floor });
      console.log(
        `RTT ${String(rtt).padStart(3)} ms: gatdeploy ${show(own)}; floor ${show(floor)}; ratio ${(own.wallMs / floor.wallMs).toFixed(2)}`,
      );
    }
    const trips = (of: 'own' | 'floor') => slope(points.map((point) => [point.rtt, point[of].wallMs])).toFixed(1);
    console.log(`round trips: gatdeploy ${trips('own')}, floor ${trips('floor')}`);
  } finally {
    rmSync(cache, { recursive: true });
    if (!flags.lab) await labDown('bench-no-op');
  }
}

function show({ wallMs, cpuMs, up, down }: Sample): string {
  return `${(wallMs / 1000).toFixed(2)} s (CPU ${cpuMs.toFixed(0)} ms, ${(up / 1024).toFixed(1)} KiB up, ${(down / 1024).toFixed(1)} down)`;
}

async function deploy(lab: Lab): Promise<void> {
  const child = spawn(process.execPath, [BIN, 'apply', 'galaxy', '-i', lab.inventory, '-l', 'galaxy*'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  await new Promise((done) => child.on('close', done));
}

await main();
