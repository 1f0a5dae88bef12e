/** Finds what a person names to a command: a playbook of the project, or a built-in stack. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GatError } from '../base/errors.ts';
import { orError } from '../project/loader.ts';
import { type OtherThing, unknownPlaybook } from '../project/playbook/errors.ts';
import { hasPlays } from '../project/playbook/playbook.ts';
import type { Playbook } from '../project/playbook/types.ts';
import type { Project } from '../project/project.ts';

/** The project's own NAME.yml, or the built-in stack of that name. @throws GatError playbook/unknown */
export function findPlaybook(project: Project, name: string): Playbook {
  const candidates = ['.yml', '.yaml', ''].map((ending) => path.resolve(project.root, name + ending));
  const file = candidates.find((one) => existsSync(one) && statSync(one).isFile());
  if (file === undefined) {
    const stack = builtInStacks().get(name);
    if (stack) return project.playbook(stack);
  } else if (!isSomethingElse(project, file)) return project.playbook(name);
  throw unknown(project, name, file);
}

/** The built-in stacks by name. */
export function builtInStacks(): ReadonlyMap<string, string> {
  const folder = stacksFolder();
  const files = readdirSync(folder).filter((file) => file.endsWith('.yml'));
  return new Map(files.map((file) => [file.replace(/\.yml$/, ''), path.join(folder, file)]));
}

/** Stacks lie in `templates/stacks`, beside src/ in a checkout and beside dist/ in a package. */
function stacksFolder(): string {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    const candidate = path.join(folder, 'templates', 'stacks');
    if (existsSync(candidate)) return candidate;
    if (folder === path.dirname(folder)) throw new Error('the stacks are missing from this installation');
  }
}

/** Whether the file was named by mistake, such as the inventory; a playbook in which something is wrong is told as that. */
function isSomethingElse(project: Project, file: string): boolean {
  if (project.inventory.sources.includes(file)) return true;
  const parsed = orError(() => project.loader.values(file));
  return 'error' in parsed ? !/\.ya?ml$/.test(file) : !hasPlays(parsed.value);
}

function unknown(project: Project, name: string, file: string | undefined): GatError {
  const known = [...new Set([...project.playbookNames(), ...builtInStacks().keys()])];
  return unknownPlaybook(name, known, otherThing(project, name, file));
}

function otherThing({ inventory }: Project, name: string, file: string | undefined): OtherThing | undefined {
  if (file !== undefined) return inventory.sources.includes(file) ? 'inventory' : 'file';
  if (inventory.groups.has(name)) return 'group';
  return inventory.hosts.has(name) ? 'host' : undefined;
}
