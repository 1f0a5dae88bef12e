/** user, group, authorized_key: accounts of the host. */
import { reveal } from '../../base/secret.ts';
import { authorizedKeys } from '../../resources/authorized-keys.ts';
import { group, type Resource, user } from '../../resources/index.ts';
import { password } from '../../resources/password.ts';
import { type Action, declare, defineModule, type ModuleContext } from '../action.ts';
import { badParameter, unsupported } from '../errors.ts';
import { given } from './common.ts';

const STATE = { type: 'str', choices: ['present', 'absent'] } as const;
const LOCAL = { type: 'raw', ignored: "accounts are always made in the host's own files" } as const;

/** `group` */
export const groupModule = defineModule({
  name: 'ansible.builtin.group',
  params: {
    name: { type: 'str', required: true },
    gid: { type: 'int' },
    state: STATE,
    system: { type: 'bool' },
    local: LOCAL,
    force: { type: 'raw', ignored: "a group is removed when it is no user's own" },
    non_unique: { type: 'bool', refused: 'a group has a number of its own' },
  },
  run(args): Action {
    const { name = '', gid, system } = args;
    const result = { name, state: args.state ?? 'present' };
    if (args.state === 'absent') return declare([group(name, { absent: true })], result);
    return declare([group(name, given({ gid, system }))], result);
  },
});

/** `user` */
export const userModule = defineModule({
  name: 'ansible.builtin.user',
  params: {
    name: { type: 'str', aliases: ['user'], required: true },
    uid: { type: 'int' },
    group: { type: 'str' },
    groups: { type: 'list' },
    append: { type: 'bool' },
    home: { type: 'path' },
    create_home: { type: 'bool', aliases: ['createhome'] },
    move_home: { type: 'bool', refused: 'a home is never moved' },
    shell: { type: 'path' },
    comment: { type: 'str' },
    system: { type: 'bool' },
    password: { type: 'text' },
    update_password: { type: 'str', choices: ['always', 'on_create'] },
    password_lock: { type: 'bool' },
    state: STATE,
    remove: { type: 'bool' },
    force: { type: 'raw', ignored: 'a user who is logged in is not removed' },
    local: LOCAL,
    skeleton: { type: 'str', refused: 'homes are made from /etc/skel' },
    generate_ssh_key: { type: 'bool', refused: 'make the key with command: ssh-keygen and `creates`' },
    expires: { type: 'str' },
    non_unique: { type: 'bool', refused: 'a user has a number of its own' },
  },
  run(args, context): Action {
    const { name = '', uid, home, shell, comment, system } = args;
    const result = { name, state: args.state ?? 'present', ...given({ home, shell, uid }) };
    if (args.state === 'absent') {
      return declare([user(name, { absent: true, ...given({ removeHome: args.remove }) })], result);
    }
    const account = user(
      name,
      given({
        uid,
        group: args.group,
        groups: args.groups,
        onlyGroups: args.groups !== undefined && !args.append ? true : undefined,
        expires: args.expires === undefined ? undefined : dayOf(args.expires, context),
        home,
        shell,
        comment,
        system,
        createHome: args.create_home,
      }),
    );
    return declare([account, ...passwordOf(name, args, account)], result);
  },
});

/** Seconds since 1970, as Ansible has it; less than none is never. */
function dayOf(seconds: string, { position }: ModuleContext): string {
  const number = Number(seconds);
  if (!Number.isFinite(number))
    throw badParameter(position, 'user', 'expires', 'it is given in seconds since 1970');
  return number < 0 ? 'never' : new Date(number * 1000).toISOString().slice(0, 10);
}

type PasswordArgs = {
  readonly password: Parameters<typeof password>[1]['hash'];
  readonly update_password: string | undefined;
  readonly password_lock: boolean | undefined;
};

function passwordOf(name: string, args: PasswordArgs, account: Resource): readonly Resource[] {
  if (args.password === undefined && args.password_lock === undefined) return [];
  return [
    password(name, {
      ...given({ hash: args.password, locked: args.password_lock }),
      onlyIfMissing: args.update_password === 'on_create',
      after: [account],
    }),
  ];
}

/** `authorized_key` */
export const authorizedKeyModule = defineModule({
  name: 'ansible.posix.authorized_key',
  params: {
    user: { type: 'str', required: true },
    key: { type: 'text', required: true },
    state: STATE,
    exclusive: { type: 'bool' },
    path: { type: 'path' },
    manage_dir: { type: 'bool', ignored: 'the folder is made when it is missing' },
    key_options: { type: 'str' },
    comment: { type: 'str' },
    follow: { type: 'raw', ignored: 'links are followed' },
    validate_certs: { type: 'raw', ignored: 'keys come from the project' },
  },
  run(args, context): Action {
    const text = reveal(args.key ?? '');
    if (/^https?:/.test(text))
      throw unsupported(
        context.position,
        'authorized_key with a URL',
        'whoever answers there could log in',
        'put the keys into a file of the project',
      );
    const keys = text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'));
    const lines = keys
      .map((key) => (args.comment === undefined ? key : withComment(key, args.comment)))
      .map((key) => (args.key_options ? `${args.key_options} ${key}` : key));
    return declare(
      [
        authorizedKeys(`${args.user ?? ''}: ${context.title}`, {
          user: args.user ?? '',
          lines,
          exclusive: args.exclusive ?? false,
          gone: args.state === 'absent',
          ...given({ path: args.path }),
        }),
      ],
      { user: args.user ?? '' },
    );
  },
});

/** `ssh-ed25519 AAAA… old words`: what stands behind the key itself gives way to the comment. */
function withComment(key: string, comment: string): string {
  return key.replace(/((?:^|\s)(?:ssh|ecdsa|sk)-\S+\s+\S+)(?:\s.*)?$/, `$1 ${comment.replaceAll('$', '$$$$')}`);
}
