/** A project: an Ansible repository as data. Files → inventory, variables, vault, playbooks. */
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { givenEnvironment } from '../base/environment.ts';
import { type GatError, throwProblems } from '../base/errors.ts';
import type { Node } from '../base/node.ts';
import { type Config, type Environment, loadConfig } from './config.ts';
import { startOf } from './errors.ts';
import { pathKind, requireInside, resolvePath } from './files.ts';

import { inventoryNothing } from './inventory/errors.ts';
import { createInventory, type Inventory, type Join } from './inventory/inventory.ts';
import type { Variables } from './inventory/model.ts';
import { loadSources } from './inventory/sources.ts';
import { createLoader, type Loader, orError } from './loader.ts';
import { flagsOf, type ProjectOptions } from './options.ts';
import { unknownPlaybook } from './playbook/errors.ts';
import { looksLikePlaybook, readPlaybook } from './playbook/playbook.ts';
import type { Playbook } from './playbook/types.ts';
import { readExtraVars } from './vars/extra-vars.ts';
import { createGroupFiles } from './vars/group-files.ts';
import type { VariableSources } from './vars/host-scope.ts';
import { runMagic, withGroups } from './vars/magic.ts';
import { NO_VARIABLES } from './vars/variables.ts';
import { openVault, type VaultRequest } from './vault/open.ts';
import { sealedVault } from './vault/sealed.ts';
import type { Vault } from './vault/secrets.ts';
import type { Warning } from './yaml/context.ts';

/** A loaded project. */
export type Project = {
  /** Its folder, absolute. */
  readonly root: string;
  /** A repository of strangers: only its own files, no environment, no vault. */
  readonly untrusted: boolean;
  /** The flags that lead another command to the same project and hosts, each with a space before it. */
  readonly openedWith: string;
  readonly config: Config;
  readonly inventory: Inventory;
  readonly vault: Vault;
  readonly loader: Loader;
  readonly extraVars: Variables;
  /** Facts of `--facts`, as they were given. */
  readonly facts: Node | undefined;
  /** Where the variables of hosts are looked for. */
  readonly sources: VariableSources;
  /** The magic variables that all hosts share. */
  readonly magic: Variables;
  /** What a user should know and what stops nothing. */
  readonly warnings: () => readonly Warning[];
  /** Names of the playbooks in the project's folder. */
  readonly playbookNames: () => readonly string[];
  /** A playbook by name or file. @throws GatError playbook/unknown, or Problems with all mistakes of the file */
  readonly playbook: (name: string) => Playbook;
};

/**
 * Loads a project. Nothing is decrypted until a value needs it.
 * @throws GatError, or Problems with all mistakes of configuration, inventory, extra variables and the named playbook
 */
export async function loadProject(folder: string, options: ProjectOptions = {}): Promise<Project> {
  const root = path.resolve(folder);
  const { untrusted = false, factsFile } = options;
  const environment = environmentOf(root, options);
  const config = loadConfig(root, environment, untrusted);
  const cwd = options.cwd ?? root;
  const vault = await vaultOf({ config, options, root, cwd, environment });
  const loader = createLoader(root, vault, untrusted);
  for (const warning of config.warnings) loader.warn(warning);
  const problems: GatError[] = [];
  const attempt = <T>(run: () => T): T | undefined => collect(run, problems);

  const inventory = attempt(() => loadInventory({ root, cwd, config, loader, options }));
  const extraVars = attempt(() => readExtraVars(options.extraVars ?? [], cwd, loader, config.hashMerge));
  const facts = attempt(() => (factsFile === undefined ? undefined : loader.values(path.resolve(cwd, factsFile))));
  const open = createPlaybooks(root, loader, extraVars ?? NO_VARIABLES);
  const named = options.playbook;
  const playbook = named === undefined ? undefined : attempt(() => open.playbook(named));
  const playbookFolder = playbook?.folder ?? root;
  if (problems.length > 0 && inventory)
    problems.unshift(...otherProblems(inventory, variableSources(inventory, playbookFolder, loader, config)));
  throwProblems(problems);
  if (!inventory || !extraVars) throw new Error('a part of the project is missing without a problem');
  return {
    root,
    untrusted,
    openedWith: flagsOf(folder, options),
    config,
    inventory,
    vault,
    loader,
    extraVars,
    facts,
    sources: variableSources(inventory, playbookFolder, loader, config),
    magic: runMagic({
      inventory,
      playbookFolder,
      configFile: config.file,
      forks: config.forks,
      run: options.run ?? {},
    }),
    warnings: () => loader.warnings,
    ...open,
  };
}

/** The project as plays see it after tasks have put hosts into more groups. @throws GatError inventory/broken */
export function joinedProject(project: Project, joins: readonly Join[]): Project {
  if (joins.length === 0) return project;
  const inventory = project.inventory.joined(joins);
  const sources = { ...project.sources, all: inventory.groups.get('all'), byGroups: new Map() };
  return { ...project, inventory, sources, magic: withGroups(project.magic, inventory) };
}

