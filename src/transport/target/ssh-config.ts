/** The user's ssh_config files, and everything else of this account that logging in depends on. See ssh_config(5). */
import { readdirSync, readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import SSHConfig, { glob } from 'ssh-config';
import { sshConfigBroken } from './errors.ts';
import { decideExec, hasExec } from './match-exec.ts';

/** What is known about logging in from this account. */
export type SshConfig = {
  readonly home: string;
  readonly localUser: string;
  /** Relative paths of a project start here. */
  readonly directory: string;
  /** The flags that lead a command to the same project, each with a space before it. */
  readonly openedWith: string;
  readonly agentSocket: string | undefined;
  /** The files in the order of precedence. */
  readonly layers: readonly ConfigLayer[];
};

/** One configuration file with what it includes. */
export type ConfigLayer = {
  readonly file: string;
  readonly config: SSHConfig;
  /** Its text, where commands of `Match exec` have a say. */
  readonly commands?: string;
  /** Whether it is this account's own (or root's), so that commands in it may run. */
  readonly own: boolean;
};

/** Options for one host, names in lower case, the first value that was found for each. */
export type HostOptions = ReadonlyMap<string, readonly string[]>;

const MAX_INCLUDE_DEPTH = 16;

export type SshConfigPlaces = {
  readonly home?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly directory?: string;
  readonly openedWith?: string;
  readonly systemFile?: string;
};

/** Reads ~/.ssh/config and /etc/ssh/ssh_config. @throws GatError ssh/config when one can't be read */
export function loadSshConfig(places: SshConfigPlaces = {}): SshConfig {
  const home = places.home ?? homedir();
  const files = [join(home, '.ssh/config'), places.systemFile ?? '/etc/ssh/ssh_config'];
  return {
    home,
    localUser: userInfo().username,
    directory: places.directory ?? process.cwd(),
    openedWith: places.openedWith ?? '',
    agentSocket: (places.environment ?? process.env).SSH_AUTH_SOCK,
    layers: files.map((file) => loadLayer(file, { home, own: true })),
  };
}

/** Reads one configuration file; a file of a project is not one's own: nothing in it may run a command. */
export function loadLayer(file: string, { home, own }: { home: string; own: boolean }): ConfigLayer {
  const text = withIncludes(file, { home, depth: 0, header: 'Host *', folder: dirname(file) });
  try {
    return { file, config: SSHConfig.parse(text), own, ...(hasExec(text) && { commands: text }) };
  } catch (error) {
    throw sshConfigBroken(file, error);
  }
}

/** Collects the options of a host: for each the first value counts, but key files add up. */
export function optionsFor(layers: readonly ConfigLayer[], host: string, user: string | undefined): HostOptions {
  const options = new Map<string, readonly string[]>();
  for (const [name, values] of layers.flatMap((layer) => layerOptions(layer, host, user))) {
    const before = options.get(name);
    if (name === 'identityfile') options.set(name, [...new Set([...(before ?? []), ...values])]);
    else if (before === undefined) options.set(name, values);
  }
  return options;
}

function layerOptions(layer: ConfigLayer, host: string, user: string | undefined): [string, readonly string[]][] {
  const query = user === undefined ? { Host: host } : { Host: host, User: user };
  const found = configFor(layer, host, user).compute(query, { ignoreCase: true, matchExec: false });
  return Object.entries(found)
    .filter(([name]) => name !== 'host' && name !== 'match')
    .map(([name, value]) => {
      const foreign = name === 'proxycommand' && !layer.own;
      return [foreign ? 'project-proxycommand' : name, typeof value === 'string' ? [value] : value];
    });
}

/** The configuration, with what `Match exec` of the own files comes to for this host. */
function configFor({ config, commands, own }: ConfigLayer, host: string, user: string | undefined): SSHConfig {
  if (commands === undefined || !own) return config;
  const localUser = userInfo().username;
  return SSHConfig.parse(decideExec(commands, { host, user: user ?? localUser, localUser }));
}

type Inclusion = {
  readonly home: string;
  readonly depth: number;
  readonly header: string;
  /** Where relative names begin, in included files, too: ~/.ssh or /etc/ssh. */
  readonly folder: string;
};

/** Puts included files in place; after one, the section that was open goes on. */
function withIncludes(file: string, { home, depth, header, folder }: Inclusion): string {
  const lines: string[] = [];
  let section = header;
  for (const line of readIfThere(file).split(/\r?\n/)) {
    const [, keyword, rest] = /^\s*(Include|Host|Match)[\s=]+(.*)$/i.exec(line) ?? [];
    if (keyword?.toLowerCase() !== 'include') {
      if (keyword) section = line.trim();
      lines.push(line);
      continue;
    }
    if (depth >= MAX_INCLUDE_DEPTH) throw sshConfigBroken(file, new Error('includes itself'));
    for (const included of (rest ?? '').split(/\s+/).flatMap((pattern) => matching(pattern, home, folder))) {
      lines.push(section, withIncludes(included, { home, depth: depth + 1, header: section, folder }), section);
    }
  }
  return lines.join('\n');
}

/** The files that an Include names. */
function matching(quoted: string, home: string, folder: string): string[] {
  const pattern = quoted.replace(/^"(.*)"$/, '$1');
  if (pattern === '') return [];
  const path = resolve(folder, pattern.replace(/^~(?=\/)/, home));
  if (!/[*?]/.test(path)) return [path];
  try {
    const names = readdirSync(dirname(path)).filter((name) => glob(basename(path), name));
    return names.sort().map((name) => join(dirname(path), name));
  } catch {
    return []; // OpenSSH, too, takes an Include that matches nothing for empty
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw sshConfigBroken(file, error);
  }
}
