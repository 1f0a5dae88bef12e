/** One host: its layers, and systemd-nspawn over them. See systemd-nspawn(1). */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { keepAptCache } from './apt-cache.ts';
import { groupsOf, killGroup } from './cgroup.ts';
import { hostNotReady } from './errors.ts';
import { labFiles } from './files.ts';
import { poll } from './run.ts';
import { writeSeed } from './seed.ts';
import { ACME, addressOf, bridge, cachePaths, hostPaths, type LabRecord, labPaths } from './store.ts';

const BOOT_LIMIT = { timeoutMs: 60_000, everyMs: 50 };

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

/** Reads a line of /proc/PID/stat: `412 (sh) S 1 … 8153 …`; the name may hold blanks and brackets. A zombie has no start. */
export function parseStat(line: string): { pid: number; start: string } {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return { pid: Number.parseInt(line, 10), start: fields[0] === 'Z' ? '' : (fields[19] ?? '') };
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
    // a host that is up answers at once; one that comes up meanwhile would be asked again only after a second
    const socket = connect({ host: address, port: 22, timeout: 100 });
    socket.once('connect', () => socket.setTimeout(2000));
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
  const gone = `${upper}.gone`;
  rmSync(gone, { recursive: true, force: true });
  if (existsSync(upper)) renameSync(upper, gone); // at once: half a host must never start
  for (const dir of [gone, work]) rmSync(dir, { recursive: true, force: true });
}

/** Kills all processes of a host. @throws GatError lab/host-stuck */
export async function killHost(lab: string, host: string): Promise<void> {
  await killGroup(hostPaths(lab, host).cgroup, host);
  rmSync(hostPaths(lab, host).pid, { force: true });
}

/** Kills everything that carries the lab's mark, record or not. @throws GatError lab/host-stuck */
export async function killLab(lab: string): Promise<void> {
  const { tag } = labPaths(lab);
  for (const group of groupsOf(`${tag}-`)) await killGroup(group, group.slice(tag.length + 1));
}
