import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lint } from '../../src/lint/lint.ts';
import type { Finding } from '../../src/lint/rule.ts';
import { loadProject } from '../../src/project/project.ts';

export const TUTORIAL = path.resolve(import.meta.dirname, '../fixtures/gat-repo');

export const GALAXY = 'group_vars/galaxyservers.yml';
export const PULSAR = 'group_vars/pulsarservers.yml';
export const ALL = 'group_vars/all.yml';
export const JOBS = 'templates/galaxy/config/job_conf.yml.j2';

/** A change of one file: a text and what takes its place, or lines for its end. */
export type Patch =
  | { readonly file: string; readonly from: string; readonly to: string }
  | { readonly file: string; readonly append: string };

export const swap = (file: string, from: string, to: string): Patch => ({ file, from, to });
export const append = (file: string, text: string): Patch => ({ file, append: text });

/** A copy of the tutorial's repository with changes, for as long as the work takes. */
export async function withTutorial<T>(
  patches: readonly Patch[],
  work: (folder: string) => T | Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'gatdeploy-lint-'));
  try {
    cpSync(TUTORIAL, folder, { recursive: true });
    for (const patch of patches) applyPatch(folder, patch);
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function applyPatch(folder: string, patch: Patch): void {
  const file = path.join(folder, patch.file);
  if ('append' in patch) {
    mkdirSync(path.dirname(file), { recursive: true });
    const before = existsSync(file) ? `${readFileSync(file, 'utf8')}\n` : '';
    writeFileSync(file, `${before}${patch.append}\n`);
    return;
  }
  const before = readFileSync(file, 'utf8');
  if (!before.includes(patch.from)) throw new Error(`${patch.file} does not hold ${patch.from}`);
  writeFileSync(
    file,
    before.replace(patch.from, () => patch.to),
  );
}

/** What the lint finds in a folder, looking at both playbooks. */
export async function lintFolder(folder: string, names = ['galaxy', 'pulsar']): Promise<readonly Finding[]> {
  const project = await loadProject(folder, { environment: {} });
  return lint(
    project,
    names.flatMap((name) => project.playbook(name).plays),
  );
}

const known = new Map<string, Promise<readonly Finding[]>>();

/** What the lint finds in the tutorial's repository with changes; the same changes are looked at once. */
export function lintTutorial(patches: readonly Patch[]): Promise<readonly Finding[]> {
  const key = JSON.stringify(patches);
  const findings = known.get(key) ?? withTutorial(patches, (folder) => lintFolder(folder));
  known.set(key, findings);
  return findings;
}
