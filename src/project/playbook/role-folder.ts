/** Unmodified Ansible roles in a project: their folders, and what is in them. See Ansible's "Role directory structure". */
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { type GatError, throwProblems } from '../../base/errors.ts';
import type { Position } from '../../base/position.ts';
import { pathKind, resolvePath } from '../files.ts';
import type { Variables } from '../inventory/model.ts';
import type { Loader } from '../loader.ts';
import { combineVariables, variablesOf } from '../vars/variables.ts';
import { missingRolePart } from './errors.ts';
import { readRole } from './play.ts';
import { entry, listOf, oneOrMany, textOf } from './read.ts';
import { readTasks } from './tasks.ts';
import type { RoleEntry, Task } from './types.ts';

/** Which file of each part counts where it isn't `main`. */
export type RoleParts = {
  readonly tasks?: string | undefined;
  readonly handlers?: string | undefined;
  readonly vars?: string | undefined;
  readonly defaults?: string | undefined;
};

/** A list of tasks, and the folder that its includes are looked for in. */
export type RoleTasks = { readonly tasks: readonly Task[]; readonly folder: string };

/** A role as it lies in its folder; each part is read when it is asked for. */
export type RoleFolder = {
  /** As the playbook names it. */
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  readonly dependencies: () => readonly RoleEntry[];
  /** Whether a play runs it again when it is named again. */
  readonly allowsDuplicates: () => boolean;
  /** @throws GatError playbook/missing-file when a part that isn't `main` is missing; Problems for its mistakes */
  readonly defaults: (from: string | undefined, position: Position) => Variables;
  readonly vars: (from: string | undefined, position: Position) => Variables;
  readonly tasks: (from: string | undefined, position: Position) => RoleTasks;
  readonly handlers: (from: string | undefined, position: Position) => RoleTasks;
};

/** Where the settings say that roles and collections are. */
export type RolePaths = { readonly rolesPath: readonly string[]; readonly collectionsPath: readonly string[] };

/** Where a role is looked for, in order: in its collection, beside the playbook, in roles_path, in the playbook's folder. */
export function roleCandidates(name: string, bases: readonly string[], paths: RolePaths): readonly string[] {
  if (path.isAbsolute(name)) return [name];
  const home = homedir();
  const rolesPath = paths.rolesPath.length > 0 ? paths.rolesPath : USUAL.map((one) => resolvePath(one, '/', home));
  const folders = [...bases.map((base) => path.join(base, 'roles')), ...rolesPath, ...bases];
  const [namespace, collection, role] = name.split('.');
  const collections = [...bases.map((base) => path.join(base, 'collections')), ...paths.collectionsPath];
  const usual = collections.concat(
    resolvePath('~/.ansible/collections', '/', home),
    '/usr/share/ansible/collections',
  );
  const ofCollection =
    namespace === undefined || collection === undefined || role === undefined
      ? []
      : usual.map((one) => path.join(one, 'ansible_collections', namespace, collection, 'roles', role));
  return [...new Set([...ofCollection, ...folders.map((folder) => path.join(folder, name))])];
}

const USUAL = ['~/.ansible/roles', '/usr/share/ansible/roles', '/etc/ansible/roles'];

/** Opens the first of these folders that holds a role. */
export function findRoleFolder(
  name: string,
  candidates: readonly string[],
  loader: Loader,
): RoleFolder | undefined {
  const folder = candidates.find((one) => PARTS.some((part) => pathKind(path.join(one, part)) === 'directory'));
  return folder === undefined ? undefined : openRole(path.basename(name), folder, loader);
}

const PARTS = ['tasks', 'handlers', 'defaults', 'vars', 'meta', 'templates', 'files'];

const ENDINGS = ['.yml', '.yaml', '.json', ''];

function openRole(name: string, folder: string, loader: Loader): RoleFolder {
  const files = (part: string, from: string | undefined, position: Position): readonly string[] => {
    const base = path.join(folder, part, from ?? 'main');
    const file = ENDINGS.map((ending) => base + ending).find((one) => pathKind(one) === 'file');
    if (file !== undefined) return [file];
    if (pathKind(base) === 'directory') return filesIn(base);
    if (from !== undefined) throw missingRolePart(position, name, `${part}/${from}.yml`, loader.shown(folder));
    return [];
  };
  const variables = (part: string) => (from: string | undefined, position: Position) =>
    combineVariables(
      files(part, from, position).map((file) => variablesOf(loader.values(file))),
      false,
    );
  const tasks = (part: string) => (from: string | undefined, position: Position) => {
    const [file] = files(part, from, position);
    return file === undefined ? { tasks: [], folder: path.join(folder, part) } : readTaskFile(file, part, loader);
  };
  const meta = () => metaOf(folder, loader);
  return {
    name,
    folder,
    defaults: variables('defaults'),
    vars: variables('vars'),
    tasks: tasks('tasks'),
    handlers: tasks('handlers'),
    dependencies: () => meta().dependencies,
    allowsDuplicates: () => meta().allowsDuplicates,
  };
}

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:ya?ml|json)$/.test(name))
    .sort()
    .map((name) => path.join(folder, name));
}

function readTaskFile(file: string, what: string, loader: Loader): RoleTasks {
  const folder = path.dirname(file);
  const problems: GatError[] = [];
  const tasks = readTasks(loader.values(file), what, { loader, problems, file, folder });
  throwProblems(problems);
  return { tasks, folder };
}

function metaOf(folder: string, loader: Loader) {
  const file = ENDINGS.map((ending) => path.join(folder, 'meta', `main${ending}`)).find(
    (one) => pathKind(one) === 'file',
  );
  const node = file === undefined ? undefined : loader.values(file);
  if (file === undefined || node?.kind !== 'dict') return { dependencies: [], allowsDuplicates: false };
  const problems: GatError[] = [];
  const reader = { loader, problems, file, folder: path.dirname(file) };
  const dependencies = listOf(entry(node, 'dependencies'), 'dependencies', reader).flatMap(
    (item) => readRole(item, reader) ?? [],
  );
  throwProblems(problems);
  const [duplicates] = oneOrMany(entry(node, 'allow_duplicates'));
  return { dependencies, allowsDuplicates: /^(?:true|yes)$/i.test(textOf(duplicates) ?? '') };
}
