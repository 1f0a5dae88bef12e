/** A Python virtual environment. It is rebuilt when its interpreter has gone, as after an upgrade of the system. See venv(3). */
import { type Script, sh, steps } from '../base/shell.ts';
import { defineKind } from './kind.ts';
import { checkPath } from './paths.ts';
import { asUser } from './python/as-user.ts';
import { type TreeProps, trees } from './python/trees.ts';

export type VenvProps = TreeProps & {
  /** The interpreter it is made from; default `python3`. */
  readonly python?: string;
  /** Who makes and owns it; default root. */
  readonly owner?: string;
};

/**
 * Makes a virtual environment with pip in it.
 * @example venv('/mnt/pulsar/venv', { after: [python3Venv] })
 */
export const venv = defineKind<VenvProps>({
  kind: 'venv',
  lane: 'slow',
  sideEffects: true,
  probe: trees,
  desired(_props, name) {
    checkPath(name);
    return { usable: true };
  },
  touches: (props, name) => ({ path: name, users: [props.owner ?? 'root'] }),
  apply({ name, props, after }) {
    if (!after) return sh`test ! -f ${`${name}/pyvenv.cfg`} || rm -rf -- ${name}`;
    const make = asUser(props.owner, sh`${props.python ?? 'python3'} -m venv "$@" ${name}`);
    // Only what says that it is a virtual environment is emptied, never a directory that a typing mistake led to.
    return steps(
      sh`umask 022`,
      props.owner !== undefined && props.owner !== 'root' && folderFor(props.owner, name),
      sh`set --; test ! -f ${`${name}/pyvenv.cfg`} || set -- --clear`,
      make,
    );
  },
});

/** The directory above may be one that only root writes to. */
function folderFor(owner: string, path: string): Script {
  const parent = path.slice(0, path.lastIndexOf('/')) || '/';
  return sh`test -e ${path} || (gd_folders ${parent}; gd_open ${path}; mkdir -m 0755 -- "./$gd_name"; chown -h -- ${`${owner}:`} "./$gd_name")`;
}
