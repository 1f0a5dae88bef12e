/** Finds and reads group_vars/ and host_vars/: which files count, and which hide others. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathKind, realPath } from '../files.ts';
import type { Variables } from '../inventory/model.ts';
import type { Loader } from '../loader.ts';
import { combineVariables, NO_VARIABLES, variablesOf } from './variables.ts';

const EXTENSIONS = ['', '.yml', '.yaml', '.json'];

/** Reads the variables of a group or host from the folders beside inventories and playbooks. */
export type GroupFiles = {
  /** The variables of one folder's group_vars/NAME or host_vars/NAME. */
  readonly read: (base: string, kind: 'group_vars' | 'host_vars', name: string) => Variables;
};

type Folder = {
  readonly path: string;
  readonly names: ReadonlySet<string>;
  readonly read: Map<string, Variables>;
};

/** Makes a reader that looks at each folder and file once. */
export function createGroupFiles(loader: Loader, merge: boolean): GroupFiles {
  const folders = { group_vars: new Map<string, Folder>(), host_vars: new Map<string, Folder>() };
  const folderOf = (base: string, kind: 'group_vars' | 'host_vars'): Folder => {
    const known = folders[kind].get(base);
    if (known) return known;
    const folder = path.join(realPath(base), kind);
    const opened = { path: folder, names: listFolder(folder), read: new Map<string, Variables>() };
    folders[kind].set(base, opened);
    return opened;
  };
  return {
    read: (base, kind, name) => {
      const folder = folderOf(base, kind);
      if (folder.names.size === 0 || name.includes('/')) return NO_VARIABLES;
      const known = folder.read.get(name);
      if (known) return known;
      const files = findFiles(folder.path, name, folder.names);
      const variables = combineVariables(
        files.map((file) => variablesOf(loader.values(file))),
        merge,
      );
      folder.read.set(name, variables);
      return variables;
    },
  };
}

/** Without an extension first, so that a folder hides a file of the same name; the first hit ends the search. A dead link is none. */
function findFiles(folder: string, name: string, names: ReadonlySet<string>): string[] {
  const isThere = (file: string) => names.has(file) && pathKind(path.join(folder, file)) !== undefined;
  const extension = EXTENSIONS.find((one) => isThere(name + one));
  if (extension === undefined) return [];
  const found = path.join(folder, name + extension);
  return pathKind(found) === 'directory' ? filesBelow(found) : [found];
}

/** The files of a folder by name, folders without an extension included; hidden ones and backups are left out. */
function filesBelow(folder: string): string[] {
  return [...listFolder(folder)].sort().flatMap((name) => {
    if (name.startsWith('.') || name.endsWith('~')) return [];
    const extension = path.extname(name);
    const found = path.join(folder, name);
    const kind = pathKind(found);
    if (kind === 'directory') return extension === '' ? filesBelow(found) : [];
    return kind === 'file' && EXTENSIONS.includes(extension) ? [found] : [];
  });
}

/** The names of groups or hosts for which a folder has variables, each with its file or folder. */
export function namesIn(base: string, kind: 'group_vars' | 'host_vars'): ReadonlyMap<string, string> {
  const entries = [...listFolder(path.join(base, kind))].filter((entry) => !/^\.|~$/.test(entry));
  return new Map(entries.map((entry) => [entry.replace(/\.(?:yml|yaml|json)$/, ''), entry]));
}

/** What is not read, because something of the same name comes first. */
export function hiddenIn(base: string, kind: 'group_vars' | 'host_vars') {
  const entries = listFolder(path.join(base, kind));
  const names = new Set([...entries].map((entry) => entry.replace(/\.(?:yml|yaml|json)$/, '')));
  return [...names].flatMap((name) => {
    const [first, ...others] = EXTENSIONS.map((one) => name + one).filter((entry) => entries.has(entry));
    return first === undefined ? [] : others.map((entry) => ({ name, entry, first }));
  });
}

function listFolder(folder: string): ReadonlySet<string> {
  return pathKind(folder) === 'directory' ? new Set(readdirSync(folder)) : new Set();
}
