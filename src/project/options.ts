/** What the command line says about a project. */
import path from 'node:path';
import { quoteWord } from '../base/shell.ts';
import type { Environment } from './config.ts';
import type { RunOptions } from './vars/magic.ts';
import type { Vault } from './vault/secrets.ts';

/** How a project is loaded; everything left out comes from ansible.cfg or Ansible's defaults. */
export type ProjectOptions = {
  /** `-i`: files, folders, or lists of hosts with a comma. */
  readonly inventory?: readonly string[];
  /** `--limit` */
  readonly limit?: readonly string[];
  /** `-e`: key=value, JSON, `@file` */
  readonly extraVars?: readonly string[];
  /** `--vault-password-file` */
  readonly vaultPasswordFiles?: readonly string[];
  /** `--vault-id`: id@file, id@prompt */
  readonly vaultIds?: readonly string[];
  /** A vault made by the caller instead. */
  readonly vault?: Vault;
  /** `--facts`: JSON facts for all hosts, or by host. */
  readonly factsFile?: string;
  /** Where relative paths of the command line begin; the project's folder by default. */
  readonly cwd?: string;
  readonly environment?: Environment;
  /** Programs among the inventory sources may run. */
  readonly allowInventoryScripts?: boolean;
  /** A source that can't be read is an error, not a warning. */
  readonly strictInventory?: boolean;
  /** The playbook whose folder group_vars and host_vars are also looked for in. */
  readonly playbook?: string;
  readonly run?: RunOptions;
  /** A repository of strangers: only its own files, no environment, no vault, no programs. */
  readonly untrusted?: boolean;
  /** Where no vault password is known, go on without what is encrypted. */
  readonly vaultOptional?: boolean;
};

/** The flags that lead another command to the same project and hosts, each with a space before it. */
export function flagsOf(folder: string, { inventory = [], cwd = folder }: ProjectOptions): string {
  const directory = path.resolve(folder) === path.resolve(cwd) ? [] : [`-C ${quoteWord(folder)}`];
  return [...directory, ...inventory.map((source) => `-i ${quoteWord(source)}`)]
    .map((flag) => ` ${flag}`)
    .join('');
}
