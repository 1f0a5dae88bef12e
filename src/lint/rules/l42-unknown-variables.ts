/** L42: variables that look like a role's are known to it. */
import { didYouMean, editDistance } from '../../base/did-you-mean.ts';
import { LEVELS } from '../../project/vars/levels.ts';
import { ACCOUNT_KEYS } from '../../roles/account.ts';
import { roles } from '../../roles/index.ts';
import type { HostView } from '../facts/host-view.ts';
import { entriesOf, placeOf } from '../facts/tree.ts';
import { isMentioned } from '../facts/written.ts';
import type { Found, Rule } from '../rule.ts';
import { FURTHER_VARIABLES } from './further-variables.ts';
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

const vocabulary = new Set([...roles.flatMap((role) => Object.keys(role.vars)), ...FURTHER_VARIABLES]);

export const unknownVariables: Rule = {
  id: 'L42',
  severity: 'W',
  title: 'Each variable with the prefix of a role is one that the role knows, or that the project itself uses',
  why: 'A misspelt variable is never read: the default counts, without a word.',
  fix: 'Correct the name; `gatdeploy roles NAME` lists those that there are.',
  check: (facts) =>
    facts.views.flatMap((view) => [
      ...ACCOUNTS.flatMap((account) => unreadKeys(account, view)),
      ...view
        .userNames()
        .filter((name) => !vocabulary.has(name) && !isDead(name))
        .flatMap((name) => {
          const found = unreadVariable(name, view);
          // Last, because it reads all that the project has.
          return found.length > 0 && isMentioned(name, facts) ? [] : found;
        }),
    ]),
};

function unreadVariable(name: string, view: HostView): readonly Found[] {
  const prefix = prefixOf(name, view);
  // What somebody types for this one run is meant to do something, whatever it is called.
  const isTyped = view.scope.definitions(name)[0]?.level === LEVELS.extraVars && !/^(?:ansible)?_/.test(name);
  if (!prefix && !isTyped) return [];
  const near = nearest(name, isTyped ? view.userNames() : []);
  // A role of which the project has no copy may read it.
  const isSure = (prefix?.own || isTyped) && view.otherRoles.every(({ isInstalled }) => isInstalled);
  if (near === undefined && !isSure) return [];
  const out = `take ${name} out, or see: gatdeploy roles${prefix ? ` ${prefix.roles[0]}` : ''}`;
  return [
    {
      message: `no role of the play reads ${name}, and nothing in the project uses it`,
      at: [view.defined(name)],
      fix: near === undefined ? out : `did you mean \`${near}\`?`,
      ...((near !== undefined || isTyped) && { isSlip: true as const }),
      hosts: [view.host],
    },
  ];
}

/** Users and groups of roles, which may be dicts. */
const ACCOUNTS = ['galaxy', 'pulsar', 'slurm'].flatMap((role) =>
  (['user', 'group', 'privsep_user'] as const).map((part) => ({
    role,
    name: `${role}_${part}`,
    keys: ACCOUNT_KEYS[part === 'group' ? 'group' : 'user'],
  })),
);

/** `galaxy_user: {name: galaxy, gid: 999}`: the role passes over what it does not know. */
function unreadKeys({ role, name, keys }: (typeof ACCOUNTS)[number], view: HostView): readonly Found[] {
  const node = view.has(role) && view.defined(name) ? view.node(name) : undefined;
  return entriesOf(node)
    .filter(([key]) => !keys.includes(key))
    .map(([key]) => {
      const near = didYouMean(key, keys);
      const isGroups = ['gid', 'group'].includes(key);
      return {
        message: `the role ${role} does not read ${key} of ${name}: it knows ${keys.join(', ')}`,
        at: [placeOf(node, key)],
        fix: isGroups ? `${role}_group: {name: …, gid: …}` : near === undefined ? `take ${key} out` : `${near}: …`,
        hosts: [view.host],
      };
    });
}

function prefixOf(name: string, view: HostView) {
  const found = Object.entries(PREFIXES).find(([prefix]) => name.startsWith(prefix))?.[1];
  return found?.roles.some(view.has) ? found : undefined;
}

/** A slip of the pen is one or two letters, and hardly ever in the first ones. */
function nearest(name: string, others: readonly string[]): string | undefined {
  const limit = name.length > 12 ? 2 : 1;
  const near = [...vocabulary, ...others]
    .filter(
      (one) => one !== name && one.startsWith(name.slice(0, 6)) && Math.abs(one.length - name.length) <= limit,
    )
    .map((one) => ({ one, distance: editDistance(name, one) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near && near.distance <= limit ? near.one : undefined;
}
