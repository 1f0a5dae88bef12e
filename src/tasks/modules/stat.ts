/** stat: what a path is. See Ansible's stat, stat(1). */
import { sh } from '../../base/shell.ts';
import { Float, type Value } from '../../base/value.ts';
import { type Action, defineModule } from '../action.ts';
import { hostPath } from './common.ts';
import { type Dict, dict, reading, result } from './read.ts';

/** `stat` */
export const statModule = defineModule({
  name: 'ansible.builtin.stat',
  params: {
    path: { type: 'str', aliases: ['dest', 'name'], required: true },
    follow: { type: 'bool' },
    get_checksum: { type: 'bool' },
    checksum_algorithm: {
      type: 'str',
      aliases: ['checksum', 'checksum_algo'],
      choices: ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'],
    },
    get_mime: { type: 'raw', aliases: ['mime', 'mime_type', 'mime-type'], ignored: 'the type is not told' },
    get_attributes: {
      type: 'raw',
      aliases: ['attr', 'attributes'],
      ignored: 'attributes of chattr(1) are not told',
    },
    get_md5: { type: 'raw', ignored: 'Ansible has dropped it too' },
  },
  run(args, context): Action {
    const path = hostPath(args.path ?? '', 'path', context, 'stat');
    const sum = `${args.checksum_algorithm ?? 'sha1'}sum`;
    const wantsSum = args.get_checksum ?? true;
    const script = sh`test -e ${path} || test -L ${path} || exit 0
stat ${args.follow ? ['-L'] : []} -c '%F|%a|%u|%g|%U|%G|%s|%i|%h|%X|%Y|%Z|%d' -- ${path}
test -r ${path} && printf r; test -w ${path} && printf w; test -x ${path} && printf x; echo
readlink -- ${path} || echo
readlink -f -- ${path} || echo
${wantsSum ? sh`if test -f ${path}; then ${sum} -- ${path} | sed 's/^\\\\//' | cut -d' ' -f1; fi` : sh`true`}`;
    return reading(script, context.user, ({ stdout }) => result({ stat: statOf(path, stdout) }));
  },
});

function statOf(path: string, stdout: string): Dict {
  const [line = '', access = '', target = '', real = '', sum = ''] = stdout.split('\n');
  const [type = '', mode = '', uid, gid, owner = '', group = '', size, inode, links, atime, mtime, ctime, device] =
    line.split('|');
  if (line === '') return dict({ exists: false });
  const bits = Number.parseInt(mode, 8);
  const permission = (name: string, at: number): readonly (readonly [string, Value])[] =>
    ['r', 'w', 'x'].map((what, index) => [`${what}${name}`, ((bits >> (at - index)) & 1) === 1] as const);
  return dict({
    exists: true,
    path,
    mode: mode.padStart(4, '0'),
    isreg: /^regular/.test(type),
    isdir: type === 'directory',
    islnk: type === 'symbolic link',
    issock: type === 'socket',
    isfifo: type === 'fifo',
    isblk: type === 'block special file',
    ischr: type === 'character special file',
    ...(type === 'symbolic link' ? { lnk_target: target, lnk_source: real } : {}),
    pw_name: owner,
    gr_name: group,
    uid: Number(uid),
    gid: Number(gid),
    size: Number(size),
    inode: Number(inode),
    nlink: Number(links),
    dev: Number(device),
    atime: new Float(Number(atime)),
    mtime: new Float(Number(mtime)),
    ctime: new Float(Number(ctime)),
    readable: access.includes('r'),
    writeable: access.includes('w'),
    executable: access.includes('x'),
    isuid: ((bits >> 11) & 1) === 1,
    isgid: ((bits >> 10) & 1) === 1,
    ...Object.fromEntries([...permission('usr', 8), ...permission('grp', 5), ...permission('oth', 2)]),
    ...(sum === '' ? {} : { checksum: sum }),
  });
}
