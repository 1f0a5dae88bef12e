/** Operating-system users and groups. See useradd(8), groupadd(8), passwd(5). */
import { type Script, sh, steps } from '../base/shell.ts';
import { type CommonProps, defineKind, type Observed, type Probe } from './kind.ts';

export type GroupProps = CommonProps & { readonly gid?: number; readonly system?: boolean };

export type UserProps = CommonProps & {
  readonly uid?: number;
  /** Primary group; default: a group of the user's own name. */
  readonly group?: string;
  /** Supplementary groups that the user must be in. */
  readonly groups?: readonly string[];
  /** The user is in no other supplementary group; without it others are left alone. */
  readonly onlyGroups?: boolean;
  /** When the account ends: a day as `2030-12-31`, or `never`. */
  readonly expires?: string;
  /** With `absent`: the home goes, too, with all that is in it. */
  readonly removeHome?: boolean;
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

/** Reads passwd lines, then shadow lines, then for each user its name and its groups, the primary one first. */
const users: Probe<UserProps> = {
  name: 'users',
  script: (items) => {
    const names = items.map((item) => item.name);
    return sh`getent passwd ${names} || true
printf '@shadow\n'
getent shadow ${names} | cut -d: -f1,8
printf '@groups\n'
for gd_user in ${names}; do printf '%s %s\n' "$gd_user" "$(id -Gn -- "$gd_user" 2>/dev/null)"; done`;
  },
  parse(stdout, items) {
    const [passwd = '', shadow = '', memberships = ''] = stdout.split(/^@(?:shadow|groups)\n/m);
    const endOf = new Map(
      shadow
        .split('\n')
        .map((line): [string, string] => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)]),
    );
    const groupsOf = new Map(
      memberships.split('\n').map((line) => [line.split(' ')[0], line.split(' ').slice(1)]),
    );
    const wanted = new Map(items.map((item) => [item.name, item.props]));
    return new Map(
      passwd.split('\n').flatMap((line): [string, Observed][] => {
        const [name, , uid, , comment = '', home = '', shell = ''] = line.split(':');
        if (!name) return [];
        const all = groupsOf.get(name) ?? [];
        const [primary = ''] = all;
        const { groups: needed = [] } = wanted.get(name) ?? {};
        const missing = needed.filter((one) => !all.includes(one));
        const others = all.filter((one) => one !== primary && !needed.includes(one));
        const state = {
          uid: Number(uid),
          group: primary,
          comment,
          home,
          shell,
          expires: dayOf(endOf.get(name) ?? ''),
        };
        return [[name, { ...state, missingGroups: missing.join(','), otherGroups: others.join(',') }]];
      }),
    );
  },
};

/** Days since 1970 as a date. */
function dayOf(days: string): string {
  return /^\d+$/.test(days) ? new Date(Number(days) * 86_400_000).toISOString().slice(0, 10) : 'never';
}

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
    ...(props.expires === undefined ? {} : { expires: props.expires }),
    missingGroups: '',
    ...(props.onlyGroups ? { otherGroups: '' } : {}),
  }),
  touches: (props) => ({ groups: [...(props.group ? [props.group] : []), ...(props.groups ?? [])] }),
  apply({ name, props, before, after }) {
    if (!after) return props.removeHome ? sh`userdel -r -- ${name}` : sh`userdel -- ${name}`;
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
    ...option('-e', props.expires === 'never' ? '' : props.expires),
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
    (more.length > 0 || props.onlyGroups) &&
      sh`usermod ${props.onlyGroups ? [] : ['-a']} -G ${more.join(',')} -- ${name}`,
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
