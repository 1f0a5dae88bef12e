/**
 * Where a lab keeps its things, and its record. Everything of one lab is in `<root>/<name>`, what all labs share
 * (images, package caches) in `<root>/_cache`.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const SYSTEMS = ['bookworm', 'trixie'] as const;
/** The Debian release of a lab's hosts. */
export type Os = (typeof SYSTEMS)[number];

/** The host with the certificate authority and the package repository of stand-ins; every lab has one. */
export const ACME = 'acme';

export const DOMAIN = 'lab.test';

/** The lab that commands mean without `--name`. */
export const DEFAULT_LAB = 'lab';

/** The user that inventories log in with; `trainee` (sudo password `lab`) and root accept the same key. */
export const LAB_USER = 'debian';

/** What a lab is; everything else (addresses, files, rules) follows from it. */
export type LabRecord = {
  readonly version: 1;
  readonly name: string;
  readonly os: Os;
  /** Number of the bridge and the subnet: `gatlab3`, 10.213.3.0/24. */
  readonly index: number;
  /** Names of images in the cache, fixed while the lab lives. */
  readonly image: string;
  readonly acmeImage: string;
  /** In the order in which they were added; the position gives the address. */
  readonly hosts: readonly string[];
};

/** The folder of all labs; `GATDEPLOY_LAB_DIR` moves it. */
export function labRoot(): string {
  return process.env.GATDEPLOY_LAB_DIR ?? '/var/lib/gatdeploy-lab';
}

/** The files and folders of one lab. */
export function labPaths(name: string) {
  const dir = join(labRoot(), name);
  return {
    dir,
    record: join(dir, 'lab.json'),
    key: join(dir, 'ssh', 'id_ed25519'),
    knownHosts: join(dir, 'ssh', 'known_hosts'),
    caFile: join(dir, 'ca.pem'),
    inventory: join(dir, 'inventory'),
    lock: join(labRoot(), '_locks', name),
    /** Marks everything that the lab makes outside of its folder: bridge, rules, control groups. */
    tag: `gatlab-${hash(dir).slice(0, 8)}`,
  };
}

/** The files and folders of one host of a lab. */
export function hostPaths(lab: string, host: string) {
  const { dir, tag } = labPaths(lab);
  const own = join(dir, 'hosts', host);
  return {
    dir: own,
    /** What makes the host this host: name, keys, network; a layer below everything it writes itself. */
    seed: join(own, 'seed'),
    upper: join(own, 'upper'),
    work: join(own, 'work'),
    root: join(own, 'root'),
    keys: join(own, 'keys'),
    pid: join(own, 'pid'),
    log: join(own, 'log'),
    cgroup: `${tag}-${host}`,
  };
}

/** The caches that all labs share. */
export function cachePaths(os: Os) {
  const cache = join(labRoot(), '_cache');
  return {
    dir: cache,
    images: join(cache, 'images'),
    archives: join(cache, 'apt', os, 'archives'),
    lists: join(cache, 'apt', os, 'lists'),
    pip: join(cache, 'pip'),
    uv: join(cache, 'uv'),
  };
}

/** The names of the labs that exist, broken ones included. */
export function labNames(): readonly string[] {
  if (!existsSync(labRoot())) return [];
  return readdirSync(labRoot()).filter((name) => !name.startsWith('_'));
}

/** Reads a lab's record; undefined when there is none (no lab, or killed before it had one). */
export function readRecord(name: string): LabRecord | undefined {
  const file = labPaths(name).record;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as LabRecord) : undefined;
}

/** Writes a lab's record. */
export function writeRecord(record: LabRecord): void {
  writeWhole(labPaths(record.name).record, `${JSON.stringify(record, null, 2)}\n`);
}

/** Writes a file so that nobody ever sees half of it; its folder is made when missing. */
export function writeWhole(file: string, content: string, mode = 0o644): void {
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(`${file}.new`, content, { mode });
  renameSync(`${file}.new`, file);
}

/** A hexadecimal digest, for names that must not collide. */
export function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export const subnet = (index: number): string => `10.213.${index}.0/24`;
export const gateway = (index: number): string => `10.213.${index}.1`;
export const bridge = (index: number): string => `gatlab${index}`;
export const fqdn = (host: string): string => `${host}.${DOMAIN}`;

/** The address of a host: acme has .2, the others count from .10. */
export function addressOf(record: Pick<LabRecord, 'index' | 'hosts'>, host: string): string {
  const last = host === ACME ? 2 : 10 + record.hosts.indexOf(host);
  return `10.213.${record.index}.${last}`;
}
