/** What the templates that a user types on the command line may see of this machine: all that the user may see. */
import { spawnSync } from 'node:child_process';
import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { VAULT_FILTERS } from '../../project/access.ts';
import type { LookupAccess, PathState } from '../../render/lookups/access.ts';

/** Makes the access of a text that the user typed. */
export function controllerAccess(searchPath: readonly string[]): LookupAccess {
  return {
    searchPath,
    readFile: (path) => attempt(() => (statSync(path).isFile() ? readFileSync(path) : undefined)),
    listDirectory: (path) => attempt(() => readdirSync(path)),
    stat: (path) => attempt(() => stateOf(path)),
    environment: (name) => process.env[name],
    home: homeOf,
    run: (command) => {
      const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', command], {
        encoding: 'utf8',
        cwd: searchPath[0] ?? '/',
      });
      return { code: status ?? 1, stdout, stderr };
    },
    vault: VAULT_FILTERS,
    now: Date.now,
    random: Math.random,
  };
}

function stateOf(path: string): PathState {
  const link = lstatSync(path).isSymbolicLink();
  const stats = statSync(path);
  const mount = stats.isDirectory() && (path === '/' || statSync(dirname(path)).dev !== stats.dev);
  const kind = stats.isFile() ? 'file' : stats.isDirectory() ? 'directory' : 'other';
  return { kind, link, identity: `${stats.dev}:${stats.ino}`, mount, realPath: realpathSync(path) };
}

/** The home directory of a user, by /etc/passwd. See passwd(5). */
function homeOf(user?: string): string | undefined {
  if (user === undefined) return process.env.HOME;
  const lines = (attempt(() => readFileSync('/etc/passwd', 'utf8')) ?? '')
    .split('\n')
    .map((line) => line.split(':'));
  return lines.find(([name]) => name === user)?.[5];
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
