/** All native roles, by the names that playbooks use. */
import { certbot } from './certbot/index.ts';
import { cvmfs } from './cvmfs/index.ts';
import { galaxy } from './galaxy/index.ts';
import { nginx } from './nginx/index.ts';
import { packages } from './packages/index.ts';
import { pip } from './pip/index.ts';
import { postgresql } from './postgresql/index.ts';
import { postgresqlObjects } from './postgresql-objects/index.ts';
import { pulsar } from './pulsar/index.ts';
import { rabbitmq } from './rabbitmq/index.ts';
import type { Role } from './role.ts';
import { slurm } from './slurm/index.ts';

export const roles: readonly Role[] = [
  certbot,
  cvmfs,
  galaxy,
  nginx,
  packages,
  pip,
  postgresql,
  postgresqlObjects,
  pulsar,
  rabbitmq,
  slurm,
];
