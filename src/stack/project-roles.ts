/** What the name of a role stands for: one of ours, or an unmodified one that lies in the project. */
import { exportsOf, playRoleFolder } from '../project/playbook/play-roles.ts';
import type { RoleFolder } from '../project/playbook/role-folder.ts';
import type { Play } from '../project/playbook/types.ts';
import type { Project } from '../project/project.ts';
import type { Layer } from '../project/vars/levels.ts';
import { findRole } from '../roles/resolve.ts';
import type { Role } from '../roles/role.ts';

/** Finds it; undefined where there is none of either kind. */
export function resolveProjectRole(project: Project, play: Play, name: string): Role | RoleFolder | undefined {
  const native = findRole(name);
  return playRoleFolder(project, play, name, native !== undefined) ?? native;
}

/** What the whole play sees of the unmodified roles that it lists. @throws GatError for their files */
export function playExports(
  project: Project,
  play: Play,
  folders: ReadonlyMap<Play['roles'][number], RoleFolder>,
): readonly Layer[] {
  const find = (name: string) => playRoleFolder(project, play, name, findRole(name) !== undefined);
  return [...folders].flatMap(([{ position }, role]) => exportsOf(role, position, find));
}
