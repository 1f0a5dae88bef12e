/** All native roles, by the names that playbooks use. */
import type { Role } from './role.ts';

export const roles: readonly Role[] = [];
