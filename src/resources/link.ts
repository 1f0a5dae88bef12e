/** A symbolic link. */
import { sh } from '../base/shell.ts';
import { type CommonProps, defineKind } from './kind.ts';
import { checkPath, paths } from './paths.ts';

export type LinkProps = CommonProps & {
  /** What the link says, absolute or relative to its own directory. */
  readonly target?: string;
  /** A file or an empty folder that is there gives way. */
  readonly replaces?: boolean;
};

/**
 * Makes a symbolic link.
 * @example link('/etc/nginx/sites-enabled/galaxy', { target: '/etc/nginx/sites-available/galaxy' })
 */
export const link = defineKind<LinkProps>({
  kind: 'link',
  probe: paths,
  desired(props, name) {
    checkPath(name);
    return { type: 'link', target: props.target ?? '' };
  },
  touches: (props, name) => ({ path: name, uses: props.target?.startsWith('/') ? [props.target] : [] }),
  loadables: (_props, path) => [{ type: 'file', path }],
  apply({ name, props, before, after }) {
    if (!after) return sh`gd_open ${name}; rm -f -- "./$gd_name"`;
    if (before && before.type !== 'link' && !props.replaces)
      return sh`echo ${`${name} exists and is no link`} >&2; exit 1`;
    return sh`gd_open ${name}
${before?.type === 'directory' ? sh`rmdir -- "./$gd_name"` : sh`:`}
gd_link=$(mktemp -u -- ./.gatdeploy.XXXXXXXX)
test -z "\${gd_temps:-}" || (umask 077; printf '%s/%s\n' "$PWD" "\${gd_link#./}" >>"$gd_temps")
ln -s -- ${props.target ?? ''} "$gd_link"
mv -fT -- "$gd_link" "./$gd_name" || { rm -f -- "$gd_link"; exit 1; }`;
  },
});
