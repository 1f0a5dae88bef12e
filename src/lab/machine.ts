/** What lab hosts take over from the machine they run on: uplink, nameservers, Debian mirrors, trusted CAs. */
import { accessSync, constants, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cgroupTops } from './cgroup.ts';
import { missingTools, noCgroup, noMirror, noResolver, notLinux, notRoot } from './errors.ts';
import { attempt } from './run.ts';

/** Which package brings a program that the lab calls. */
const TOOLS: ReadonlyMap<string, string> = new Map([
  ['systemd-nspawn', 'systemd-container'],
  ['mmdebstrap', 'mmdebstrap'],
  ['iptables', 'iptables'],
  ['ip', 'iproute2'],
  ['openssl', 'openssl'],
  ['ssh', 'openssh-client'],
  ['ssh-keygen', 'openssh-client'],
  ['flock', 'util-linux'],
  ['setpriv', 'util-linux'],
]);
const RELEASES = ['bookworm', 'trixie', 'forky', 'bullseye', 'sid'];

/** What decides whether labs can run on a machine. */
export type MachineFacts = { readonly platform: string; readonly uid: number | undefined; readonly path: string };

/** The facts of this machine. */
export function machineFacts(): MachineFacts {
  return { platform: process.platform, uid: process.getuid?.(), path: process.env.PATH ?? '' };
}

/** Checks that labs can run here. @throws GatError lab/not-linux, lab/not-root, lab/missing-tools, lab/no-cgroup */
export function requireMachine({ platform, uid, path } = machineFacts()): void {
  if (platform !== 'linux') throw notLinux(platform);
  if (uid !== 0) throw notRoot();
  const dirs = path.split(delimiter);
  const missing = [...TOOLS.keys()].filter((tool) => !dirs.some((dir) => existsSync(join(dir, tool))));
  const packages = new Set(missing.map((tool) => TOOLS.get(tool) ?? tool));
  if (missing.length > 0) throw missingTools(missing, [...packages]);
  const [top = '/sys/fs/cgroup'] = cgroupTops();
  if (!isWritable(top)) throw noCgroup(top);
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The MTU of the interface with the default route: larger packets of lab hosts would get lost behind it. */
export async function uplinkMtu(): Promise<number> {
  const { stdout } = await attempt(['ip', '-j', 'route', 'show', 'default']);
  const routes = JSON.parse(stdout || '[]') as readonly { dev?: string }[];
  const file = `/sys/class/net/${routes[0]?.dev}/mtu`;
  return existsSync(file) ? Math.min(1500, Number(readFileSync(file, 'utf8'))) : 1500;
}

/** A resolv.conf whose nameservers a lab host can reach. @throws GatError lab/no-resolver */
export function resolvConf(files = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf']): string {
  for (const file of files.filter((path) => existsSync(path))) {
    const text = readFileSync(file, 'utf8');
    const reachable = text.split('\n').filter((line) => !/^\s*nameserver\s+(127\.|::1)/.test(line));
    if (reachable.some((line) => /^\s*nameserver\s/.test(line))) return `${reachable.join('\n').trim()}\n`;
  }
  throw noResolver(files);
}

/** The CA files that this machine's admin added to what Debian trusts. */
export function extraCas(dir = '/usr/local/share/ca-certificates'): readonly { name: string; pem: string }[] {
  if (!existsSync(dir)) return [];
  const files = readdirSync(dir, { recursive: true }).map(String).sort();
  return files
    .filter((file) => file.endsWith('.crt') && statSync(join(dir, file)).isFile())
    .map((file) => ({ name: file.replaceAll('/', '-'), pem: readFileSync(join(dir, file), 'utf8') }));
}

export type Mirrors = { readonly main: string; readonly security: string };

/** The Debian mirrors of the machine's apt sources. @throws GatError lab/no-mirror on another distribution */
export function debianMirrors(): Mirrors {
  const dir = '/etc/apt/sources.list.d';
  const parts = existsSync(dir) ? readdirSync(dir).map((name) => join(dir, name)) : [];
  const files = ['/etc/apt/sources.list', ...parts].filter(
    (file) => /\.(list|sources)$/.test(file) && existsSync(file),
  );
  return parseMirrors(files.map((file) => readFileSync(file, 'utf8')));
}

/** Finds the mirrors in texts of sources.list(5), one-line and deb822; security updates lie beside the main ones by default. */
export function parseMirrors(texts: readonly string[]): Mirrors {
  const sources = texts.flatMap((text) => [...oneLineSources(text), ...stanzaSources(text)]);
  const uriOf = (suites: readonly string[]) => sources.find((source) => suites.includes(source.suite))?.uri;
  const main = uriOf(RELEASES);
  if (main === undefined) throw noMirror();
  return { main, security: uriOf(RELEASES.map((name) => `${name}-security`)) ?? `${main}-security` };
}

type Source = { readonly uri: string; readonly suite: string };

function oneLineSources(text: string): readonly Source[] {
  const lines = text.matchAll(/^[ \t]*deb[ \t]+(?:\[[^\]]*\][ \t]+)?(https?:\/\/\S+)[ \t]+(\S+)/gm);
  return [...lines].map(([, uri = '', suite = '']) => ({ uri: uri.replace(/\/$/, ''), suite }));
}

function stanzaSources(text: string): readonly Source[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string) =>
      new RegExp(`^${name}:[ \\t]*(.+)$`, 'im').exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
    const uri = field('URIs').find((word) => /^https?:/.test(word));
    if (!uri || !field('Types').includes('deb') || field('Enabled')[0] === 'no') return [];
    return field('Suites').map((suite) => ({ uri: uri.replace(/\/$/, ''), suite }));
  });
}

/** The machine's settings for reaching mirrors at all: proxies, and whether old release files are accepted. */
export async function aptOptions(): Promise<string> {
  const { stdout } = await attempt(['apt-config', 'dump']);
  const wanted = /^Acquire::(https?::Proxy[^ ]*|Check-Valid-Until|Check-Date) ".+";$/;
  return stdout
    .split('\n')
    .filter((line) => wanted.test(line))
    .map((line) => `${line}\n`)
    .join('');
}
