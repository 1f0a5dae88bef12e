/** Operating-system users and groups. See useradd(8), groupadd(8), passwd(5). */
import { type Script, sh, steps } from '../base/shell.ts';
import { type CommonProps, defineKind, type Observed, type Probe } from './kind.ts';

export type GroupProps = CommonProps & { readonly gid?: number; readonly system?: boolean };

export type UserProps = CommonProps & {
  readonly uid?: number;
  /** Primary group; default: a group of the user's own name. */
  readonly group?: string;
  /** Supplementary groups that the user must be in; others are left alone. */
  readonly groups?: readonly string[];
  readonly home?: string;
  readonly createHome?: boolean;
  readonly shell?: string;
  readonly system?: boolean;
  readonly comment?: string;
};

/** Reads `name:x:gid:members`. */
const groups: Probe<GroupProps> = {
  name: 'groups',
  script: (items) => sh`getent group ${items.map((item) => item.name)} || true`,
  parse: (stdout) =>
    new Map(
      stdout.split('\n').flatMap((line): [string, Observed][] => {
        const [name, , gid] = line.split(':');
        return name && gid ? [[name, { gid: Number(gid) }]] : [];
      }),
    ),
};

/** Makes a group. */
export const group = defineKind<GroupProps>({
  kind: 'group',
  probe: groups,
  desired: (props) => (props.gid === undefined ? {} : { gid: props.gid }),
  apply({ name, props, before, after }) {
    if (!after) return sh`groupdel -- ${name}`;
    const gid = props.gid === undefined ? [] : ['-g', String(props.gid)];
    if (before) return sh`groupmod ${gid} -- ${name}`;
    return sh`groupadd ${props.system ? ['-r'] : []} ${gid} -- ${name}`;
  },
});

/** Reads passwd lines, then for each user `groups NAME a b c` and its primary group's name. */
const users: Probe<UserProps> = {
  name: 'users',
  script: (items) => {
    const names = items.map((item) => item.name);
    return sh`getent passwd ${names} || true
echo
for gd_user in ${names}; do
printf '%s %s %s\n' "$gd_user" "$(id -gn -- "$gd_user" 2>/dev/null)" "$(id -Gn -- "$gd_user" 2>/dev/null)"
done`;
  },
  parse(stdout, items) {
    const [passwd = '', memberships = ''] = stdout.split(/\n\n|^\n/, 2);
    const groupsOf = new Map(
      memberships.split('\n').map((line) => [line.split(' ')[0], line.split(' ').slice(1)]),
    );
    const wanted = new Map(items.map((item) => [item.name, item.props.groups ?? []]));
    return new Map(
      passwd.split('\n').flatMap((line): [string, Observed][] => {
        const [name, , uid, , comment = '', home = '', shell = ''] = line.split(':');
        if (!name) return [];
        const [primary = '', ...all] = groupsOf.get(name) ?? [];
        const missing = (wanted.get(name) ?? []).filter((one) => !all.includes(one));
        return [
          [name, { uid: Number(uid), group: primary, comment, home, shell, missingGroups: missing.join(',') }],
        ];
      }),
    );
  },
};

/** Makes a user; without `group` it gets a group of its own name. */
export const user = defineKind<UserProps>({
  kind: 'user',
  probe: users,
  desired: (props) => ({
    ...(props.uid === undefined ? {} : { uid: props.uid }),
    ...(props.group === undefined ? {} : { group: props.group }),
    ...(props.home === undefined ? {} : { home: props.home }),
    ...(props.shell === undefined ? {} : { shell: props.shell }),
    ...(props.comment === undefined ? {} : { comment: props.comment }),
    missingGroups: '',
  }),
  touches: (props) => ({ groups: [...(props.group ? [props.group] : []), ...(props.groups ?? [])] }),
  apply({ name, props, before, after }) {
    if (!after) return sh`userdel -- ${name}`;
    return before ? modify(name, props) : create(name, props);
  },
});

/** The options that useradd and usermod share. */
function options(props: UserProps): readonly string[] {
  return [
    ...option('-u', props.uid === undefined ? undefined : String(props.uid)),
    ...option('-g', props.group),
    ...option('-d', props.home),
    ...option('-s', props.shell),
    ...option('-c', props.comment),
  ];
}

function option(flag: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [flag, value];
}

function modify(name: string, props: UserProps): Script {
  const words = options(props);
  const more = props.groups ?? [];
  return steps(
    words.length > 0 && sh`usermod ${words} -- ${name}`,
    more.length > 0 && sh`usermod -a -G ${more.join(',')} -- ${name}`,
  );
}

/** Without `group` the user gets the group of its own name, which may be there already. */
function create(name: string, props: UserProps): Script {
  const words = [
    ...(props.system ? ['-r'] : []),
    (props.createHome ?? true) ? '-m' : '-M',
    ...option('-G', props.groups?.length ? props.groups.join(',') : undefined),
    ...options(props),
  ];
  if (props.group !== undefined) return sh`useradd ${words} -- ${name}`;
  return sh`if getent group ${name} >/dev/null; then set -- -g ${name}; else set -- -U; fi
useradd "$@" ${words} -- ${name}`;
}
