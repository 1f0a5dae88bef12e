/**
 * What each further host costs the controller: CPU and memory of a plan with `--json` over many simulated hosts, beyond
 * those of one.
 *
 *   npm run build && npx vite-node bench/fleet.ts --lab NAME                 a lab with a deployed host pulsar
 *   npx vite-node bench/fleet.ts --lab NAME --hosts 100,500 --dead 5        some addresses never answer
 *
 * The hosts are one other process (bench/fleet/servers.ts), which answers as the lab's host does.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { labStatus } from '../src/lab/lab.ts';
import { newHostKey } from '../test/support/ssh-server.ts';
import { runTimed, type Timed } from './measure.ts';

const ROOT = resolve(import.meta.dirname, '..');
const { values: flags } = parseArgs({
  options: {
    lab: { type: 'string', default: 'bench-fleet' },
    hosts: { type: 'string', default: '500' },
    dead: { type: 'string', default: '0' },
    samples: { type: 'string', default: '3' },
  },
});

type Server = { readonly port: string; readonly key: string; stop(): void };

async function startServers(): Promise<Server> {
  const args = [join(ROOT, 'node_modules/vite-node/vite-node.mjs'), 'bench/fleet/servers.ts', flags.lab, 'pulsar'];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const [port = '', key = ''] = line.toString('utf8').trim().split(' ');
  return { port, key, stop: () => child.kill() };
}

/** A port that accepts and then says nothing. */
async function startSilent() {
  const server = createServer(() => {}).listen(0, '0.0.0.0');
  await once(server, 'listening');
  return { port: (server.address() as { port: number }).port, stop: () => server.close() };
}

/** What a host may cost; the ratios say how near that is. */
const TARGET = { cpuMs: 15, mb: 0.3 };

type Measured = Omit<Timed, 'stdout'> & { readonly written: number; readonly read: readonly number[] };

const address = (index: number): string => `127.1.${index >> 8}.${index & 255}`;

async function run(folder: string, hosts: readonly string[], inventory: string) {
  writeFileSync(join(folder, 'hosts'), `[pulsarservers]\n${hosts.join('\n')}\n`);
  const args = [
    join(ROOT, 'bin/gatdeploy'),
    'plan',
    'pulsar',
    '-C',
    ROOT,
    '-i',
    join(folder, 'hosts'),
    '-i',
    inventory,
  ];
  return runTimed(process.execPath, [...args, '-l', 'sim*', '--json'], {
    env: { ...process.env, XDG_CACHE_HOME: folder },
    codes: [0, 3],
  });
}

async function main(): Promise<void> {
  const lab = await labStatus(flags.lab);
  const folder = mkdtempSync(join(tmpdir(), 'gatdeploy-fleet-'));
  const [server, silent] = [await startServers(), await startSilent()];
  writeFileSync(join(folder, 'key'), newHostKey(), { mode: 0o600 });
  const counts = flags.hosts.split(',').map(Number);
  const all = Array.from({ length: Math.max(...counts) + Number(flags.dead) }, (_, index) => index);
  const lines = all.map((index) => `[${address(index)}]:${server.port} ecdsa-sha2-nistp256 ${server.key}\n`);
  writeFileSync(join(folder, 'known_hosts'), lines.join(''));
  const login = `ansible_user=root ansible_ssh_private_key_file=${folder}/key ansible_ssh_common_args='-o UserKnownHostsFile=${folder}/known_hosts -o ConnectTimeout=5'`;
  const host = (index: number, port: string | number) =>
    `sim${index} ansible_host=${address(index)} ansible_port=${port} ${login}`;
  const measure = async (count: number): Promise<Measured> => {
    const dead = count > 1 ? Number(flags.dead) : 0;
    const hosts = all
      .slice(0, count + dead)
      .map((index) => host(index, index < count ? server.port : silent.port));
    const runs = [];
    for (let sample = 0; sample <= Number(flags.samples); sample++)
      runs.push(await run(folder, hosts, lab.inventory));
    const [first, ...warm] = runs;
    if (!first?.stdout.includes('"plan"')) throw new Error('no plan');
    const least = (of: 'cpuMs' | 'peakMb' | 'wallMs') => Math.min(...warm.map((one) => one[of]));
    const written = Buffer.byteLength(first.stdout) / 1024 / 1024;
    return {
      cpuMs: least('cpuMs'),
      peakMb: least('peakMb'),
      wallMs: least('wallMs'),
      written,
      read: readIn(first),
    };
  };
  try {
    const one = await measure(1);
    tell(1, one);
    for (const count of counts) {
      const many = await measure(count);
      tell(count, many);
      const [cpu, mb] = [(many.cpuMs - one.cpuMs) / (count - 1), (many.peakMb - one.peakMb) / (count - 1)];
      console.log(
        `  each further host: ${cpu.toFixed(1)} ms CPU, ${(cpu / TARGET.cpuMs).toFixed(2)} of the target; ${mb.toFixed(2)} MB, ${(mb / TARGET.mb).toFixed(2)} of the target`,
      );
    }
  } finally {
    server.stop();
    silent.stop();
    rmSync(folder, { recursive: true });
  }
}

function readIn({ stdout }: { readonly stdout: string }): readonly number[] {
  return [...stdout.matchAll(/"type":"probed","at":([\d.]+)/g)].map((match) => Number(match[1]));
}

function tell(count: number, { wallMs, cpuMs, peakMb, written, read }: Measured): void {
  console.log(
    `${count} hosts: ${wallMs.toFixed(0)} ms, CPU ${cpuMs.toFixed(0)} ms, ${peakMb.toFixed(0)} MB, ${written.toFixed(2)} MB written; ${read.length} read, the last after ${Math.max(...read).toFixed(0)} ms`,
  );
}

await main();
