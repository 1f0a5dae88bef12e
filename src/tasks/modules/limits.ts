/** pam_limits, sudoers, acl, filesystem: limits, rights and file systems of a host. */
import { nothing, sh } from '../../base/shell.ts';
import { edit } from '../../resources/edit.ts';
import { aptPackage, command, file } from '../../resources/index.ts';
import { type Action, declare, defineModule } from '../action.ts';
import { withLine } from '../edits/line.ts';
import { badParameter } from '../errors.ts';
import { hostPath } from './common.ts';
import { quotePattern } from './line-of.ts';

/** `pam_limits`: one line of limits.conf(5). */
export const pamLimitsModule = defineModule({
  name: 'community.general.pam_limits',
  params: {
    domain: { type: 'str', required: true },
    limit_type: { type: 'str', choices: ['hard', 'soft', '-'], required: true },
    limit_item: { type: 'str', required: true },
    value: { type: 'str', required: true },
    dest: { type: 'path' },
    comment: { type: 'str' },
    backup: { type: 'raw', ignored: 'the file that was replaced is not kept beside the new one' },
    use_min: { type: 'bool', refused: 'give the value that counts' },
    use_max: { type: 'bool', refused: 'give the value that counts' },
  },
  run(
    { domain = '', limit_type: type = '', limit_item: item = '', value = '', comment, ...args },
    context,
  ): Action {
    const path = hostPath(args.dest ?? '/etc/security/limits.conf', 'dest', context, 'pam_limits');
    const line = `${domain}\t${type}\t${item}\t${value}${comment === undefined ? '' : `\t#${comment}`}`;
    const regexp = `^\\s*${[domain, type, item].map(quotePattern).join('\\s+')}\\s`;
    return declare([
      edit(`${path}: ${context.title}`, {
        path,
        looseFor: 'root',
        create: true,
        edit: (text) => withLine(text, { line, regexp }),
      }),
    ]);
  },
});

/** `sudoers`: one rule in a file of its own, which visudo has checked before it counts. See sudoers(5). */
export const sudoersModule = defineModule({
  name: 'community.general.sudoers',
  params: {
    name: { type: 'str', required: true },
    user: { type: 'str' },
    group: { type: 'str' },
    commands: { type: 'list' },
    host: { type: 'str' },
    runas: { type: 'str' },
    nopassword: { type: 'bool' },
    noexec: { type: 'bool' },
    setenv: { type: 'bool' },
    sudoers_path: { type: 'path' },
    validation: { type: 'raw', ignored: 'the rule is always checked' },
    state: { type: 'str', choices: ['present', 'absent'] },
  },
  run({ name = '', user, group, commands, host = 'ALL', ...args }, context): Action {
    const path = hostPath(`${args.sudoers_path ?? '/etc/sudoers.d'}/${name}`, 'name', context, 'sudoers');
    if (args.state === 'absent')
      return declare([
        command(`remove ${path}`, { lane: 'quick', run: sh`rm -f -- ${path}`, unless: sh`test ! -e ${path}` }),
      ]);
    const who = user ?? (group === undefined ? undefined : `%${group}`);
    if (who === undefined || commands === undefined)
      throw badParameter(context.position, 'sudoers', 'user', 'give user or group, and commands');
    const words = [
      ...(args.runas === undefined ? [] : [`(${args.runas})`]),
      ...((args.nopassword ?? true) ? ['NOPASSWD:'] : []),
      ...(args.setenv ? ['SETENV:'] : []),
      ...(args.noexec ? ['NOEXEC:'] : []),
    ];
    const content = `${who} ${host}=${words.map((word) => `${word} `).join('')}${commands.join(', ')}\n`;
    return declare([file(path, { content, mode: '0440', owner: 'root', group: 'root' })]);
  },
});

