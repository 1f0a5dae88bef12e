/** A directory: owner, group, mode; its parents must exist or be declared. */
import { type Script, sh, steps } from '../base/shell.ts';
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
  /** As Ansible's file has it: a link to a folder stands for the folder, and parents that are missing get the same owner and mode. */
  readonly follow?: true;
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
  touches: (props, name) => ({ path: name, makes: 'directory', ...owners(props) }),
  apply({ name, props, before, after }) {
    if (!after) return sh`gd_open ${name}; rmdir -- "./$gd_name"`;
    const create = before === undefined;
    const isShared = create && props.follow && (props.owner ?? props.group ?? props.mode) !== undefined;
    return steps(
      !create && sh`test -d ${name} || { echo ${`${name} exists and is no directory`} >&2; exit 1; }`,
      create && newFolder(name, isShared ? props : undefined),
      sh`gd_hold ${props.follow ? sh`"$(gd_real ${name})"` : sh`${name}`}`,
      create && props.looseFor !== undefined ? fresh(props) : setAttributes(props, '0755', sh`"$gd_new"`),
    );
  },
});

/** Sets what a folder that is just made, and held, gets. */
function fresh(props: DirectoryProps): Script {
  return steps(
    props.looseFor !== undefined && setAttributes({ owner: props.looseFor, mode: '0755' }, '0755', sh`"$gd_new"`),
    setAttributes(props, '0755', sh`"$gd_new"`),
  );
}

/** Makes a folder and what is missing above it, which gets the same attributes where these are given. */
function newFolder(name: string, shared: DirectoryProps | undefined): Script {
  const parent = name.slice(0, name.lastIndexOf('/')) || '/';
  const make = sh`gd_folders ${parent}; gd_open ${name}; (umask 077; mkdir -- "./$gd_name")`;
  if (!shared) return make;
  return sh`if ! test -d ${name}; then
gd_missing=; gd_folder=${parent}
while ! test -e "$gd_folder"; do gd_missing="$gd_folder
$gd_missing"; gd_folder=$(dirname -- "$gd_folder"); done
${make}
printf '%s\n' "$gd_missing" | while IFS= read -r gd_folder; do test -n "$gd_folder" || continue
gd_hold "$gd_folder"
${fresh(shared)}
done
fi`;
}
