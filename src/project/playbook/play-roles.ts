/** The unmodified roles that a play lists: where they are looked for, and which of their variables the whole play sees. */
import path from 'node:path';
import type { Position } from '../../base/position.ts';
import type { Project } from '../project.ts';
import { type Layer, LEVELS } from '../vars/levels.ts';
import { findRoleFolder, type RoleFolder, roleCandidates } from './role-folder.ts';
import type { Play } from './types.ts';

/**
 * The folder of a role that lies in the project, or where its ansible.cfg says. An admin's own role `nginx` is another
 * one than ours; a name such as `galaxyproject.nginx` is the role whose native form we have.
 */
export function playRoleFolder(
  project: Project,
  play: Play,
  name: string,
  isNative: boolean,
): RoleFolder | undefined {
  if (isNative && name.includes('.')) return undefined;
  return findRoleFolder(name, candidates(project, play, name), project.loader);
}

/** Where a role is looked for, for messages. */
export function searchedRoles(project: Project, play: Play, name: string): readonly string[] {
  return candidates(project, play, name).map(project.loader.shown);
}

function candidates(project: Project, play: Play, name: string): readonly string[] {
  const bases = [path.dirname(play.file), project.sources.playbookFolder, project.root];
  return roleCandidates(name, [...new Set(bases)], project.config);
}

/**
 * What every role and task of a play sees of a role that the play lists, and of those that it depends on: its defaults
 * and its variables. @throws GatError for its files
 */
export function exportsOf(
  role: RoleFolder,
  position: Position,
  find: (name: string) => RoleFolder | undefined,
  above: readonly string[] = [],
): readonly Layer[] {
  const needed = role.dependencies().flatMap((one) => {
    const found = find(one.role);
    // Roles that need each other are told where they are opened.
    if (!found || found.folder === role.folder || above.includes(found.folder)) return [];
    return exportsOf(found, one.position, find, [...above, role.folder]);
  });
  return [
    ...needed,
    { level: LEVELS.roleDefaults, variables: role.defaults(undefined, position) },
    { level: LEVELS.roleVars, variables: role.vars(undefined, position) },
  ];
}