/** `acl`: one entry of an access list. See setfacl(1). */
export const aclModule = defineModule({
  name: 'ansible.posix.acl',
  params: {
    path: { type: 'path', aliases: ['name'], required: true },
    entity: { type: 'str' },
    etype: { type: 'str', choices: ['user', 'group', 'mask', 'other'] },
    entry: { type: 'str' },
    permissions: { type: 'str' },
    default: { type: 'bool' },
    recursive: { type: 'bool' },
    recalculate_mask: { type: 'raw', ignored: 'setfacl decides' },
    follow: { type: 'raw', ignored: 'setfacl follows links' },
    use_nfsv4_acls: { type: 'bool', refused: 'use command: nfs4_setfacl' },
    state: { type: 'str', choices: ['present', 'absent', 'query'] },
  },
  run({ path: where = '', entity = '', etype, entry, permissions = '', state, ...args }, context): Action {
    const path = hostPath(where, 'path', context, 'acl');
    const prefix = args.default ? 'default:' : '';
    const wanted = entry ?? (etype === undefined ? undefined : `${prefix}${etype}:${entity}:${permissions}`);
    if (wanted === undefined)
      throw badParameter(context.position, 'acl', 'etype', 'give etype and permissions, or entry');
    const isGone = state === 'absent';
    const words = isGone ? ['-x', wanted.replace(/:[rwxX-]*$/, '')] : ['-m', wanted];
    const recurse = args.recursive ? ['-R'] : [];
    const now = sh`getfacl -p ${recurse} -- ${path}`;
    return declare([
      aptPackage('acl', {}),
      command(context.title, {
        run: sh`setfacl ${recurse} ${words} -- ${path}`,
        unless: sh`gd_acl=$(${now}) || exit 1
${isGone ? sh`!` : nothing} printf '%s\n' "$gd_acl" | grep -qE -- ${entryPattern(wanted, isGone)}`,
      }),
    ]);
  },
});

/** The line that getfacl prints for an entry; with whatever rights when it has to go. */
function entryPattern(entry: string, isGone: boolean): string {
  const [, kind, entity = '', rights = ''] = /^((?:default:)?[a-z]+):([^:]*):?([rwxX-]*)$/.exec(
    entry
      .replace(/^d(?=:)/, 'default')
      .replace(/(^|:)u:/, '$1user:')
      .replace(/(^|:)g:/, '$1group:'),
  ) ?? ['', entry];
  const bits = [...'rwx'].map((one) => (rights.toLowerCase().includes(one) ? one : '-')).join('');
  return `^${quotePattern(`${kind}:${entity}:`)}${isGone ? '' : quotePattern(bits)}`;
}

/** `filesystem`: makes one on a device that has none; one of another type stays, and is an error. See mkfs(8). */
export const filesystemModule = defineModule({
  name: 'community.general.filesystem',
  params: {
    dev: { type: 'path', aliases: ['device'], required: true },
    fstype: { type: 'str', aliases: ['type'], choices: ['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'vfat', 'swap'] },
    opts: { type: 'str' },
    force: { type: 'bool', refused: 'a file system is never made over another one' },
    resizefs: { type: 'bool', refused: 'grow it with command: resize2fs or xfs_growfs' },
    uuid: { type: 'str', refused: 'give it with opts' },
    state: { type: 'str', choices: ['present'] },
  },
  run({ dev = '', fstype = 'ext4', opts }, context): Action {
    const tool = fstype === 'swap' ? sh`mkswap` : sh`mkfs -t ${fstype}`;
    const packages: Readonly<Record<string, string>> = {
      xfs: 'xfsprogs',
      btrfs: 'btrfs-progs',
      vfat: 'dosfstools',
    };
    const needed = packages[fstype];
    return declare([
      ...(needed === undefined ? [] : [aptPackage(needed, {})]),
      command(context.title, {
        run: sh`gd_found=$(blkid -o value -s TYPE -- ${dev} || true)
test -z "$gd_found" || { echo "there is a file system of type $gd_found already" >&2; exit 1; }
${tool} ${(opts ?? '').split(/\s+/).filter(Boolean)} ${dev}`,
        unless: sh`test "$(blkid -o value -s TYPE -- ${dev})" = ${fstype}`,
      }),
    ]);
  },
});
