/** Opens saved plans: files of `plan --out` that are named to `apply` in place of a stack. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { extraVarsMissing, fixedOption } from '../plan/errors.ts';
import { parseSavedPlan, requireOwn, type SavedPlan } from '../plan/saved.ts';
import type { StackOptions } from '../stack/options.ts';
import { planKey } from './plan-key.ts';

/** Reads the saved plan that the names stand for; undefined when they are names of stacks or playbooks. */
export function openSavedPlan(names: readonly string[]): SavedPlan | undefined {
  const [file] = names;
  if (names.length !== 1 || file === undefined || !existsSync(file) || !statSync(file).isFile()) return undefined;
  const text = readFileSync(file, 'utf8');
  return text.trimStart().startsWith('{') ? parseSavedPlan(text, file) : undefined;
}

/** The flags with those of the time of planning. @throws GatError for a plan that is not ours, or not for these flags */
export function flagsOfSaved<F extends StackOptions>(saved: SavedPlan, flags: F): F {
  requireOwn(saved, projectName(flags), planKey());
  if (flags.limit) throw fixedOption('--limit');
  if (flags.shard) throw fixedOption('--shard');
  if (flags.tags) throw fixedOption('--tags');
  if (flags.skipTags) throw fixedOption('--skip-tags');
  if (saved.extraVars && !flags.extraVars) throw extraVarsMissing();
  const { limit, tags, skipTags, inventory } = saved;
  return {
    ...flags,
    ...(limit && { limit }),
    ...(tags && { tags }),
    ...(skipTags && { skipTags }),
    ...(inventory && !flags.inventory && { inventory }),
  };
}

/** What a saved plan calls its project. */
export function projectName({ directory }: StackOptions): string {
  return path.basename(path.resolve(directory));
}
