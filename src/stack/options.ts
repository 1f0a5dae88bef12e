/** What a person asks of a run over stacks, as plain data: where the project is, which hosts, which passwords, which form. */
import type { ProjectOptions } from '../project/options.ts';
import type { AskVariable } from './prompts.ts';

/** `--shard 2/4`: the second of four jobs. */
export type Shard = { readonly index: number; readonly count: number };

/** The options that all commands over stacks share, by the names of their flags. */
export type StackOptions = {
  readonly directory: string;
  readonly inventory?: readonly string[];
  readonly limit?: readonly string[];
  readonly extraVars?: readonly string[];
  readonly vaultPasswordFile?: readonly string[];
  readonly vaultId?: readonly string[];
  readonly allowInventoryScripts?: boolean;
  readonly askBecomePass?: boolean;
  readonly becomePasswordFile?: string;
  readonly forks?: number;
  readonly shard?: Shard;
  readonly tags?: readonly string[];
  readonly skipTags?: readonly string[];
  readonly untrusted?: boolean;
  readonly vaultOptional?: boolean;
  readonly json?: boolean;
  readonly plain?: boolean;
  /** Asks for variables of `vars_prompt`; without it nobody is asked. */
  readonly ask?: AskVariable | undefined;
};

/** The part of the options that says how the project is loaded. */
export function projectOptions(options: StackOptions): ProjectOptions {
  const { inventory, limit, extraVars, vaultPasswordFile, vaultId, allowInventoryScripts } = options;
  const { untrusted, vaultOptional } = options;
  return {
    cwd: process.cwd(),
    ...(inventory && { inventory }),
    ...(limit && { limit }),
    ...(extraVars && { extraVars }),
    ...(vaultPasswordFile && { vaultPasswordFiles: vaultPasswordFile }),
    ...(vaultId && { vaultIds: vaultId }),
    ...(allowInventoryScripts && { allowInventoryScripts }),
    ...(untrusted && { untrusted }),
    ...(vaultOptional && { vaultOptional }),
  };
}
