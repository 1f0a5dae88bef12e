/** What ssh would do with a host's name: options of the request first, then the user's ssh_config. */
import { join, resolve } from 'node:path';
import type { Secret } from '../../base/secret.ts';
import { knownHostName } from '../host-keys/known-hosts.ts';
import { isAddress, isUserName } from '../names.ts';
import { badPort, jumpLoop, proxyCommandRefused, unsafeValue } from './errors.ts';
import { type Hop, parseJumpCommand, parseProxyJump, type SshArgs } from './ssh-args.ts';
import { type HostOptions, loadLayer, optionsFor, type SshConfig } from './ssh-config.ts';
import type { SshTarget } from './target.ts';
import { optionWarnings } from './warnings.ts';

/** Who is to be reached, and what was said about it besides ssh_config. */
export type LoginRequest = {
  readonly name: string;
  /** The word that ssh would be given, to be looked up in ssh_config. */
  readonly alias: string;
  readonly user?: string | undefined;
  readonly port?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly password?: Secret | undefined;
  readonly args: SshArgs;
  /** For a jump host: the host of the inventory that it leads to. */
  readonly trustName?: string | undefined;
  /** The hosts that wait for this one as their jump host. */
  readonly passed: readonly string[];
};

/** A request, and all options that hold for it. */
type Resolved = { readonly request: LoginRequest; readonly options: HostOptions; readonly config: SshConfig };

const CONNECT_TIMEOUT_S = 15;
const ALIVE_INTERVAL_S = 15;
const ALIVE_COUNT = 3;
const USUAL_KEYS = ['id_rsa', 'id_ecdsa', 'id_ed25519'];

/** Makes the target of a request. @throws GatError when a value is unsafe or a jump goes round in a circle */
export function sshTarget(request: LoginRequest, config: SshConfig): SshTarget {
  const { name, alias } = request;
  requireAddress(name, alias);
  const resolved: Resolved = { request, config, options: allOptions(request, config) };
  const { options } = resolved;
  const address = fill(first(options, 'hostname') ?? alias, { '%h': alias, '%%': '%' }).replace(
    /^\[(.*)\]$/,
    '$1',
  );
  requireAddress(name, address);
  const user = request.user ?? first(options, 'user') ?? config.localUser;
  if (!isUserName(user)) throw unsafeValue(name, 'user', user);
  const port = portOf(name, request.port ?? first(options, 'port') ?? '22');
  if (request.passed.includes(placeName(alias, port))) throw jumpLoop(request.passed[0] ?? name);
  const place = { address, port, user };
  const way = wayTo(resolved, place);
  return {
    kind: 'ssh',
    name,
    trustCommand: `gatdeploy hosts trust ${request.trustName ?? name}${config.openedWith}`,
    address,
    port,
    user,
    knownHostName: first(options, 'hostkeyalias')?.toLowerCase() ?? knownHostName(address, port),
    knownHosts: knownHostsOf(resolved, place),
    identities: identitiesOf(resolved, place),
    password: request.password,
    hops: way.hops,
    proxyCommand: way.command,
    connectTimeoutMs: milliseconds(options, 'connecttimeout', CONNECT_TIMEOUT_S),
    aliveIntervalMs: milliseconds(options, 'serveraliveinterval', ALIVE_INTERVAL_S),
    aliveCountMax: Number(first(options, 'serveralivecountmax') ?? ALIVE_COUNT) || ALIVE_COUNT,
    warnings: optionWarnings(name, request.args.unknown, options),
  };
}

function allOptions({ alias, user, args }: LoginRequest, config: SshConfig): HostOptions {
  const named = args.configFiles.map((file) =>
    loadLayer(resolve(config.directory, untilde(file, config)), { home: config.home, own: false }),
  );
  const known = optionsFor([...named, ...(named.length > 0 ? [] : config.layers)], alias, user);
  // In the order of precedence, which decides between ProxyJump and ProxyCommand.
  const given = [...args.options].map(([option, values]) =>
    option === 'proxycommand' ? (['project-proxycommand', values] as const) : ([option, values] as const),
  );
  return new Map([...given, ...[...known].filter(([option]) => !args.options.has(option))]);
}

type Place = { readonly address: string; readonly port: number; readonly user: string };
type Way = { readonly hops: readonly SshTarget[]; readonly command?: string };

/** How to get there: through jump hosts, through the user's own command, or directly. What was said first counts. */
function wayTo(resolved: Resolved, place: Place): Way {
  const { request, options } = resolved;
  const way = [...options.keys()].find((option) => /^(proxyjump|(project-)?proxycommand)$/.test(option)) ?? '';
  const value = options.get(way)?.join(' ') ?? 'none';
  if (value.toLowerCase() === 'none') return { hops: [] };
  if (way === 'proxyjump') return { hops: hopsOf(resolved, place, parseProxyJump(value)) };
  if (way === 'proxycommand') return { hops: [], command: fill(value, tokensOf(resolved, place)) };
  const hop = parseJumpCommand(value);
  if (!hop) throw proxyCommandRefused(request.name, value);
  return { hops: hopsOf(resolved, place, [hop]) };
}

