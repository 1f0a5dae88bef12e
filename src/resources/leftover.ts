/** How things are taken away that gatdeploy has made and that nobody declares any more: which can be, in which order. */
import { sh } from '../base/shell.ts';
import { group, user } from './account.ts';
import { aptPackage } from './apt-package.ts';
import { aptRepository } from './apt-repository.ts';
import { cron } from './cron.ts';
import { directory } from './directory.ts';
import { file } from './file.ts';

import type { CommonProps, Resource } from './kind.ts';
import { link } from './link.ts';
import { nginxConfig } from './nginx-config.ts';
import { rabbitmqPolicy } from './rabbitmq/policy.ts';
import { rabbitmqUser } from './rabbitmq/user.ts';
import { rabbitmqVhost } from './rabbitmq/vhost.ts';
import { service } from './service.ts';
import { venv } from './venv.ts';

/** A thing that was made: its kind, its name, and what else is needed to find it again. */
export type Leftover = {
  readonly kind: string;
  readonly name: string;
  readonly more: Readonly<Record<string, string>>;
};

type Gone = CommonProps & { readonly absent: true };

type Remover = {
  /** Lower ones go first; what is declared is put in place after stage 1. */
  readonly stage: number;
  readonly remove: (one: Leftover, props: Gone) => Resource;
  /** With all that it holds. */
  readonly empty?: (one: Leftover, props: Gone) => Resource;
  /** Which other props tell where it is. */
  readonly keeps?: readonly string[];
  /** Why it is never taken away; `remove` then merely finds out whether it is still there. */
  readonly stays?: string;
};

const asFile = ({ kind, name }: Leftover, props: Gone): Resource => ({
  ...file(name, props),
  id: `${kind}[${name}]`,
});

/** Something that counts as a folder of the host, under its own name. */
const asFolder = ({ kind, name }: Leftover, path: string, props: Gone): Resource => ({
  ...directory(path, props),
  id: `${kind}[${name}]`,
});

/** The link by which nginx reads a site, for one that was noted before its link was noted with it. */
function linkOf(name: string): { readonly enabledBy?: string } {
  return name.includes('/sites-available/')
    ? { enabledBy: name.replace('/sites-available/', '/sites-enabled/') }
    : {};
}

/** The same resource, taken away by another script. */
function takenBy(resource: Resource, apply: Resource['kind']['apply']): Resource {
  return { ...resource, kind: { ...resource.kind, apply } };
}

const REMOVERS: ReadonlyMap<string, Remover> = new Map<string, Remover>([
  ['service', { stage: 0, remove: ({ name }, props) => service(name, props) }],
  [
    'cron',
    {
      stage: 0,
      keeps: ['entry', 'user', 'file'],
      remove: ({ name, more }, { after }) =>
        cron(name, { entry: '', ...more, gone: true, ...(after && { after }) }),
    },
  ],
  ['link', { stage: 1, remove: ({ name }, props) => link(name, props) }],
  ['file', { stage: 1, remove: asFile }],
  ['download', { stage: 1, remove: asFile }],
  [
    'nginx_config',
    {
      stage: 1,
      keeps: ['enabledBy', 'folder'],
      remove: ({ name, more }, props) => nginxConfig(name, { ...props, ...linkOf(name), ...more }),
    },
  ],
  ['certificate_copy', { stage: 1, remove: asFile }],
  [
    'rabbitmq_policy',
    {
      stage: 2,
      keeps: ['vhost', 'name'],
      remove: ({ name, more }, props) =>
        rabbitmqPolicy(name, { ...props, vhost: more.vhost ?? '', name: more.name ?? '' }),
    },
  ],
  ['rabbitmq_user', { stage: 2, remove: ({ name }, props) => rabbitmqUser(name, props) }],
  ['rabbitmq_vhost', { stage: 3, remove: ({ name }, props) => rabbitmqVhost(name, props) }],
  ['package', { stage: 4, remove: ({ name }, props) => aptPackage(name, props) }],
  ['apt_repository', { stage: 5, remove: ({ name }, props) => aptRepository(name, { ...props, lines: [] }) }],
  [
    'git',
    {
      stage: 6,
      stays: 'a checkout may hold work of somebody, so it always stays; rm -r takes it away',
      remove: (one, props) => asFolder(one, one.name, props),
    },
  ],
  [
    'certificate',
    {
      stage: 6,
      keeps: ['folder'],
      stays: 'it always stays, and certbot goes on renewing it; certbot delete takes it away',
      remove: (one, props) => asFolder(one, `${one.more.folder ?? '/etc/letsencrypt'}/live/${one.name}`, props),
    },
  ],
  ['venv', { stage: 6, remove: ({ name }, props) => venv(name, props) }],
  [
    'user',
    {
      stage: 7,
      remove: ({ name }, props) => user(name, props),
      empty: ({ name }, props) => takenBy(user(name, props), () => sh`userdel -r -- ${name}`),
    },
  ],
  [
    'directory',
    {
      stage: 8,
      remove: ({ name }, props) => directory(name, props),
      empty: ({ name }, props) =>
        takenBy(directory(name, props), () => sh`gd_open ${name}; rm -rf --one-file-system -- "./$gd_name"`),
    },
  ],
  ['group', { stage: 9, remove: ({ name }, props) => group(name, props) }],
]);

