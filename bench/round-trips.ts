/**
 * How many round trips the transport takes: wall time over a delaying proxy, as a slope over its round trip time.
 *
 *   npx vite-node bench/round-trips.ts ADDRESS PORT USER KEY-FILE KNOWN-HOSTS
 *
 * Without arguments it asks an SSH server inside this process. The floors were measured with plain ssh2, one command
 * per session, the key offered at once and TCP_NODELAY set.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sh } from '../src/base/shell.ts';
import { connect } from '../src/transport/connect.ts';
import {
  isAbout,
  knownHostName,
  parseKnownHosts,
  renderKnownHost,
} from '../src/transport/host-keys/known-hosts.ts';
import { loadSshConfig } from '../src/transport/target/ssh-config.ts';
import { targetFor } from '../src/transport/target/target-for.ts';
import { startDelayProxy } from '../test/support/delay-proxy.ts';
import { newHostKey, startServer } from '../test/support/ssh-server.ts';

const FLOORS = { first: 10.1, next: 2.1, ten: 5.0 };
const RTTS_MS = [20, 60, 100];
const SAMPLES = 5;

type Times = Record<keyof typeof FLOORS, number>;
type Far = { address: string; port: number; user: string; keyFile: string; hostKeys: Buffer[] };

const directory = mkdtempSync(join(tmpdir(), 'gatdeploy-bench-'));
const config = loadSshConfig({ home: directory, environment: {}, systemFile: join(directory, 'none') });

async function measure(far: Far, rttMs: number): Promise<Times> {
  const proxy = await startDelayProxy(rttMs, { host: far.address, port: far.port });
  const name = knownHostName('127.0.0.1', proxy.port);
  writeFileSync(join(directory, 'known_hosts'), far.hostKeys.map((key) => renderKnownHost(name, key)).join(''));
  const target = targetFor(
    'far',
    {
      ansible_host: '127.0.0.1',
      ansible_port: proxy.port,
      ansible_user: far.user,
      ansible_ssh_private_key_file: far.keyFile,
      ansible_ssh_common_args: `-o UserKnownHostsFile=${join(directory, 'known_hosts')}`,
    },
    config,
  );
  const started = performance.now();
  const connection = await connect(target);
  await connection.exec({ script: sh`echo` });
  const first = performance.now() - started;
  await new Promise((resolve) => setTimeout(resolve, 3 * rttMs + 50));
  const next = await timed(() => connection.exec({ script: sh`echo` }));
  await new Promise((resolve) => setTimeout(resolve, 3 * rttMs + 50));
  const ten = await timed(() =>
    Promise.all(Array.from({ length: 10 }, () => connection.exec({ script: sh`echo` }))),
  );
  await connection.close();
  await proxy.close();
  return { first, next, ten };
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await action();
  return performance.now() - started;
}

/** The slope of the best times over the round trip times: least squares. */
function slope(points: readonly (readonly [number, number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [x, y] = [mean(points.map(([a]) => a)), mean(points.map(([, b]) => b))];
  return (
    points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / points.reduce((sum, [a]) => sum + (a - x) ** 2, 0)
  );
}

async function main(): Promise<void> {
  const [address, port, user, keyFile, knownHosts] = process.argv
    .slice(2)
    .filter((word) => !word.startsWith('--'));
  const server = address ? undefined : await startServer();
  const ownKey = join(directory, 'key');
  writeFileSync(ownKey, newHostKey(), { mode: 0o600 });
  const entries = knownHosts ? parseKnownHosts(readFileSync(knownHosts, 'utf8'), knownHosts) : [];
  const far: Far = {
    address: address ?? '127.0.0.1',
    port: Number(port ?? server?.port),
    user: user ?? 'root',
    keyFile: keyFile ?? ownKey,
    hostKeys:
      server?.keys.slice() ??
      entries
        .filter((entry) => isAbout(entry, knownHostName(address ?? '', Number(port))))
        .map(({ key }) => Buffer.from(key, 'base64')),
  };
  const best = new Map<number, Times>();
  for (const rttMs of RTTS_MS) {
    for (let sample = 0; sample < SAMPLES; sample++) {
      const times = await measure(far, rttMs);
      const before = best.get(rttMs) ?? times;
      best.set(rttMs, {
        first: Math.min(before.first, times.first),
        next: Math.min(before.next, times.next),
        ten: Math.min(before.ten, times.ten),
      });
    }
  }
  for (const what of ['first', 'next', 'ten'] as const) {
    const points = [...best].map(([rttMs, times]) => [rttMs, times[what]] as const);
    const trips = slope(points);
    const shown = points.map(([rttMs, ms]) => `${ms.toFixed(0)} ms at ${rttMs}`).join(', ');
    console.log(`${what.padEnd(6)} ${trips.toFixed(1)} round trips (floor ${FLOORS[what]}): ${shown}`);
  }
  await server?.close();
  rmSync(directory, { recursive: true });
}

await main();
