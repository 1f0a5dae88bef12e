/** Binds plays to what their roles stand for. It loads all native roles, which takes a while: a run connects to its hosts first. */
import type { GatError } from '../base/errors.ts';
import { searchedRoles } from '../project/playbook/play-roles.ts';
import type { RoleFolder } from '../project/playbook/role-folder.ts';
import type { RoleEntry } from '../project/playbook/types.ts';
import type { Project } from '../project/project.ts';
import { resolveRole } from '../roles/resolve.ts';
import { collectErrors } from './collect.ts';
import type { BoundRole } from './declare.ts';
import { playExports, resolveProjectRole } from './project-roles.ts';
import type { BoundPlay, Stack, StackPlay } from './stack.ts';

/** Finds the role behind each role entry of a play; those that stand for nothing are added to the problems. */
export function bindPlay(project: Project, one: StackPlay, problems: GatError[]): BoundPlay {
  const { play } = one;
  const folders = new Map<RoleEntry, RoleFolder>();
  const roles = play.roles.flatMap((entry): BoundRole[] => {
    const { role: name, position } = entry;
    const role = resolveProjectRole(project, play, name);
    if (role && 'declare' in role) return [{ entry, role }];
    if (role) folders.set(entry, role);
    else
      collectErrors(problems, () => resolveRole({ name, position, searched: searchedRoles(project, play, name) }));
    return [];
  });
  const exports = collectErrors(problems, () => playExports(project, play, folders)) ?? [];
  return { ...one, roles, folders, exports };
}

/** What is wrong with the roles of a stack's plays. */
export function roleProblems({ project, plays }: Stack): readonly GatError[] {
  const problems: GatError[] = [];
  for (const one of plays) bindPlay(project, one, problems);
  return problems;
}