/** What else is wrong, once something is: sources that were not read, and files of variables that are no YAML. */
function otherProblems(inventory: Inventory, { files, inventoryFolders, playbookFolder }: VariableSources) {
  const folders = [...new Set([...inventoryFolders, playbookFolder])];
  const readable = folders.flatMap((folder) => [
    ...[...inventory.groups.keys()].map((name) => () => files.read(folder, 'group_vars', name)),
    ...[...inventory.hosts.keys()].map((name) => () => files.read(folder, 'host_vars', name)),
  ]);
  const broken = readable.flatMap((read) => {
    const result = orError(read);
    return 'errors' in result ? result.errors.filter((error) => !error.code.startsWith('vault/')) : [];
  });
  return [...inventory.failures, ...broken];
}

/** A stranger's project sees nothing of the environment, and its ansible.cfg is no link to elsewhere. */
function environmentOf(root: string, options: ProjectOptions): Environment {
  if (!options.untrusted) return options.environment ?? givenEnvironment();
  requireInside(root, path.join(root, 'ansible.cfg'));
  return {};
}

async function vaultOf(request: VaultRequest & { readonly options: ProjectOptions }): Promise<Vault> {
  const { options, root } = request;
  if (options.untrusted) return sealedVault();
  const vault = options.vault ?? (await openVault(request));
  if (!options.vaultOptional) return vault;
  const read = orError(() => vault.passwords(startOf(root)));
  if ('value' in read) return vault;
  const { code, what, why } = read.error;
  return sealedVault(code === 'vault/no-password' ? undefined : [what, why].filter(Boolean).join(': '));
}

type InventoryInput = {
  readonly root: string;
  readonly cwd: string;
  readonly config: Config;
  readonly loader: Loader;
  readonly options: ProjectOptions;
};

function loadInventory({ root, cwd, config, loader, options }: InventoryInput): Inventory {
  const given = options.inventory?.map((source) => sourcePath(source, cwd));
  const sources = given?.length ? given : config.inventory.length > 0 ? config.inventory : defaultSources(root);
  const allowScripts = !options.untrusted && (options.allowInventoryScripts ?? false);
  const { data, failures } = loadSources(sources, loader, {
    allowScripts,
    merge: config.hashMerge,
    extensions: config.inventoryIgnoreExtensions,
    patterns: config.inventoryIgnorePatterns,
  });
  const isStrict = options.strictInventory || config.anyUnparsedIsFailed;
  if (isStrict || (config.unparsedIsFailed && failures.length === sources.length)) throwProblems(failures);
  for (const failure of failures) warnAbout(failure, loader);
  if (sources.length === 0) loader.warn({ position: { file: root, line: 1, column: 0 }, text: inventoryNothing });
  return createInventory({ data, sources, failures, limit: options.limit ?? [], folder: cwd });
}

function sourcePath(source: string, cwd: string): string {
  const file = resolvePath(source, cwd, homedir());
  return source.includes(',') && pathKind(file) === undefined ? source : file;
}

/** Ansible's default is /etc/ansible/hosts, which counts only where it exists. */
function defaultSources(root: string): string[] {
  return [path.join(root, 'hosts'), '/etc/ansible/hosts']
    .filter((file) => pathKind(file) !== undefined)
    .slice(0, 1);
}

function warnAbout(failure: GatError, loader: Loader): void {
  const [where] = failure.where;
  const position = where && 'file' in where ? where : { file: 'inventory', line: 1, column: 0 };
  loader.warn({ position, text: `${failure.what}: ${failure.why ?? ''}` });
}

function variableSources(
  inventory: Inventory,
  playbookFolder: string,
  loader: Loader,
  config: Config,
): VariableSources {
  const folders = inventory.sources.flatMap((source) => {
    const kind = pathKind(source);
    if (kind === undefined && source.includes(',')) return [];
    return [kind === 'directory' ? source : path.dirname(source)];
  });
  const files = createGroupFiles(loader, config.hashMerge);
  const all = inventory.groups.get('all');
  return { files, inventoryFolders: [...new Set(folders)], playbookFolder, all, byGroups: new Map() };
}

function createPlaybooks(
  root: string,
  loader: Loader,
  extraVars: Variables,
): Pick<Project, 'playbook' | 'playbookNames'> {
  const playbookNames = (): string[] => listPlaybooks(root, loader);
  const playbook = (name: string): Playbook => {
    const candidates = [name, `${name}.yml`, `${name}.yaml`].map((one) => path.resolve(root, one));
    const file = candidates.find((one) => pathKind(one) === 'file');
    if (file === undefined) throw unknownPlaybook(name, playbookNames());
    const problems: GatError[] = [];
    const read = readPlaybook(file, loader, problems, extraVars);
    throwProblems(problems);
    return read;
  };
  return { playbook, playbookNames };
}

function listPlaybooks(root: string, loader: Loader): string[] {
  const files = readdirSync(root).filter(
    (name) => /\.ya?ml$/.test(name) && pathKind(path.join(root, name)) === 'file',
  );
  const playbooks = files.filter((name) => {
    const parsed = orError(() => loader.values(path.join(root, name)));
    return 'value' in parsed && looksLikePlaybook(parsed.value);
  });
  return playbooks.map((name) => name.replace(/\.ya?ml$/, '')).sort();
}

function collect<T>(run: () => T, problems: GatError[]): T | undefined {
  const result = orError(run);
  if ('value' in result) return result.value;
  problems.push(...result.errors);
  return undefined;
}
