/** F51, F52: five hundred hosts, of which one is slow beyond all measure and five are dead. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fleet, startFleet } from '../support/chroot-fleet.ts';
import type { JsonLine } from '../support/cli.ts';
import { newHostKey } from '../support/ssh-server.ts';

const COUNT = 500;
const SLOW = 250;
const DEAD = [3, 77, 199, 310, 499];
/** All of them are one machine. */
const LIMIT = { timeout: 1_800_000 };
const BIN = fileURLToPath(new URL('../../bin/gatdeploy', import.meta.url));

let fleet: Fleet;
const closers: Server[] = [];

/** A port that does this to whoever connects. */
async function portThat(does: (socket: Socket) => void): Promise<number> {
  const server = createServer(does).listen(0, '0.0.0.0');
  closers.push(server);
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}

beforeAll(async () => {
  fleet = await startFleet(COUNT, [SLOW]);
});
afterAll(async () => {
  for (const server of closers) server.close();
  await fleet.end();
});

const nameOf = (index: number): string => `sim${index}`;

function writeProject(portOf: (index: number) => number): void {
  const { folder, server, addressOf } = fleet;
  const all = Array.from({ length: COUNT }, (_, index) => index);
  const key = server.keys[0]?.toString('base64');
  const lines = all.map((index) => `[${addressOf(index)}]:${portOf(index)} ssh-ed25519 ${key}\n`);
  writeFileSync(join(folder, 'known_hosts'), lines.join(''));
  writeFileSync(join(folder, 'key'), newHostKey(), { mode: 0o600 });
  const hosts = all.map(
    (index) => `${nameOf(index)} ansible_host=${addressOf(index)} ansible_port=${portOf(index)}`,
  );
  const common = `-o UserKnownHostsFile=${folder}/known_hosts -o ConnectTimeout=20`;
  const vars = `[all:vars]\nansible_user=root\nansible_ssh_private_key_file=${folder}/key\nansible_ssh_common_args='${common}'\n`;
  writeFileSync(join(folder, 'hosts'), `${hosts.join('\n')}\n${vars}`);
  writeFileSync(
    join(folder, 'site.yml'),
    `- hosts: all
  gather_facts: false
  tasks:
    - copy: {dest: /srv/fleet.conf, content: "I am {{ inventory_hostname }}\\n"}
    - command: {cmd: cp /srv/fleet.conf /srv/copied, creates: /srv/copied}
`,
  );
}

/** Runs the program, tells each of its events as it comes, and gives back its code and its events. */
async function run(args: readonly string[], tell: (line: JsonLine) => void) {
  const { folder } = fleet;
  const child = spawn(process.execPath, [BIN, ...args, '-i', 'hosts', '--no-lint'], {
    cwd: folder,
    env: { ...process.env, XDG_CACHE_HOME: join(folder, '.cache'), NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: JsonLine[] = [];
  let [rest, stdout, stderr] = ['', '', ''];
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk;
  });
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk;
    const parts = (rest + chunk.toString('utf8')).split('\n');
    rest = parts.pop() ?? '';
    if (!args.includes('--json')) return;
    for (const line of parts.map((part) => JSON.parse(part) as JsonLine)) {
      lines.push(line);
      tell(line);
    }
  });
  const [code] = (await once(child, 'close')) as [number];
  return { code, lines, stdout, stderr };
}

test('of five hundred hosts all that live are done, whatever becomes of the others', LIMIT, async () => {
  const silent = await portThat(() => {});
  const closing = await portThat((socket) => socket.destroy());
  const babbling = await portThat((socket) => void socket.end('HTTP/1.0 400 Bad Request\r\n\r\n'));
  const { port } = fleet.server;
  const dead = new Map(DEAD.map((index, at) => [index, [silent, closing, babbling, 1, silent][at] ?? port]));
  writeProject((index) => dead.get(index) ?? port);
  const done = new Set<unknown>();
  const before = new Set<unknown>();
  const first = await run(['apply', 'site', '--json'], ({ type, host, resource }) => {
    if (type === 'probed' && done.size < COUNT - 6) before.add(host);
    if (type !== 'done' || !String(resource).startsWith('command[')) return;
    done.add(host);
    // The slow one answers only once all the others are done.
    if (done.size === COUNT - 6) fleet.release();
  });
  expect(before.has(nameOf(SLOW))).toBe(false);
  expect(first.code, first.stderr.slice(-2000)).toBe(3);
  expect(done.size).toBe(COUNT - 5);
  const summary = first.lines.at(-1) as JsonLine & { unreachable: { host: string }[] };
  expect(summary.unreachable.map(({ host }) => host).sort()).toEqual(DEAD.map(nameOf).sort());
});

test('the next run does those that are back, and finds all others as they should be', LIMIT, async () => {
  writeProject(() => fleet.server.port);
  const { code, stdout, stderr } = await run(['apply', 'site'], () => {});
  expect(code, stderr.slice(-2000)).toBe(0);
  expect(stdout).toMatch(/10 done, 990 unchanged on 500 hosts/);
});