/** The last stage before what is declared. */
const EARLY = 1;

/** What is to be remembered of a resource that is made; undefined for what can't be taken away again. */
export function leftoverOf({ kind, name, props }: Resource): Leftover | undefined {
  const remover = REMOVERS.get(kind.name);
  if (!remover) return undefined;
  const known = Object.entries(props).filter(([key]) => remover.keeps?.includes(key));
  return { kind: kind.name, name, more: Object.fromEntries(known.map(([key, value]) => [key, String(value)])) };
}

/** Whether a kind can be taken away. */
export function isRemovable({ kind }: Leftover): boolean {
  return REMOVERS.has(kind);
}

/** Why such a thing is never taken away; undefined when it is. */
export function whyItStays({ kind }: Leftover): string | undefined {
  return REMOVERS.get(kind)?.stays;
}

/** `kind[name]`, as plans show it. */
export function leftoverId({ kind, name }: Leftover): string {
  return `${kind}[${name}]`;
}

/** Resources whose absence is wished for: those to go before what is declared, and those to go when it is in place. */
export type Removals = { readonly early: readonly Resource[]; readonly late: readonly Resource[] };

/**
 * Makes them, each after those that must go before it.
 * @param emptied those that may go with all that they hold
 * @param settled what the late ones wait for
 */
export function removalsOf(
  leftovers: readonly Leftover[],
  emptied: ReadonlySet<Leftover>,
  settled: readonly Resource[],
): Removals {
  const early: Resource[] = [];
  const late: Resource[] = [];
  for (const one of inOrder(leftovers)) {
    const remover = REMOVERS.get(one.kind);
    if (!remover) continue;
    const isEarly = remover.stage <= EARLY;
    const isBefore = ({ kind }: Resource): boolean =>
      stageOf(kind.name) < remover.stage || kind.name === 'directory';
    const after = isEarly ? early.filter(isBefore) : [...settled, ...late.filter(isBefore)];
    const remove = emptied.has(one) && remover.empty ? remover.empty : remover.remove;
    (isEarly ? early : late).push(remove(one, { absent: true, after: [...(isEarly ? [] : early), ...after] }));
  }
  return { early, late };
}

function stageOf(kind: string): number {
  return REMOVERS.get(kind)?.stage ?? EARLY;
}

/** By stage; what lies in a folder before the folder. */
function inOrder(leftovers: readonly Leftover[]): readonly Leftover[] {
  const depth = ({ name }: Leftover): number => name.split('/').length;
  return [...leftovers].sort((a, b) => stageOf(a.kind) - stageOf(b.kind) || depth(b) - depth(a));
}
