/** The finished variables of a host, leaf by leaf, as `gatdeploy vars` shows them. */
import type { Value } from '../base/value.ts';
import { createTemplar } from '../render/templar.ts';
import type { Play } from './playbook/types.ts';
import type { Project } from './project.ts';
import { hostScope, playHosts } from './scope.ts';
import type { HostScope } from './vars/host-scope.ts';

/** Which play's variables count: the last one of the playbook that targets the host. */
export type HostVariablesOptions = { readonly playbook?: string };

/** The scope in which a host's variables are shown. */
export function shownScope(project: Project, host: string, options: HostVariablesOptions = {}): HostScope {
  const play = options.playbook === undefined ? undefined : lastPlayOf(project, host, options.playbook);
  return hostScope(project, host, play ? { play } : {});
}

/** Every variable that the project's files define for a host. A leaf that fails is `{__error__, detail}`. */
export function hostVariables(
  project: Project,
  host: string,
  options: HostVariablesOptions = {},
): Map<string, Value> {
  const scope = shownScope(project, host, options);
  const templar = createTemplar({ scope });
  const values = new Map<string, Value>();
  for (const name of [...scope.userNames()].sort()) {
    const node = scope.lookup(name);
    if (node) values.set(name, templar.leafwise(node));
  }
  return values;
}

/** The last play of a playbook that targets a host. */
export function lastPlayOf(project: Project, host: string, playbook: string): Play | undefined {
  return project.playbook(playbook).plays.findLast((play) => playHosts(project, play).includes(host));
}
