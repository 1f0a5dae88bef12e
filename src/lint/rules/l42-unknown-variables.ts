/** L42: variables that look like a role's are known to it. */
import { editDistance } from '../../base/did-you-mean.ts';
import { roles } from '../../roles/index.ts';
import type { HostView } from '../facts/host-view.ts';
import { isMentioned } from '../facts/written.ts';
import type { Rule } from '../rule.ts';
import { FURTHER_GALAXY_VARIABLES } from './galaxy-variables.ts';
import { isDead } from './l41-dead-variables.ts';

/** Prefixes that belong to a role alone; names with `galaxy_` are also people's own, so only near misses are told. */
const PREFIXES: Readonly<Record<string, { readonly roles: readonly string[]; readonly own: boolean }>> = {
  pulsar_: { roles: ['pulsar'], own: true },
  rabbitmq_: { roles: ['rabbitmq'], own: true },
  certbot_: { roles: ['certbot', 'nginx'], own: true },
  nginx_: { roles: ['nginx'], own: true },
  cvmfs_: { roles: ['cvmfs'], own: true },
  galaxy_: { roles: ['galaxy'], own: false },
  tusd_: { roles: ['tusd'], own: true },
  slurm_: { roles: ['slurm'], own: true },
  gxadmin_: { roles: ['gxadmin'], own: true },
  miniconda_: { roles: ['miniconda', 'uchida-miniconda'], own: false },
  docker_: { roles: ['docker'], own: false },
  golang_: { roles: ['golang'], own: false },
  pip_: { roles: ['pip'], own: false },
  postgresql_: { roles: ['postgresql', 'postgresql-objects', 'postgresql_objects'], own: false },
};

const vocabulary = new Set([...roles.flatMap((role) => Object.keys(role.vars)), ...FURTHER_GALAXY_VARIABLES]);

export const unknownVariables: Rule = {
  id: 'L42',
  severity: 'W',
  title: 'Each variable with the prefix of a role is one that the role knows, or that the project itself uses',
  why: 'A misspelt variable is never read: the default counts, without a word.',
  fix: 'Correct the name; `gatdeploy roles NAME` lists those that there are.',
  check: (facts) =>
    facts.views.flatMap((view) =>
      view.userNames().flatMap((name) => {
        const prefix = prefixOf(name, view);
        if (!prefix || vocabulary.has(name) || isDead(name) || isMentioned(name, facts)) return [];
        const near = nearest(name);
        if (near === undefined && !prefix.own) return [];
        return [
          {
            message: `no role of the play reads ${name}, and nothing in the project uses it`,
            at: [view.defined(name)],
            ...(near === undefined
              ? { fix: `take ${name} out, or see: gatdeploy roles ${prefix.roles[0]}` }
              : { fix: `did you mean \`${near}\`?`, isSlip: true as const }),
            hosts: [view.host],
          },
        ];
      }),
    ),
};

function prefixOf(name: string, view: HostView) {
  const found = Object.entries(PREFIXES).find(([prefix]) => name.startsWith(prefix))?.[1];
  return found?.roles.some(view.has) ? found : undefined;
}

/** A slip of the pen is one or two letters, and hardly ever in the first ones. */
function nearest(name: string): string | undefined {
  const limit = name.length > 12 ? 2 : 1;
  const near = [...vocabulary]
    .filter((one) => one.startsWith(name.slice(0, 6)) && Math.abs(one.length - name.length) <= limit)
    .map((one) => ({ one, distance: editDistance(name, one) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near && near.distance <= limit ? near.one : undefined;
}
