/** A directory: owner, group, mode; its parents must exist or be declared. */
import { sh, steps } from '../base/shell.ts';
import { type CommonProps, defineKind } from './kind.ts';
import { checkPath, paths } from './paths.ts';

export type DirectoryProps = CommonProps & {
  readonly owner?: string;
  readonly group?: string;
  /** Octal digits, such as `0750`. */
  readonly mode?: string;
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
    return {
      type: 'directory',
      mode: props.mode ?? '0755',
      owner: props.owner ?? 'root',
      group: props.group ?? 'root',
    };
  },
  touches: (props, name) => ({ path: name, users: [props.owner ?? 'root'], groups: [props.group ?? 'root'] }),
  apply({ name, props, before, after }) {
    if (!after) return sh`rmdir -- ${name}`;
    const owner = `${props.owner ?? 'root'}:${props.group ?? 'root'}`;
    const parent = name.slice(0, name.lastIndexOf('/')) || '/';
    return steps(
      before === undefined && sh`(umask 022; mkdir -p -- ${parent}; umask 077; mkdir -- ${name})`,
      sh`chown -- ${owner} ${name}`,
      sh`chmod -- ${props.mode ?? '0755'} ${name}`,
    );
  },
});
