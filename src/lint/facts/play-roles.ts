/** The roles that a play lists: ours, and those that run by tasks of their own. The same for all of its hosts. */
import type { Position } from '../../base/position.ts';
import { orError } from '../../project/loader.ts';
import { exportsOf, playRoleFolder } from '../../project/playbook/play-roles.ts';
import type { Play, RoleEntry } from '../../project/playbook/types.ts';
import type { Project } from '../../project/project.ts';
import type { Layer } from '../../project/vars/levels.ts';
import { findRole } from '../../roles/resolve.ts';
import type { Role } from '../../roles/role.ts';

export type PlayRoles = {
  readonly natives: readonly { readonly native: Role; readonly entry: RoleEntry }[];
  readonly others: readonly OtherRole[];
  /** Variables of the others that the whole play sees. */
  readonly exports: readonly Layer[];
};

/** A role without a native form. */
export type OtherRole = { readonly name: string; readonly position: Position; readonly isInstalled: boolean };

const known = new WeakMap<Project, Map<Play, PlayRoles>>();

/** Sorts them; found out once for all hosts. */
export function playRolesOf(project: Project, play: Play): PlayRoles {
  const plays = known.get(project) ?? new Map<Play, PlayRoles>();
  known.set(project, plays);
  const found = plays.get(play) ?? sortRoles(project, play);
  plays.set(play, found);
  return found;
}

function sortRoles(project: Project, play: Play): PlayRoles {
  const folderOf = (name: string) => playRoleFolder(project, play, name, findRole(name) !== undefined);
  const natives: { native: Role; entry: RoleEntry }[] = [];
  const others: OtherRole[] = [];
  const exports: Layer[] = [];
  for (const entry of play.roles) {
    const folder = folderOf(entry.role);
    const native = folder ? undefined : findRole(entry.role);
    if (native) natives.push({ native, entry });
    else others.push({ name: entry.role, position: entry.position, isInstalled: folder !== undefined });
    // A broken file of a role is told where the role is used.
    const given = folder && orError(() => exportsOf(folder, entry.position, folderOf));
    if (given && 'value' in given) exports.push(...given.value);
  }
  return { natives, others, exports };
}
