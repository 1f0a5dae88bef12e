/** What the templates of a project may see of this machine: what a lookup that the admin wrote asks for, and nothing else. */
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import type { LookupAccess, PathState } from '../render/lookups/access.ts';
import { readBytes, realPath } from './files.ts';
import { orError } from './loader.ts';
import type { Project } from './project.ts';
import { decryptPayload, encryptContent } from './vault/cipher.ts';
import { isVaultText, parseEnvelope } from './vault/envelope.ts';

/**
 * Makes the access of a project's templates. Lookups never run commands and never fetch; those of an untrusted project
 * see its own files only, no environment and no home folders.
 */
export function projectAccess(project: Project): LookupAccess {
  const root = realPath(project.root);
  const isAllowed = (file: string) => !project.untrusted || isInside(root, realPath(file));
  const common: LookupAccess = {
    readFile: (file) => (isAllowed(file) ? readPlain(file, project) : undefined),
    listDirectory: (folder) => (isAllowed(folder) ? orNothing(() => readdirSync(folder)) : undefined),
    stat: (file) => (isAllowed(file) ? stateOf(file) : undefined),
    searchPath: [...new Set([project.sources.playbookFolder, project.root])],
    selectHosts: (patterns) => {
      const found = orError(() => project.inventory.select(patterns));
      return 'value' in found ? found.value.map((host) => host.name) : undefined;
    },
    managed: project.config.managed,
    vault: VAULT_FILTERS,
    now: Date.now,
    random: Math.random,
  };
  if (project.untrusted) return common;
  return { ...common, ...CONTROLLER };
}

/** What only trusted templates see of this machine. */
export const CONTROLLER = {
  environment: (name: string) => process.env[name],
  home: homeOf,
  userName: (uid: number) => users().find((fields) => fields[2] === String(uid))?.[0],
  machine: hostname(),
};

/** For the filters vault and unvault, which get their password from the template. */
export const VAULT_FILTERS: NonNullable<LookupAccess['vault']> = {
  encrypt: (text, password, id) => encryptContent(Buffer.from(text, 'utf8'), Buffer.from(password, 'utf8'), id),
  decrypt: (text, password) => {
    const parsed = orError(() => parseEnvelope(text, { file: 'unvault', line: 1, column: 1 }));
    const plain = 'value' in parsed ? decryptPayload(parsed.value, Buffer.from(password, 'utf8')) : undefined;
    return plain?.toString('utf8');
  },
};

function readPlain(file: string, project: Project): Uint8Array | undefined {
  const bytes = orNothing(() =>
    statSync(file).isFile() ? readBytes(file, project.loader.shown(file)) : undefined,
  );
  if (!bytes) return undefined;
  return isVaultText(bytes) ? project.vault.decryptFile(bytes, project.loader.shown(file)) : bytes;
}

/** What is at a path. */
export function stateOf(file: string): PathState | undefined {
  return orNothing(() => {
    const link = lstatSync(file).isSymbolicLink();
    const stats = statSync(file);
    const parent = statSync(path.dirname(path.resolve(file)));
    const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other';
    return {
      kind,
      link,
      identity: `${stats.dev}:${stats.ino}`,
      mount: stats.dev !== parent.dev || stats.ino === parent.ino,
      realPath: realpathSync(file),
      modified: stats.mtimeMs,
      uid: stats.uid,
    };
  });
}

/** The home folder of a user of this machine. */
function homeOf(user?: string): string | undefined {
  if (user === undefined) return process.env.HOME;
  return users().find(([name]) => name === user)?.[5];
}

/** The lines of /etc/passwd; see passwd(5). */
function users(): readonly (readonly string[])[] {
  const lines = orNothing(() => readFileSync('/etc/passwd', 'utf8'))?.split('\n') ?? [];
  return lines.map((line) => line.split(':'));
}

function isInside(root: string, file: string): boolean {
  return file === root || file.startsWith(`${root}${path.sep}`);
}

function orNothing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
