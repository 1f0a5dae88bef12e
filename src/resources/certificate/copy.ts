/**
 * A copy of a certificate's file where, and as whom, a service reads it: equal to its source on the host, so a renewal, a
 * deletion or somebody's edit shows. The content never leaves the host.
 */
import { type Script, sh, steps } from '../../base/shell.ts';
import {
  type CommonProps,
  defineKind,
  type Item,
  type Observed,
  type Probe,
  type Resource,
  type State,
} from '../kind.ts';
import { checkPath } from '../paths.ts';
import { parseSums, printSums } from '../sums.ts';

export type CertificateCopyProps = CommonProps & {
  readonly source?: string;
  /** The certificate that the source belongs to: a new one makes the copy out of date. */
  readonly of?: Resource;
  /**
   * Whose it is: a user, who brings the own group, or ids as `999:999`. A user that the host doesn't have counts as root,
   * as with nginx where the distribution calls the user www-data: its master process reads keys as root.
   */
  readonly owner?: string;
  /** Instead of the user's own group. */
  readonly group?: string;
  readonly mode?: string;
};

/** Reads modes and owners, digests of sources and copies, and the ids that names stand for; one process each. */
const copies: Probe<CertificateCopyProps> = {
  name: 'certificate-copies',
  script(items) {
    const names = items.map(({ name }) => name);
    const sources = items.flatMap(({ props }) => props.source ?? []);
    const groups = items.flatMap(({ props }) => props.group ?? []);
    return steps(
      sh`stat -c '%a %u:%g %n' -- ${names} 2>/dev/null
printf '@sums\n'`,
      printSums([...new Set([...names, ...sources])]),
      sh`printf '@users\n'
getent passwd ${[...new Set(items.map(({ props }) => props.owner ?? 'root'))]}
printf '@groups\n'`,
      groups.length > 0 && sh`getent group ${[...new Set(groups)]}`,
      sh`true`,
    );
  },
  parse(stdout, items) {
    const [stats = '', sums = '', users = '', groups = ''] = stdout.split(/^@(?:sums|users|groups)\n/m);
    const found: Found = {
      stats: new Map(stats.split('\n').map((line) => [line.split(' ').slice(2).join(' '), line])),
      sums: parseSums(sums),
      users: new Map(users.split('\n').map((line) => [line.split(':')[0] ?? '', line.split(':')])),
      groups: new Map(groups.split('\n').map((line) => [line.split(':')[0] ?? '', line.split(':')])),
    };
    return new Map(
      items.flatMap((item): [string, Observed][] => {
        const state = stateOf(item, found);
        return state ? [[item.name, state]] : [];
      }),
    );
  },
};

/** Sets `$gd_owner` to the ids that the copy should have. */
function wantedOwner({ owner = 'root', group }: CertificateCopyProps): Script {
  if (/^\d+:\d+$/.test(owner)) return sh`gd_owner=${owner}`;
  const gid = group === undefined ? sh`id -g -- ${owner}` : sh`getent group ${group} | cut -d: -f3`;
  return sh`if id -u -- ${owner} >/dev/null 2>&1; then gd_owner=$(id -u -- ${owner}):$(${gid}); else gd_owner=0:0; fi`;
}

/**
 * Copies a file of a certificate.
 * @example certificateCopy('/etc/ssl/user/privkey-rabbitmq.pem', { source, owner: 'rabbitmq', mode: '0640' })
 */
export const certificateCopy = defineKind<CertificateCopyProps>({
  kind: 'certificate_copy',
  probe: copies,
  desired(props, name): State {
    checkPath(name);
    return { content: 'as its source', owner: 'as declared', mode: props.mode ?? '0640' };
  },
  touches: (props, name) => ({
    path: name,
    uses: props.source === undefined ? [] : [props.source],
    users: [props.owner ?? 'root'],
    groups: props.group === undefined ? [] : [props.group],
  }),
  reacts: (props) => (props.of === undefined ? [] : [{ key: 'content', to: [props.of] }]),
  loadables: (_props, path) => [{ type: 'file', path }],
  apply({ name, props, after }) {
    if (!after) return sh`rm -f -- ${name}`;
    return steps(
      wantedOwner(props),
      sh`gd_begin ${name}
cat -- ${props.source ?? ''} >"$gd_new"
chown -- "$gd_owner" "$gd_new"
chmod -- ${props.mode ?? '0640'} "$gd_new"
gd_commit ${name}`,
    );
  },
});

/** What the probe found, by path and by name; the lines of `stat` and the fields of `getent`. */
type Found = {
  readonly stats: ReadonlyMap<string, string>;
  readonly sums: ReadonlyMap<string, string>;
  readonly users: ReadonlyMap<string, readonly string[]>;
  readonly groups: ReadonlyMap<string, readonly string[]>;
};

function stateOf({ name, props }: Item<CertificateCopyProps>, found: Found): Observed | undefined {
  const source = found.sums.get(props.source ?? '');
  if (source === undefined) return { unknown: 'there is no certificate to copy yet' };
  const [mode, ids] = found.stats.get(name)?.split(' ') ?? [];
  if (mode === undefined || ids === undefined) return undefined;
  return {
    content: source === found.sums.get(name) ? 'as its source' : 'another one',
    owner: ids === wantedIds(props, found) ? 'as declared' : ids,
    mode: mode.padStart(4, '0'),
  };
}

/** The ids that the copy should have, as `wantedOwner` finds them on the host. */
function wantedIds({ owner = 'root', group }: CertificateCopyProps, { users, groups }: Found): string {
  if (/^\d+:\d+$/.test(owner)) return owner;
  const user = users.get(owner);
  if (!user) return '0:0';
  return `${user[2]}:${group === undefined ? user[3] : (groups.get(group)?.[2] ?? '')}`;
}
