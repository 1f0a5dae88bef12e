/** The unmodified roles of a project: where they are looked for, and what is found. */
import path from 'node:path';
import { findRoleFolder, type RoleFolder, roleCandidates } from '../project/playbook/role-folder.ts';
import type { Play } from '../project/playbook/types.ts';
import type { Project } from '../project/project.ts';
import { findRole } from '../roles/resolve.ts';
import type { Role } from '../roles/role.ts';

/** Finds a role that lies in the project, or where its ansible.cfg says. */
function projectRole(project: Project, play: Play, name: string): RoleFolder | undefined {
  return findRoleFolder(name, candidates(project, play, name), project.loader);
}

/**
 * What a role's name stands for. An admin's own role `nginx` is another one than ours; a name such as
 * `galaxyproject.nginx` is the role whose native form we have.
 */
export function resolveProjectRole(project: Project, play: Play, name: string): Role | RoleFolder | undefined {
  const native = findRole(name);
  if (native && name.includes('.')) return native;
  return projectRole(project, play, name) ?? native;
}

/** Where a role is looked for, for messages. */
export function searchedRoles(project: Project, play: Play, name: string): readonly string[] {
  return candidates(project, play, name).map(project.loader.shown);
}

function candidates(project: Project, play: Play, name: string): readonly string[] {
  const bases = [path.dirname(play.file), project.sources.playbookFolder, project.root];
  return roleCandidates(name, [...new Set(bases)], project.config);
}
