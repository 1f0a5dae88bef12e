/** All native roles, by the names that playbooks use. */
import { cvmfs } from './cvmfs/index.ts';
import { galaxy } from './galaxy/index.ts';
import { packages } from './packages/index.ts';
import { pip } from './pip/index.ts';
import { pulsar } from './pulsar/index.ts';
import type { Role } from './role.ts';

export const roles: readonly Role[] = [cvmfs, galaxy, packages, pip, pulsar];
