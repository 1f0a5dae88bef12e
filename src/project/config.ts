/** Ansible's settings that matter for a deployment: ansible.cfg and ANSIBLE_* variables. */
import { existsSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { parseConfig, type Setting, type Settings } from './config-file.ts';
import { misspeltSettings } from './config-slips.ts';
import { startOf } from './errors.ts';
import { decodeUtf8, pathKind, readBytes, resolvePath, shownPath } from './files.ts';
import type { Warning } from './yaml/context.ts';

/** The environment of the process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The settings of a project. Paths are absolute. */
export type Config = {
  /** The file that was read. */
  readonly file: string | undefined;
  readonly inventory: readonly string[];
  readonly vaultPasswordFile: string | undefined;
  /** `id@source` entries that are always known. */
  readonly vaultIds: readonly string[];
  readonly vaultDefaultId: string;
  readonly vaultEncryptId: string | undefined;
  readonly vaultIdMatch: boolean;
  readonly rolesPath: readonly string[];
  readonly collectionsPath: readonly string[];
  readonly remoteUser: string | undefined;
  readonly privateKeyFile: string | undefined;
  readonly hostKeyChecking: boolean;
  readonly become: boolean;
  readonly becomeUser: string;
  readonly becomeMethod: string;
  readonly becomeAskPass: boolean;
  readonly askPass: boolean;
  readonly remotePort: number | undefined;
  readonly forks: number;
  readonly timeoutSeconds: number;
  readonly transport: string;
  readonly sshArgs: string | undefined;
  readonly sshCommonArgs: string;
  readonly sshExtraArgs: string;
  readonly hashMerge: boolean;
  readonly anyUnparsedIsFailed: boolean;
  readonly unparsedIsFailed: boolean;
  /** Endings of files that are no sources in a folder of inventories; undefined for the usual ones. */
  readonly inventoryIgnoreExtensions: readonly string[] | undefined;
  /** Patterns of names that are none. */
  readonly inventoryIgnorePatterns: readonly string[];
  readonly managed: string;
  readonly interpreterPython: string;
  /** Where a key of ansible.cfg stands, for messages. */
  readonly setting: (name: string) => Setting | undefined;
  readonly warnings: readonly Warning[];
};

/** Reads the settings that are in force in a folder. @throws GatError config/syntax */
export function loadConfig(root: string, environment: Environment, untrusted = false): Config {
  const home = environment.HOME ?? homedir();
  const warnings: Warning[] = [];
  const file = untrusted ? untrustedConfigFile(root) : findConfigFile(root, environment, home, warnings);
  const shown = file === undefined ? 'ansible.cfg' : shownPath(root, file);
  const settings: Settings =
    file === undefined ? new Map() : parseConfig(decodeUtf8(readBytes(file, shown), shown), shown);
  const reader: Reader = {
    settings,
    environment,
    home,
    root,
    folder: file === undefined ? root : path.dirname(file),
    known: new Set(),
  };
  const [paths, rest] = [pathSettings(reader), settingsOf(reader)];
  warnings.push(...foreignPatterns(reader, rest.inventoryIgnorePatterns));
  warnings.push(...misspeltSettings(settings, reader.known));
  return { file, ...paths, ...rest, setting: (name) => settings.get(name), warnings };
}

/** Python knows patterns that this language does not; they leave out nothing. */
function foreignPatterns({ settings, environment }: Reader, patterns: readonly string[]): readonly Warning[] {
  const variable = 'ANSIBLE_INVENTORY_IGNORE_REGEX';
  const written = settings.get('defaults.inventory_ignore_patterns') ?? settings.get('inventory.ignore_patterns');
  const fromFile = environment[variable] === undefined ? written?.position : undefined;
  const position = fromFile ?? { file: variable, line: 0, column: 0 };
  return patterns
    .filter((one) => !isPattern(one))
    .map((one) => ({ position, text: `the pattern ${one} can't be read here and leaves out no inventory` }));
}

function isPattern(text: string): boolean {
  try {
    return new RegExp(text) !== undefined;
  } catch {
    return false;
  }
}

type Reader = {
  readonly settings: Settings;
  readonly environment: Environment;
  readonly home: string;
  readonly root: string;
  /** Relative paths in ansible.cfg begin at its folder. */
  readonly folder: string;
  /** The names of all settings that were looked for. */
  readonly known: Set<string>;
};

function pathSettings(reader: Reader) {
  const one = (key: string, variable: string) => pathsOf(reader, key, variable)[0];
  return {
    inventory: pathsOf(reader, 'defaults.inventory', 'ANSIBLE_INVENTORY', ','),
    vaultPasswordFile: one('defaults.vault_password_file', 'ANSIBLE_VAULT_PASSWORD_FILE'),
    rolesPath: pathsOf(reader, 'defaults.roles_path', 'ANSIBLE_ROLES_PATH', ':'),
    collectionsPath: [
      ...pathsOf(reader, 'defaults.collections_path', 'ANSIBLE_COLLECTIONS_PATH', ':'),
      ...pathsOf(reader, 'defaults.collections_paths', 'ANSIBLE_COLLECTIONS_PATHS', ':'),
    ],
    privateKeyFile: one('defaults.private_key_file', 'ANSIBLE_PRIVATE_KEY_FILE'),
  };
}

function settingsOf(reader: Reader) {
  const text = (key: string, variable: string) => textOf(reader, key, variable);
  const flag = (key: string, variable: string, byDefault: boolean) => flagOf(text(key, variable), byDefault);
  const port = text('defaults.remote_port', 'ANSIBLE_REMOTE_PORT');
  return {
    vaultIds: listOf(text('defaults.vault_identity_list', 'ANSIBLE_VAULT_IDENTITY_LIST')),
    vaultDefaultId: text('defaults.vault_identity', 'ANSIBLE_VAULT_IDENTITY') ?? 'default',
    vaultEncryptId: text('defaults.vault_encrypt_identity', 'ANSIBLE_VAULT_ENCRYPT_IDENTITY'),
    vaultIdMatch: flag('defaults.vault_id_match', 'ANSIBLE_VAULT_ID_MATCH', false),
    remoteUser: text('defaults.remote_user', 'ANSIBLE_REMOTE_USER'),
    hostKeyChecking: flag('defaults.host_key_checking', 'ANSIBLE_HOST_KEY_CHECKING', true),
    become: flag('privilege_escalation.become', 'ANSIBLE_BECOME', false),
    becomeUser: text('privilege_escalation.become_user', 'ANSIBLE_BECOME_USER') ?? 'root',
    becomeMethod: text('privilege_escalation.become_method', 'ANSIBLE_BECOME_METHOD') ?? 'sudo',
    becomeAskPass: flag('privilege_escalation.become_ask_pass', 'ANSIBLE_BECOME_ASK_PASS', false),
    askPass: flag('defaults.ask_pass', 'ANSIBLE_ASK_PASS', false),
    remotePort: port === undefined ? undefined : Number(port),
    forks: numberOf(text('defaults.forks', 'ANSIBLE_FORKS'), 5),
    timeoutSeconds: numberOf(text('defaults.timeout', 'ANSIBLE_TIMEOUT'), 10),
    transport: text('defaults.transport', 'ANSIBLE_TRANSPORT') ?? 'ssh',
    sshArgs: text('ssh_connection.ssh_args', 'ANSIBLE_SSH_ARGS'),
    sshCommonArgs: text('ssh_connection.ssh_common_args', 'ANSIBLE_SSH_COMMON_ARGS') ?? '',
    sshExtraArgs: text('ssh_connection.ssh_extra_args', 'ANSIBLE_SSH_EXTRA_ARGS') ?? '',
    hashMerge: text('defaults.hash_behaviour', 'ANSIBLE_HASH_BEHAVIOUR') === 'merge',
    anyUnparsedIsFailed: flag(
      'inventory.any_unparsed_is_failed',
      'ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED',
      false,
    ),
    unparsedIsFailed: flag('inventory.unparsed_is_failed', 'ANSIBLE_INVENTORY_UNPARSED_FAILED', false),
    ...ignoredSources(text),
    managed: text('defaults.ansible_managed', 'ANSIBLE_MANAGED') ?? 'Ansible managed',
    interpreterPython: text('defaults.interpreter_python', 'ANSIBLE_PYTHON_INTERPRETER') ?? 'auto',
  };
}

/** Each has a key in two sections, as in Ansible. */
function ignoredSources(text: (key: string, variable: string) => string | undefined) {
  const both = (key: string, variable: string) =>
    text(`defaults.inventory_${key}`, variable) ?? text(`inventory.${key}`, variable);
  const extensions = both('ignore_extensions', 'ANSIBLE_INVENTORY_IGNORE');
  return {
    inventoryIgnoreExtensions: extensions === undefined ? undefined : listOf(extensions),
    inventoryIgnorePatterns: listOf(both('ignore_patterns', 'ANSIBLE_INVENTORY_IGNORE_REGEX')),
  };
}

/** The environment wins over the file; the text may stand in quotes in the file. */
function textOf(reader: Reader, key: string, variable: string): string | undefined {
  reader.known.add(key);
  const fromEnvironment = reader.environment[variable];
  if (fromEnvironment !== undefined) return fromEnvironment;
  const value = reader.settings.get(key)?.value;
  return value === undefined ? undefined : unquote(value);
}

function pathsOf(reader: Reader, key: string, variable: string, separator?: string): string[] {
  const text = textOf(reader, key, variable);
  if (text === undefined || text === '') return [];
  const from = reader.environment[variable] === undefined ? reader.folder : reader.root;
  const parts = separator === undefined ? [text] : text.split(separator).map((part) => part.trim());
  // An inventory may be a list of hosts, which is no path.
  if (separator === ',' && parts.some((part) => part === '')) return [text];
  return parts
    .filter((part) => part !== '')
    .map((part) => resolvePath(expandVariables(part, reader), from, reader.home));
}

function expandVariables(text: string, reader: Reader): string {
  return text
    .replaceAll('{{CWD}}', reader.root)
    .replace(/\$(?:\{(\w+)\}|(\w+))/g, (all, braced, plain) => reader.environment[braced ?? plain] ?? all);
}

function findConfigFile(
  root: string,
  environment: Environment,
  home: string,
  warnings: Warning[],
): string | undefined {
  const named = environment.ANSIBLE_CONFIG;
  if (named !== undefined && named !== '') {
    const file = resolvePath(named, root, home);
    const inside = pathKind(file) === 'directory' ? path.join(file, 'ansible.cfg') : file;
    if (pathKind(inside) === 'file') return inside;
  }
  const own = path.join(root, 'ansible.cfg');
  if (pathKind(own) === 'file') {
    // Anybody could have put it there, so Ansible ignores it, too.
    if (!isWritableByAll(root)) return own;
    warnings.push({
      position: startOf('ansible.cfg'),
      text: 'ignored: everybody may write to its folder (chmod o-w .)',
    });
  }
  const others = [path.join(home, '.ansible.cfg'), '/etc/ansible/ansible.cfg'];
  // A folder that may not be entered has nothing for us.
  return others.find((file) => existsSync(file) && pathKind(file) === 'file');
}

/** A stranger's own file, whoever else may write to it, and nobody else's. */
function untrustedConfigFile(root: string): string | undefined {
  const own = path.join(root, 'ansible.cfg');
  return pathKind(own) === 'file' ? own : undefined;
}

function isWritableByAll(folder: string): boolean {
  return ((statSync(folder, { throwIfNoEntry: false })?.mode ?? 0) & 0o002) !== 0;
}

function unquote(text: string): string {
  const match = /^(['"])(.*)\1$/s.exec(text);
  return match && text.length > 1 ? (match[2] ?? '') : text;
}

function flagOf(text: string | undefined, byDefault: boolean): boolean {
  return text === undefined ? byDefault : ['y', 'yes', 'on', '1', 'true', 't', '1.0'].includes(text.toLowerCase());
}

function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function numberOf(text: string | undefined, byDefault: number): number {
  const number = Number(text);
  return text === undefined || text === '' || !Number.isFinite(number) ? byDefault : number;
}