/** The targets of the jump hosts; the way to the first may lead through further ones. */
function hopsOf({ request, config, options }: Resolved, place: Place, hops: readonly Hop[]): SshTarget[] {
  const inherited = new Map([...options].filter(([option]) => option === 'userknownhostsfile'));
  return hops.flatMap((hop, index) => {
    // Only the first is reached from here; for the others the one before them is the way.
    const way = index > 0 ? [['proxyjump', ['none']] as const] : [];
    const own = new Map([...way, ...inherited, ...hop.args.options]);
    const configFiles = [...request.args.configFiles, ...hop.args.configFiles];
    const args = { options: own, configFiles, unknown: [] };
    const passed = [...request.passed, placeName(request.alias, place.port)];
    const trustName = request.trustName ?? request.name;
    const target = sshTarget({ name: hop.host, alias: hop.host, trustName, args, passed }, config);
    return [...target.hops, { ...target, hops: [] }];
  });
}

function identitiesOf(resolved: Resolved, place: Place): SshTarget['identities'] {
  const { request, options, config } = resolved;
  const expand = (file: string) => fill(untilde(file, config), tokensOf(resolved, place));
  const named = [...(request.keyFile ? [request.keyFile] : []), ...(options.get('identityfile') ?? [])];
  const agent = first(options, 'identityagent');
  const socket = agent === undefined || agent === 'SSH_AUTH_SOCK' ? config.agentSocket : expand(agent);
  const usual = named.includes('none') ? [] : USUAL_KEYS;
  return {
    named: named.filter((file) => file !== 'none').map((file) => resolve(config.directory, expand(file))),
    usual: usual.map((key) => join(config.home, '.ssh', key)),
    agent: socket === 'none' ? undefined : socket,
    onlyNamed: first(options, 'identitiesonly')?.toLowerCase() === 'yes',
  };
}

function knownHostsOf(resolved: Resolved, place: Place): SshTarget['knownHosts'] {
  const { options, config } = resolved;
  const expand = (file: string) => fill(untilde(file, config), tokensOf(resolved, place));
  const usual = ['known_hosts', 'known_hosts2'].map((file) => join(config.home, '.ssh', file));
  const files = (option: string) =>
    options
      .get(option)
      ?.filter((file) => file !== '/dev/null' && file !== 'none')
      .map((file) => resolve(config.directory, expand(file))) ?? [];
  const user = files('userknownhostsfile');
  const global = files('globalknownhostsfile');
  return {
    user: user.length > 0 ? user : usual,
    global: options.has('globalknownhostsfile')
      ? global
      : ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2'],
    hashNames: first(options, 'hashknownhosts')?.toLowerCase() === 'yes',
  };
}

function placeName(host: string, port: number): string {
  return port === 22 ? host : `${host}:${port}`;
}

function portOf(name: string, text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) throw badPort(name, text);
  return port;
}

/** @throws GatError unless the text can be a host name or an address: nothing that a shell or ssh would obey */
function requireAddress(name: string, text: string): void {
  if (!isAddress(text)) throw unsafeValue(name, 'address', text);
}

const SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Reads `90`, `90s` or `1m30s`. See sshd_config(5), "TIME FORMATS". */
function milliseconds(options: HostOptions, name: string, usual: number): number {
  const text = first(options, name)?.toLowerCase() ?? '';
  if (!/^(\d+[smhdw]?)+$/.test(text)) return usual * 1000;
  const parts = [...text.matchAll(/(\d+)([smhdw]?)/g)];
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (SECONDS[unit] ?? 1), 0) * 1000;
}

type Tokens = Readonly<Record<string, string>>;

/** What stands for a token such as `%h`. See ssh_config(5), "TOKENS". */
function tokensOf({ request, options, config }: Resolved, { address, port, user }: Place): Tokens {
  return {
    '%%': '%',
    '%d': config.home,
    '%h': address,
    '%k': first(options, 'hostkeyalias') ?? request.alias,
    '%n': request.alias,
    '%p': String(port),
    '%r': user,
    '%u': config.localUser,
  };
}

function fill(text: string, tokens: Tokens): string {
  return text.replace(/%[%a-z]/gi, (token) => tokens[token] ?? token);
}

function untilde(path: string, { home }: SshConfig): string {
  return path.replace(/^~(?=\/|$)/, home);
}

function first(options: HostOptions, name: string): string | undefined {
  return options.get(name)?.[0];
}
