/** All native roles, by the names that playbooks use. */
import { apptainer } from './apptainer/index.ts';
import { certbot } from './certbot/index.ts';
import { cvmfs } from './cvmfs/index.ts';
import { docker } from './docker/index.ts';
import { galaxy } from './galaxy/index.ts';
import { golang } from './golang/index.ts';
import { gxadmin } from './gxadmin/index.ts';
import { miniconda, uchidaMiniconda } from './miniconda/index.ts';
import { nginx } from './nginx/index.ts';
import { packages } from './packages/index.ts';
import { pip } from './pip/index.ts';
import { postgresql } from './postgresql/index.ts';
import { postgresqlObjects } from './postgresql-objects/index.ts';
import { pulsar } from './pulsar/index.ts';
import { rabbitmq } from './rabbitmq/index.ts';
import { repos } from './repos/index.ts';
import type { Role } from './role.ts';
import { selfSignedCerts } from './self-signed-certs/index.ts';
import { slurm } from './slurm/index.ts';
import { tusd } from './tusd/index.ts';

export const roles: readonly Role[] = [
  apptainer,
  certbot,
  cvmfs,
  docker,
  galaxy,
  golang,
  gxadmin,
  miniconda,
  nginx,
  packages,
  pip,
  postgresql,
  postgresqlObjects,
  pulsar,
  rabbitmq,
  repos,
  selfSignedCerts,
  slurm,
  tusd,
  uchidaMiniconda,
];
