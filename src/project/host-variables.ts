/** The finished variables of a host, leaf by leaf, as `gatdeploy vars` shows them. */
import type { Value } from '../base/value.ts';
import { createTemplar, type Templar } from '../render/templar.ts';
import { projectAccess } from './access.ts';
import { orError } from './loader.ts';
import type { Play, Playbook } from './playbook/types.ts';
import type { Project } from './project.ts';
import { hostScope, playHosts } from './scope.ts';
import type { HostScope } from './vars/host-scope.ts';

/** Which plays count: those of one playbook, or of all playbooks of the project. */
export type HostVariablesOptions = { readonly playbook?: string };

/** The scope in which a host's variables are shown: as the last play that targets the host sees them. */
export function shownScope(project: Project, host: string, options: HostVariablesOptions = {}): HostScope {
  const play = lastPlayOf(project, host, options);
  return hostScope(project, host, play ? { play } : {});
}

/** Every variable that the project's files define for a host. A leaf that fails is `{__error__, detail}`. */
export function evaluateHost(scope: HostScope, templar: Templar): Map<string, Value> {
  const values = new Map<string, Value>();
  for (const name of [...scope.userNames()].sort()) {
    const node = scope.lookup(name);
    if (node) values.set(name, templar.leafwise(node));
  }
  return values;
}

/** The same, with the access that the project's own templates have. */
export function hostVariables(
  project: Project,
  host: string,
  options: HostVariablesOptions = {},
): Map<string, Value> {
  const scope = shownScope(project, host, options);
  return evaluateHost(scope, createTemplar({ scope, access: projectAccess(project) }));
}

/** The last play that targets a host. */
export function lastPlayOf(project: Project, host: string, options: HostVariablesOptions = {}): Play | undefined {
  const plays = playbooksOf(project, options).flatMap((playbook) => playbook.plays);
  return plays.findLast((play) => playHosts(project, play).includes(host));
}

/** A playbook that is asked for must be right; of those that aren't, a broken one is a warning. */
function playbooksOf(project: Project, options: HostVariablesOptions): readonly Playbook[] {
  if (options.playbook !== undefined) return [project.playbook(options.playbook)];
  return project.playbookNames().flatMap((name) => {
    const read = orError(() => project.playbook(name));
    if ('value' in read) return [read.value];
    const [where] = read.error.where;
    if (where && 'file' in where) project.loader.warn({ position: where, text: read.error.what });
    return [];
  });
}
