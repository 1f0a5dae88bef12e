/** Finds the native role behind a name of a playbook; a name without one is an error with its place, never skipped. */
import { GatError, throwProblems } from '../base/errors.ts';
import type { Position } from '../base/position.ts';
import { unknownRole, unsupportedRole } from './errors.ts';
import { roles } from './index.ts';
import { plannedRoles } from './planned.ts';
import type { Role } from './role.ts';

/** A role as a playbook lists it. */
export type RoleUse = {
  readonly name: string;
  readonly position: Position;
  /** Where an unmodified one was looked for. */
  readonly searched?: readonly string[];
};

const byName = new Map(
  roles.flatMap((role) => [role.name, ...role.aliases].map((name): [string, Role] => [name, role])),
);

/** The native role of this name, if there is one. */
export function findRole(name: string): Role | undefined {
  return byName.get(name);
}

/** The native role that a playbook means. @throws GatError role/unknown, role/unsupported */
export function resolveRole({ name, position, searched = [] }: RoleUse): Role {
  const role = byName.get(name);
  if (role) return role;
  const planned = plannedRoles.find(({ aliases }) => aliases.includes(name));
  if (planned) throw unsupportedRole(name, position, planned.does);
  throw unknownRole(name, position, { known: [...byName.keys()], searched });
}

/** The same for all roles of a play, telling everything that is wrong at once. @throws GatError or Problems */
export function resolveRoles(uses: readonly RoleUse[]): readonly Role[] {
  const problems: GatError[] = [];
  const found = uses.flatMap((use) => {
    try {
      return [resolveRole(use)];
    } catch (error) {
      if (!(error instanceof GatError)) throw error;
      problems.push(error);
      return [];
    }
  });
  throwProblems(problems);
  return found;
}
