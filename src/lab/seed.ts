/** What makes a lab host this one and no other: keys, name, neighbours, network. A layer below all that it writes. */
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { giveAptCache } from './apt-cache.ts';
import { resolvConf } from './machine.ts';
import { run } from './run.ts';
import { ACME, addressOf, fqdn, gateway, hostPaths, type LabRecord, labPaths, writeWhole } from './store.ts';

/** Users of a lab host who accept the lab's key: home, number, and what sudo asks of them. */
export const LAB_USERS = [
  { name: 'root', home: 'root', uid: 0 },
  { name: 'debian', home: 'home/debian', uid: 1000 },
  { name: 'trainee', home: 'home/trainee', uid: 1001 },
] as const;

/** Makes the lab's key for its users, unless it is there. */
export async function ensureLabKey(lab: string): Promise<void> {
  const { key } = labPaths(lab);
  if (existsSync(`${key}.pub`)) return;
  mkdirSync(join(key, '..'), { recursive: true, mode: 0o700 });
  rmSync(key, { force: true });
  await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', `gatdeploy-lab-${lab}`, '-f', key]);
}

/** Makes the host's own keys, unless they are there: they outlive a reset. */
export async function ensureHostKeys(lab: string, host: string): Promise<void> {
  const { keys } = hostPaths(lab, host);
  if (existsSync(keys)) return;
  const unfinished = `${keys}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(join(unfinished, 'etc/ssh'), { recursive: true, mode: 0o755 });
  await run(['ssh-keygen', '-A', '-f', unfinished]);
  renameSync(join(unfinished, 'etc/ssh'), keys);
  rmSync(unfinished, { recursive: true });
}

/** The lines of /etc/hosts by which lab hosts know each other. */
export function hostsLines(record: LabRecord): readonly string[] {
  return [...record.hosts, ACME].map((host) => `${addressOf(record, host)} ${fqdn(host)} ${host}`);
}

/** The lines of known_hosts for all hosts: each key, under address and names. */
export function knownHostsLines(record: LabRecord): readonly string[] {
  return [...record.hosts, ACME].flatMap((host) => {
    const { keys } = hostPaths(record.name, host);
    const files = existsSync(keys) ? readdirSync(keys).filter((file) => file.endsWith('.pub')) : [];
    return files.map((file) => {
      const [type, key] = readFileSync(join(keys, file), 'utf8').split(' ');
      return `${addressOf(record, host)},${fqdn(host)},${host} ${type} ${key?.trim()}`;
    });
  });
}

/** Writes the host's layer anew; called only while the host is down. */
export function writeSeed(record: LabRecord, host: string, mtu: number): void {
  const { seed, keys } = hostPaths(record.name, host);
  rmSync(seed, { recursive: true, force: true });
  mkdirSync(seed, { recursive: true });
  const put = (path: string, lines: readonly string[]) => writeWhole(join(seed, path), `${lines.join('\n')}\n`);
  put('etc/hostname', [host]);
  put('etc/hosts', ['127.0.0.1 localhost', '::1 localhost ip6-localhost', ...hostsLines(record)]);
  put('etc/resolv.conf', [resolvConf().trim()]);
  // sorts before nspawn's own 80-container-host0.network, which would ask for an address by DHCP
  put('etc/systemd/network/10-host0.network', [
    ...['[Match]', 'Name=host0', '[Link]', `MTUBytes=${mtu}`],
    ...['[Network]', `Address=${addressOf(record, host)}/24`, `Gateway=${gateway(record.index)}`],
    ...['LinkLocalAddressing=no', 'IPv6AcceptRA=no'],
  ]);
  cpSync(keys, join(seed, 'etc/ssh'), { recursive: true });
  giveAptCache(record.os, seed);
  for (const user of LAB_USERS) writeAuthorizedKeys(record.name, join(seed, user.home), user.uid);
}

function writeAuthorizedKeys(lab: string, home: string, uid: number): void {
  const file = join(home, '.ssh', 'authorized_keys');
  writeWhole(file, readFileSync(`${labPaths(lab).key}.pub`, 'utf8'), 0o600);
  for (const path of [home, join(home, '.ssh')]) chmodSync(path, 0o700);
  for (const path of [home, join(home, '.ssh'), file]) chownSync(path, uid, uid);
}
