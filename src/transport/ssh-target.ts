/** What ssh would do with a host's name: options of the request first, then the user's ssh_config. */
import { join, resolve } from 'node:path';
import type { Secret } from '../base/secret.ts';
import { knownHostName } from './known-hosts.ts';
import { isAddress, isUserName } from './names.ts';
import { type Hop, parseJumpCommand, parseProxyJump, type SshArgs } from './ssh-args.ts';
import { type HostOptions, loadLayer, optionsFor, type SshConfig } from './ssh-config.ts';
import type { SshTarget } from './target.ts';
import { badPort, jumpLoop, proxyCommandRefused, unsafeValue } from './target-errors.ts';
import { optionWarnings } from './target-warnings.ts';

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
  const address = (first(options, 'hostname') ?? alias).replaceAll('%h', alias).replace(/^\[(.*)\]$/, '$1');
  requireAddress(name, address);
  const user = request.user ?? first(options, 'user') ?? config.localUser;
  if (!isUserName(user)) throw unsafeValue(name, 'user', user);
  const port = portOf(name, request.port ?? first(options, 'port') ?? '22');
  if (request.passed.includes(placeName(alias, port))) throw jumpLoop(request.passed[0] ?? name);
  const way = wayTo(resolved, { address, port, user });
  return {
    kind: 'ssh',
    name,
    trustName: request.trustName ?? name,
    address,
    port,
    user,
    knownHostName: first(options, 'hostkeyalias') ?? knownHostName(address, port),
    knownHosts: knownHostsOf(resolved),
    identities: identitiesOf(resolved),
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
  const options = new Map([...known, ...args.options]);
  const command = args.options.get('proxycommand');
  if (command) {
    options.delete('proxycommand');
    options.set('project-proxycommand', command);
  }
  return options;
}

type Place = { readonly address: string; readonly port: number; readonly user: string };
type Way = { readonly hops: readonly SshTarget[]; readonly command?: string };

/** How to get there: through jump hosts, through the user's own command, or directly. */
function wayTo(resolved: Resolved, place: Place): Way {
  const { request, options } = resolved;
  const jump = first(options, 'proxyjump');
  if (jump !== undefined) return { hops: hopsOf(resolved, place, parseProxyJump(jump)) };
  const foreign = options.get('project-proxycommand')?.join(' ');
  if (foreign !== undefined && foreign.toLowerCase() !== 'none') {
    const hop = parseJumpCommand(foreign);
    if (!hop) throw proxyCommandRefused(request.name, foreign);
    return { hops: hopsOf(resolved, place, [hop]) };
  }
  const command = first(options, 'proxycommand');
  if (command === undefined || command.toLowerCase() === 'none') return { hops: [] };
  const tokens: Record<string, string> = {
    '%%': '%',
    '%h': place.address,
    '%n': request.alias,
    '%p': String(place.port),
    '%r': place.user,
  };
  return { hops: [], command: command.replace(/%[%hnpr]/g, (token) => tokens[token] ?? token) };
}

/** The targets of the jump hosts; the way to the first may lead through further ones. */
function hopsOf({ request, config, options }: Resolved, place: Place, hops: readonly Hop[]): SshTarget[] {
  const inherited = new Map([...options].filter(([option]) => option === 'userknownhostsfile'));
  return hops.flatMap((hop, index) => {
    const own = new Map([...inherited, ...hop.args.options]);
    // Only the first is reached from here; for the others the one before them is the way.
    if (index > 0) own.set('proxyjump', ['none']);
    const configFiles = [...request.args.configFiles, ...hop.args.configFiles];
    const args = { options: own, configFiles, unknown: [] };
    const passed = [...request.passed, placeName(request.alias, place.port)];
    const trustName = request.trustName ?? request.name;
    const target = sshTarget({ name: hop.host, alias: hop.host, trustName, args, passed }, config);
    return [...target.hops, { ...target, hops: [] }];
  });
}

function identitiesOf({ request, options, config }: Resolved): SshTarget['identities'] {
  const path = (file: string) => resolve(config.directory, expand(file, config));
  const named = [...(request.keyFile ? [request.keyFile] : []), ...(options.get('identityfile') ?? [])];
  const agent = first(options, 'identityagent');
  const socket = agent === undefined || agent === 'SSH_AUTH_SOCK' ? config.agentSocket : expand(agent, config);
  return {
    named: named.filter((file) => file !== 'none').map(path),
    usual: USUAL_KEYS.map((key) => join(config.home, '.ssh', key)),
    agent: socket === 'none' ? undefined : socket,
    onlyNamed: first(options, 'identitiesonly')?.toLowerCase() === 'yes',
  };
}

function knownHostsOf({ options, config }: Resolved): SshTarget['knownHosts'] {
  const usual = ['known_hosts', 'known_hosts2'].map((file) => join(config.home, '.ssh', file));
  const files = (option: string) =>
    options
      .get(option)
      ?.filter((file) => file !== '/dev/null' && file !== 'none')
      .map((file) => resolve(config.directory, expand(file, config))) ?? [];
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

function milliseconds(options: HostOptions, name: string, usual: number): number {
  const text = first(options, name);
  return (text !== undefined && /^\d+$/.test(text) ? Number(text) : usual) * 1000;
}

function expand(path: string, config: SshConfig): string {
  return untilde(path, config).replace(/%([du%])/g, (_, token) =>
    token === 'd' ? config.home : token === 'u' ? config.localUser : '%',
  );
}

function untilde(path: string, { home }: SshConfig): string {
  return path.replace(/^~(?=\/|$)/, home);
}

function first(options: HostOptions, name: string): string | undefined {
  return options.get(name)?.[0];
}
