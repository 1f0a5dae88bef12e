/** Saved plans as files: written by `plan --out`, named to `apply` in place of a stack. */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { parseSavedPlan, type SavedPlan } from '../../plan/saved.ts';

/** Reads the saved plan that the names stand for; undefined when they are names of stacks or playbooks. */
export function openSavedPlan(names: readonly string[]): SavedPlan | undefined {
  const [file] = names;
  if (names.length !== 1 || file === undefined || !existsSync(file) || !statSync(file).isFile()) return undefined;
  const text = readFileSync(file, 'utf8');
  return text.trimStart().startsWith('{') ? parseSavedPlan(text, file) : undefined;
}

/** Writes a saved plan; only its owner can read it. */
export function writeSavedPlan(file: string, saved: SavedPlan): void {
  writeFileSync(file, `${JSON.stringify(saved, undefined, 2)}\n`, { mode: 0o600 });
}
