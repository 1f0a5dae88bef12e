/** The files that a play names in `vars_files`: where they lie, and what they define. */
import path from 'node:path';
import type { Node } from '../../base/node.ts';
import { createTemplar } from '../../render/templar.ts';
import { pathKind } from '../files.ts';
import type { Variables } from '../inventory/model.ts';
import { oneOrMany } from '../playbook/read.ts';
import type { Play } from '../playbook/types.ts';
import type { Project } from '../project.ts';
import { invalidVarsFile } from './errors.ts';
import type { HostScope } from './host-scope.ts';
import { LEVELS } from './levels.ts';
import { variablesOf } from './variables.ts';

/** A scope with a play's files. Each file's name may use what is known so far, the files before it included. @throws GatError vars/vars-files, and what reading throws */
export function withVarsFiles(scope: HostScope, play: Play, project: Project): HostScope {
  let current = scope;
  for (const item of play.varsFiles) {
    const variables = firstFound(oneOrMany(item), current, play, project);
    if (variables.length === 0) continue;
    current = current.with(variables.map((one) => ({ level: LEVELS.playVarsFiles, variables: one })));
  }
  return current;
}

function firstFound(
  candidates: readonly Node[],
  scope: HostScope,
  play: Play,
  project: Project,
): readonly Variables[] {
  for (const candidate of candidates) {
    const name = fileName(candidate, scope, project);
    if (name === undefined) return [];
    const file = findVarsFile(name, play, project);
    if (file !== undefined) return documentsOf(project.loader.values(file));
  }
  warnMissing(candidates, project);
  return [];
}

/** Ansible passes over it without a word, and what it should define is missing later on. */
function warnMissing(candidates: readonly Node[], { loader }: Project): void {
  const [first] = candidates;
  const names = candidates.flatMap((one) => (one.kind === 'scalar' ? [String(one.value)] : []));
  if (first) loader.warn({ position: first.position, text: `no such file for vars_files: ${names.join(', ')}` });
}

/** The evaluated name; undefined when it needs a variable that nobody defines, which skips the entry. */
function fileName(node: Node, scope: HostScope, project: Project): string | undefined {
  const found = createTemplar({ scope }).leafwise(node);
  if (typeof found === 'string') return found;
  const failure = found instanceof Map ? found : new Map();
  if (failure.get('__error__') !== 'undefined')
    throw invalidVarsFile(node.position, String(failure.get('detail') ?? 'it is no text'));
  project.loader.warn({
    position: node.position,
    text: `this entry of vars_files is skipped: ${failure.get('detail')}`,
  });
  return undefined;
}

/** Ansible looks into vars/ first, beside the play and then beside the playbook. */
function findVarsFile(name: string, play: Play, project: Project): string | undefined {
  if (path.isAbsolute(name) || name.startsWith('~'))
    return [name.replace(/^~(?=\/|$)/, process.env.HOME ?? '~')].find((file) => pathKind(file) === 'file');
  const folders = [path.dirname(play.file), project.sources.playbookFolder];
  const candidates = folders.flatMap((folder) => [path.join(folder, 'vars', name), path.join(folder, name)]);
  return candidates.find((file) => pathKind(file) !== undefined);
}

/** A file of variables may also be a list of mappings. */
function documentsOf(node: Node): readonly Variables[] {
  const parts = node.kind === 'list' ? node.items : [node];
  return parts.map((part) => {
    if (node.kind === 'list' && part.kind !== 'dict')
      throw invalidVarsFile(part.position, 'it must hold a mapping of names to values');
    return variablesOf(part);
  });
}
