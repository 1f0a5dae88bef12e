/**
 * One host: layers, systemd-nspawn, and the processes under it. A host's processes are those of its control group: it
 * tells them exactly, whatever became of the process that started them. See systemd-nspawn(1), cgroups(7).
 */
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { keepAptCache } from './apt-cache.ts';
import { hostNotReady, hostStuck } from './errors.ts';
import { labFiles } from './files.ts';
import { cgroupTops } from './machine.ts';
import { poll } from './run.ts';
import { writeSeed } from './seed.ts';
import { ACME, addressOf, bridge, cachePaths, hostPaths, type LabRecord, labPaths } from './store.ts';

const BOOT_LIMIT = { timeoutMs: 60_000, everyMs: 50 };
const STOP_LIMIT = { timeoutMs: 10_000, everyMs: 20 };

export type HostState = 'running' | 'starting' | 'stopped';
/** What the machine says of a host's process; `since` is when it was started. */
export type HostProcess = { readonly pid: number; readonly since: Date };

/** The host's nspawn process, if the one that was recorded still runs. */
export function hostProcess(lab: string, host: string): HostProcess | undefined {
  const file = hostPaths(lab, host).pid;
  if (!existsSync(file)) return undefined;
  const recorded = parseStat(readFileSync(file, 'utf8'));
  const now = parseStat(readStat(recorded.pid));
  return now.start === recorded.start && now.start !== ''
    ? { pid: now.pid, since: statSync(file).mtime }
    : undefined;
}

/** Reads a line of /proc/PID/stat: `412 (sh) S 1 … 8153 …`; the name may hold blanks and brackets. */
export function parseStat(line: string): { pid: number; start: string } {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return { pid: Number.parseInt(line, 10), start: fields[19] ?? '' };
}

function readStat(pid: number): string {
  const file = `/proc/${pid}/stat`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** Whether the host runs, and answers. */
export async function hostState(record: LabRecord, host: string): Promise<HostState> {
  if (!hostProcess(record.name, host)) return 'stopped';
  return (await answersSsh(addressOf(record, host))) ? 'running' : 'starting';
}

/** Starts a host that is down, on top of what it has written so far; it outlives this process. */
export async function startHost(record: LabRecord, host: string, mtu: number): Promise<void> {
  await killHost(record.name, host); // what a killed start has left
  const paths = hostPaths(record.name, host);
  writeSeed(record, host, mtu);
  for (const dir of [paths.upper, paths.work, paths.root]) mkdirSync(dir, { recursive: true, mode: 0o755 });
  rmSync(paths.pid, { force: true });
  const log = openSync(paths.log, 'w');
  const words = [labFiles('start-host.sh'), paths.pid, paths.cgroup, lowerLayers(record, host), paths.dir];
  const child = spawn('unshare', ['--mount', 'sh', ...words, ...nspawn(record, host)], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
}

function lowerLayers(record: LabRecord, host: string): string {
  const { images } = cachePaths(record.os);
  const acme = host === ACME ? [join(images, record.acmeImage, 'upper')] : [];
  return [hostPaths(record.name, host).seed, ...acme, join(images, record.image)].join(':');
}

function nspawn(record: LabRecord, host: string): readonly string[] {
  const { pip, uv } = cachePaths(record.os);
  for (const dir of [pip, uv]) mkdirSync(dir, { recursive: true, mode: 0o755 });
  return [
    ...['systemd-nspawn', '--quiet', '--directory', hostPaths(record.name, host).root, '--boot'],
    ...[`--network-bridge=${bridge(record.index)}`, `--machine=l${record.index}-${host}`],
    ...['--register=no', '--keep-unit', '--resolv-conf=off', '--link-journal=no', '--timezone=off'],
    // newer systemd refuses a machine with control groups of version 1 otherwise
    '--setenv=SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1',
    ...[`--bind=${pip}:/var/cache/pip`, `--bind=${uv}:/var/cache/uv`],
  ];
}

/** Waits until the host's SSH server answers. @throws GatError lab/host-not-ready */
export async function waitForHost(record: LabRecord, host: string): Promise<void> {
  const { log } = hostPaths(record.name, host);
  const started = Date.now();
  const answer = await poll(async () => {
    if (await answersSsh(addressOf(record, host))) return true;
    const isDead = Date.now() - started > 2000 && !hostProcess(record.name, host);
    return isDead ? false : undefined;
  }, BOOT_LIMIT);
  if (!answer) throw hostNotReady(record.name, host, existsSync(log) ? readFileSync(log, 'utf8') : '', log);
}

function answersSsh(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22, timeout: 1000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('data', (data) => end(data.toString().startsWith('SSH-')));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}

/** Stops a host at once and keeps the packages that it has fetched. @throws GatError lab/host-stuck */
export async function stopHost(record: LabRecord, host: string): Promise<void> {
  await killHost(record.name, host);
  keepAptCache(record.os, record.name, host);
}

/** Throws away everything that a stopped host has written; its name, keys and address stay. */
export function wipeHost(lab: string, host: string): void {
  const { upper, work } = hostPaths(lab, host);
  for (const dir of [upper, work]) rmSync(dir, { recursive: true, force: true });
}

/** Kills all processes of the host's control group, and waits until the last is gone. */
export async function killHost(lab: string, host: string): Promise<void> {
  await killGroup(hostPaths(lab, host).cgroup, host);
  rmSync(hostPaths(lab, host).pid, { force: true });
}

/** Kills everything that carries the lab's mark, record or not. */
export async function killLab(lab: string): Promise<void> {
  const { tag } = labPaths(lab);
  const groups = cgroupTops().flatMap((top) => readdirSync(top).filter((name) => name.startsWith(`${tag}-`)));
  for (const group of new Set(groups)) await killGroup(group, group.slice(tag.length + 1));
}

async function killGroup(group: string, host: string): Promise<void> {
  const dirs = cgroupTops().map((top) => join(top, group));
  const gone = await poll(async () => {
    const pids = new Set(dirs.flatMap(pidsBelow));
    for (const pid of pids) killProcess(pid);
    return dirs.map(removeGroup).every(Boolean) || undefined;
  }, STOP_LIMIT);
  if (!gone) throw hostStuck(host, group);
}

function pidsBelow(dir: string): readonly number[] {
  if (!existsSync(dir)) return [];
  const own = readFileSync(join(dir, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  return [...own, ...folders(dir).flatMap(pidsBelow)];
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself meanwhile; the next look at the group tells
  }
}

/** Removes an empty control group; says false when a process is still in it. */
function removeGroup(dir: string): boolean {
  if (!existsSync(dir)) return true;
  if (!folders(dir).map(removeGroup).every(Boolean)) return false;
  try {
    rmdirSync(dir);
    return true;
  } catch {
    return false;
  }
}

function folders(dir: string): readonly string[] {
  const entries = readdirSync(dir, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map((entry) => join(dir, entry.name));
}
