/**
 * A copy of a certificate's file where, and as whom, a service reads it: equal to its source on the host, so a renewal, a
 * deletion or somebody's edit shows. The content never leaves the host.
 */
import { type Script, sh, steps } from '../../base/shell.ts';
import { type CommonProps, defineKind, type Observed, type Probe, type Resource, type State } from '../kind.ts';
import { checkPath } from '../paths.ts';

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

const copies: Probe<CertificateCopyProps> = {
  name: 'certificate-copies',
  script: (items) =>
    steps(
      ...items.map(
        ({ name, props }) => sh`gd_source=${props.source ?? ''}; gd_copy=${name}
${wantedOwner(props)}
gd_equal=differs; cmp -s -- "$gd_source" "$gd_copy" && gd_equal=equal
test -f "$gd_source" || gd_equal=unsourced
gd_found=$(stat -c '%a %u:%g' -- "$gd_copy" 2>/dev/null || echo '- -')
printf '%s %s %s\n' "$gd_equal" "$gd_found" "$gd_owner"`,
      ),
    ),
  parse(stdout, items) {
    const lines = stdout.split('\n');
    return new Map(
      items.flatMap((item, index): [string, Observed][] => {
        const state = parseCopy(lines[index] ?? '');
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

/** Parses `equal 640 107:114 107:114`: comparison, mode and ids that were found, ids that should be. */
function parseCopy(line: string): Observed | undefined {
  const [content = '', mode = '', found = '', wanted = ''] = line.split(' ');
  if (content === 'unsourced') return { unknown: 'there is no certificate to copy yet' };
  if (mode === '-' || mode === '') return undefined;
  return {
    content: content === 'equal' ? 'as its source' : 'another one',
    owner: found === wanted ? 'as declared' : found,
    mode: mode.padStart(4, '0'),
  };
}
