/** What the templates that a user types on the command line may see of this machine: all that the user may see. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { CONTROLLER, stateOf, VAULT_FILTERS } from '../../project/access.ts';
import type { LookupAccess } from '../../render/lookups/access.ts';

/** Makes the access of a text that the user typed. */
export function controllerAccess(searchPath: readonly string[]): LookupAccess {
  return {
    searchPath,
    readFile: (path) => attempt(() => (statSync(path).isFile() ? readFileSync(path) : undefined)),
    listDirectory: (path) => attempt(() => readdirSync(path)),
    stat: stateOf,
    ...CONTROLLER,
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

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
