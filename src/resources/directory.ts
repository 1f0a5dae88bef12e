/** A directory: owner, group, mode; its parents must exist or be declared. */
import { sh, steps } from '../base/shell.ts';
import { owners, setAttributes, wantedAttributes } from './attributes.ts';
import { type CommonProps, defineKind } from './kind.ts';
import { checkPath, paths } from './paths.ts';

export type DirectoryProps = CommonProps & {
  readonly owner?: string;
  readonly group?: string;
  /** Octal digits, such as `0750`. */
  readonly mode?: string;
  /** Owner, group and mode that are not given stay as they are; a new directory belongs to this user and gets mode 0755. */
  readonly looseFor?: string;
};

/**
 * Makes a directory; parents that are missing are made as root with mode 0755.
 * @example directory('/srv/nginx', { mode: '0755' })
 */
export const directory = defineKind<DirectoryProps>({
  kind: 'directory',
  probe: paths,
  desired(props, name) {
    checkPath(name);
    return { type: 'directory', ...wantedAttributes(props, '0755') };
  },
  touches: (props, name) => ({ path: name, ...owners(props) }),
  apply({ name, props, before, after }) {
    if (!after) return sh`gd_open ${name}; rmdir -- "./$gd_name"`;
    const parent = name.slice(0, name.lastIndexOf('/')) || '/';
    const create = before === undefined;
    return steps(
      create && sh`gd_folders ${parent}; gd_open ${name}; (umask 077; mkdir -- "./$gd_name")`,
      sh`gd_hold ${name}`,
      create &&
        props.looseFor !== undefined &&
        setAttributes({ owner: props.looseFor, mode: '0755' }, '0755', sh`"$gd_new"`),
      setAttributes(props, '0755', sh`"$gd_new"`),
    );
  },
});
