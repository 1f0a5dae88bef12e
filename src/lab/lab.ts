/** The lab: throw-away Debian hosts on this machine, with a certificate authority, made and taken away in seconds. */
import { existsSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Script } from '../base/shell.ts';
import { keepAptCache } from './apt-cache.ts';
import { ensureRunning, prepareLab, settle } from './bring-up.ts';
import { badName, labsRemain, noLab, unknownHost, unknownOs } from './errors.ts';
import { type HostState, hostProcess, hostState, killLab, stopHost, wipeHost } from './host.ts';
import type { Progress } from './image.ts';
import { withLock } from './lock.ts';
import { requireMachine } from './machine.ts';
import { removeNetwork } from './network.ts';
import { type Output, run } from './run.ts';
import { runOnHost } from './ssh.ts';
import {
  ACME,
  addressOf,
  DEFAULT_LAB,
  fqdn,
  LAB_USER,
  type LabRecord,
  labNames,
  labPaths,
  labRoot,
  type Os,
  readRecord,
  SYSTEMS,
} from './store.ts';

/** One host of a lab as it is now. */
export type LabHost = {
  readonly name: string;
  readonly fqdn: string;
  readonly address: string;
  /** Has sudo without a password; root and `trainee` (sudo password `lab`) accept the same key. */
  readonly user: string;
  readonly state: HostState;
  readonly pid: number | null;
  /** ISO time of its start. */
  readonly since: string | null;
};

/** A lab as it is now; what `gatdeploy lab status --json` prints. */
export type Lab = {
  readonly name: string;
  readonly os: Os;
  readonly hosts: readonly LabHost[];
  /** The host of the certificate authority and the stand-ins' repository; not in the inventory. */
  readonly acme: LabHost;
  /** The folder to give as `-i`. */
  readonly inventory: string;
  readonly knownHosts: string;
  readonly privateKey: string;
  /** The lab's CAs, for clients on this machine. */
  readonly caFile: string;
};

export type LabOptions = { readonly name?: string; readonly hosts?: readonly string[]; readonly os?: string };

const DEFAULT_HOSTS: readonly string[] = ['galaxy', 'pulsar'];
const NAME = /^[a-z][a-z0-9-]{0,19}$/;
const GONE = '_gone-';
const silent: Progress = () => undefined;

/** Makes the lab, or brings it to what it should be: missing hosts are made, stopped ones started, running ones kept. */
export async function labUp(options: LabOptions = {}, progress = silent): Promise<Lab> {
  const name = options.name ?? DEFAULT_LAB;
  if (!NAME.test(name)) throw badName('lab', name);
  for (const host of options.hosts ?? []) if (!NAME.test(host) || host === ACME) throw badName('host', host);
  const os = options.os === undefined ? undefined : requireOs(options.os);
  requireMachine();
  return withLabLock(name, progress, async () => {
    const hosts = options.hosts ?? readRecord(name)?.hosts ?? DEFAULT_HOSTS;
    const record = await prepareLab({ name, hosts, os }, progress);
    const all = [...record.hosts, ACME];
    await Promise.all(all.map((host) => ensureRunning(record, host, progress)));
    await settle(record, all);
    return describe(record);
  });
}

/** Gives clean hosts under the same names, keys and addresses; all of them when none is named. */
export async function labReset(name: string, hosts: readonly string[] = [], progress = silent): Promise<Lab> {
  requireMachine();
  return withLabLock(name, progress, async () => {
    const wanted = requireRecord(name);
    for (const host of hosts) requireHost(wanted, host);
    const chosen = hosts.length > 0 ? hosts : wanted.hosts;
    const record = await prepareLab({ name, hosts: [], os: undefined }, progress);
    const reset = async (host: string) => {
      await stopHost(record, host);
      wipeHost(name, host);
      await ensureRunning(record, host, progress);
    };
    const acme = chosen.includes(ACME) ? [] : [ensureRunning(record, ACME, progress)];
    await Promise.all([...chosen.map(reset), ...acme]);
    await settle(record, chosen.includes(ACME) ? [...record.hosts, ACME] : chosen);
    return describe(record);
  });
}

/** Takes away the lab and everything that it made on this machine; the caches stay. @throws GatError lab/none */
export async function labDown(name: string, progress = silent): Promise<void> {
  requireMachine();
  const { dir, tag } = labPaths(name);
  if (!existsSync(dir)) throw noLab(name, labNames());
  await withLabLock(name, progress, async () => {
    const record = readRecord(name);
    await killLab(name);
    for (const host of record?.hosts ?? []) keepAptCache(record?.os ?? 'bookworm', name, host);
    await removeNetwork(tag);
    renameSync(dir, join(labRoot(), `${GONE}${name}-${process.pid}`)); // at once: half a lab must never come up
    const gone = readdirSync(labRoot()).filter((entry) => entry.startsWith(GONE));
    await run(['rm', '-rf', '--one-file-system', ...gone.map((entry) => join(labRoot(), entry))]);
  });
}

/** Removes images and package caches. @throws GatError lab/labs-remain */
export async function labPurge(): Promise<void> {
  requireMachine();
  if (labNames().length > 0) throw labsRemain(labNames());
  await run(['rm', '-rf', '--one-file-system', labRoot()]);
}

/** The lab as it is now. @throws GatError lab/none */
export function labStatus(name: string): Promise<Lab> {
  return describe(requireRecord(name));
}

/** Runs a script on a host, as root unless told otherwise. */
export function labExec(lab: Pick<Lab, 'name'>, host: string, script: Script, user = 'root'): Promise<Output> {
  const record = requireRecord(lab.name);
  requireHost(record, host);
  return runOnHost(record, host, user, script);
}

/** Reads a lab's record. @throws GatError lab/none */
export function requireRecord(name: string): LabRecord {
  const record = readRecord(name);
  if (!record) throw noLab(name, labNames());
  return record;
}

/** Checks that the lab has the host. @throws GatError lab/unknown-host */
export function requireHost(record: LabRecord, host: string): void {
  const known = [...record.hosts, ACME];
  if (!known.includes(host)) throw unknownHost(record.name, host, known);
}

function requireOs(os: string): Os {
  const known = SYSTEMS.find((system) => system === os);
  if (!known) throw unknownOs(os, SYSTEMS);
  return known;
}

function withLabLock<T>(name: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  const wait = () => progress(`lab ${name}: another gatdeploy works on it, waiting`);
  return withLock(labPaths(name).lock, work, wait);
}

async function describe(record: LabRecord): Promise<Lab> {
  const { key, knownHosts, inventory, caFile } = labPaths(record.name);
  const [acme, ...hosts] = await Promise.all([
    describeHost(record, ACME),
    ...record.hosts.map((host) => describeHost(record, host)),
  ]);
  return { name: record.name, os: record.os, hosts, acme, inventory, knownHosts, privateKey: key, caFile };
}

async function describeHost(record: LabRecord, host: string): Promise<LabHost> {
  const process = hostProcess(record.name, host);
  return {
    name: host,
    fqdn: fqdn(host),
    address: addressOf(record, host),
    user: LAB_USER,
    state: await hostState(record, host),
    pid: process?.pid ?? null,
    since: process?.since.toISOString() ?? null,
  };
}
