/** Modules that only look: stat, slurp, getent, find, package_facts, service_facts, setup, ping. */

import { type Node, nodeOf } from '../../base/node.ts';
import { type Script, sh } from '../../base/shell.ts';
import { Float, type Scalar, type Value } from '../../base/value.ts';
import type { RunOutput } from '../../resources/index.ts';
import type { Action, Result } from '../action.ts';
import { defineModule } from '../action.ts';
import { runAs } from '../as-user.ts';
import { pythonRegExp } from '../edits/regexp.ts';
import { hostPath } from './common.ts';

type Dict = ReadonlyMap<Scalar, Value>;

const dict = (entries: Readonly<Record<string, Value>>): Dict => new Map<Scalar, Value>(Object.entries(entries));
const result = (entries: Readonly<Record<string, Value>>): Result => new Map(Object.entries(entries));

function reading(script: Script, user: string, parse: (output: RunOutput) => Result): Action {
  return { type: 'script', isReading: true, script: runAs(script, { user, environment: [] }), result: parse };
}

function failed({ stderr, code }: RunOutput, what: string): Result {
  return result({ failed: true, rc: code, msg: `${what}: ${stderr.trim() || `exit ${code}`}` });
}

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

/** `slurp` */
export const slurpModule = defineModule({
  name: 'ansible.builtin.slurp',
  params: { src: { type: 'str', aliases: ['path'], required: true } },
  run(args, context): Action {
    const path = hostPath(args.src ?? '', 'src', context, 'slurp');
    return reading(sh`base64 -w 0 -- ${path}`, context.user, (output) =>
      output.code === 0
        ? result({ content: output.stdout.trim(), encoding: 'base64', source: path })
        : failed(output, `cannot read ${path}`),
    );
  },
});

/** `getent` */
export const getentModule = defineModule({
  name: 'ansible.builtin.getent',
  params: {
    database: { type: 'str', required: true },
    key: { type: 'str' },
    split: { type: 'str' },
    fail_key: { type: 'bool' },
    service: { type: 'str' },
  },
  run(args, context): Action {
    const { database = '', key, split } = args;
    const words = key === undefined ? [] : [key];
    const separator = split ?? (['passwd', 'shadow', 'group', 'gshadow'].includes(database) ? ':' : undefined);
    return reading(
      sh`getent ${args.service === undefined ? [] : ['-s', args.service]} -- ${database} ${words}`,
      context.user,
      (output) => {
        if (output.code !== 0 && (args.fail_key ?? true))
          return result({ failed: true, msg: 'One or more supplied key could not be found in the database.' });
        const entries = output.stdout
          .split('\n')
          .filter(Boolean)
          .map((line): [string, Value] => {
            const [name = '', ...rest] = separator === undefined ? line.split(/\s+/) : line.split(separator);
            return [name, rest];
          });
        const all =
          entries.length === 0 && key !== undefined
            ? new Map<Scalar, Value>([[key, null]])
            : new Map<Scalar, Value>(entries);
        return result({ ansible_facts: new Map<Scalar, Value>([[`getent_${database}`, all]]) });
      },
    );
  },
});

/** `find` */
export const findFilesModule = defineModule({
  name: 'ansible.builtin.find',
  params: {
    paths: { type: 'list', aliases: ['name', 'path'], required: true },
    patterns: { type: 'list', aliases: ['pattern'] },
    excludes: { type: 'list', aliases: ['exclude'] },
    use_regex: { type: 'bool' },
    recurse: { type: 'bool' },
    depth: { type: 'int' },
    hidden: { type: 'bool' },
    file_type: { type: 'str', choices: ['any', 'directory', 'file', 'link'] },
    follow: { type: 'bool' },
    age: { type: 'str' },
    age_stamp: { type: 'str', choices: ['mtime', 'atime', 'ctime'] },
    size: { type: 'str', refused: 'filter the result by its size' },
    contains: { type: 'str', refused: 'use command: grep -l' },
    get_checksum: { type: 'raw', refused: 'use stat for each file' },
    limit: { type: 'int' },
  },
  run(args, context): Action {
    const type = { any: undefined, directory: 'd', link: 'l', file: 'f' }[args.file_type ?? 'file'];
    const depth = args.recurse
      ? args.depth === undefined
        ? []
        : ['-maxdepth', String(args.depth)]
      : ['-maxdepth', '1'];
    const words = [
      ...depth,
      '-mindepth',
      '1',
      ...(type === undefined ? [] : ['-type', type]),
      ...ageWords(args.age, args.age_stamp),
    ];
    const script = sh`find ${args.follow ? ['-L'] : []} ${args.paths ?? []} ${words} -printf '%m|%u|%g|%U|%G|%s|%T@|%A@|%C@|%y|%p\\0' 2>/dev/null | sort -z | tr '\\0' '\\n'`;
    const matches = nameMatcher(
      args.patterns ?? [],
      args.excludes ?? [],
      args.use_regex ?? false,
      args.hidden ?? false,
    );
    return reading(script, context.user, ({ stdout }) => {
      const all = stdout.split('\n').filter(Boolean);
      const files = all.flatMap((line) => foundFile(line, matches)).slice(0, args.limit);
      return result({ files, matched: files.length, examined: all.length });
    });
  },
});

/** `age: 2d`: at least as old; `-2d`: at most. */
function ageWords(age: string | undefined, stamp = 'mtime'): readonly string[] {
  const [, sign, number, unit = 's'] = /^(-?)(\d+)([smhdw]?)$/.exec(age ?? '') ?? [];
  if (number === undefined) return [];
  const seconds = Number(number) * ({ s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }[unit || 's'] ?? 1);
  const name = { mtime: '-mmin', atime: '-amin', ctime: '-cmin' }[stamp] ?? '-mmin';
  return [name, `${sign === '-' ? '-' : '+'}${Math.floor(seconds / 60)}`];
}

function nameMatcher(
  patterns: readonly string[],
  excludes: readonly string[],
  isRegex: boolean,
  hidden: boolean,
): (name: string) => boolean {
  const translate = (pattern: string): RegExp =>
    isRegex
      ? pythonRegExp(`^(?:${pattern})`)
      : new RegExp(
          `^${pattern
            .replace(/[.+^${}()|\\]/g, '\\$&')
            .replaceAll('*', '.*')
            .replaceAll('?', '.')}$`,
        );
  const [wanted, unwanted] = [patterns.map(translate), excludes.map(translate)];
  return (name) =>
    (hidden || !name.startsWith('.')) &&
    (wanted.length === 0 || wanted.some((one) => one.test(name))) &&
    !unwanted.some((one) => one.test(name));
}

function foundFile(line: string, matches: (name: string) => boolean): readonly Dict[] {
  const [mode = '', owner = '', group = '', uid, gid, size, mtime, atime, ctime, type, ...rest] = line.split('|');
  const path = rest.join('|');
  if (!matches(path.slice(path.lastIndexOf('/') + 1))) return [];
  return [
    dict({
      path,
      mode: mode.padStart(4, '0'),
      pw_name: owner,
      gr_name: group,
      uid: Number(uid),
      gid: Number(gid),
      size: Number(size),
      mtime: new Float(Number(mtime)),
      atime: new Float(Number(atime)),
      ctime: new Float(Number(ctime)),
      isreg: type === 'f',
      isdir: type === 'd',
      islnk: type === 'l',
    }),
  ];
}

/** `package_facts` */
export const packageFactsModule = defineModule({
  name: 'ansible.builtin.package_facts',
  params: {
    manager: { type: 'raw', ignored: 'it is always apt' },
    strategy: { type: 'raw', ignored: 'it is always apt' },
  },
  run: (_args, context): Action =>
    reading(
      sh`dpkg-query -W -f '\${db:Status-Status} \${Package} \${Version} \${Architecture}\n'`,
      context.user,
      ({ stdout }) => {
        const packages = new Map<Scalar, Value>();
        for (const line of stdout.split('\n')) {
          const [status, name = '', version = '', arch = ''] = line.split(' ');
          if (status === 'installed')
            packages.set(name, [dict({ name, version, arch, source: 'apt', category: '', origin: '' })]);
        }
        return result({ ansible_facts: dict({ packages }) });
      },
    ),
});

/** `service_facts` */
export const serviceFactsModule = defineModule({
  name: 'ansible.builtin.service_facts',
  params: {},
  run: (_args, context): Action =>
    reading(
      sh`systemctl list-unit-files --no-legend --no-pager --type=service; echo; systemctl list-units --all --no-legend --no-pager --plain --type=service`,
      context.user,
      ({ stdout }) => {
        const [files = '', units = ''] = stdout.split('\n\n', 2);
        const services = new Map<Scalar, Value>();
        for (const line of files.split('\n')) {
          const [name = '', status = ''] = line.trim().split(/\s+/);
          if (name !== '') services.set(name, dict({ name, state: 'inactive', status, source: 'systemd' }));
        }
        for (const line of units.split('\n')) {
          const [name = '', , , sub = ''] = line.trim().split(/\s+/);
          const status = services.get(name);
          if (name !== '')
            services.set(
              name,
              dict({
                name,
                state: sub === 'running' ? 'running' : sub === 'failed' ? 'failed' : 'stopped',
                status: status instanceof Map ? (status.get('status') as string) : 'unknown',
                source: 'systemd',
              }),
            );
        }
        return result({ ansible_facts: dict({ services }) });
      },
    ),
});

/** `setup`: facts are gathered before the first task; asking again gives nothing new. */
export const setupModule = defineModule({
  name: 'ansible.builtin.setup',
  params: {
    filter: { type: 'raw' },
    gather_subset: { type: 'raw' },
    gather_timeout: { type: 'raw' },
    fact_path: { type: 'str', refused: 'local facts are not read' },
  },
  run: (): Action => ({ type: 'value', result: new Map() }),
});

/** `ping` */
export const pingModule = defineModule({
  name: 'ansible.builtin.ping',
  params: { data: { type: 'str' } },
  run: (args): Action => ({ type: 'value', result: new Map([['ping', args.data ?? 'pong']]) }),
});

/** What a reading module's result sets as variables of the host. */
export function factsInResult(facts: Value | undefined): ReadonlyMap<string, Node> {
  if (!(facts instanceof Map)) return new Map();
  return new Map(
    [...facts].map(([name, value]) => [
      String(name),
      nodeOf(value, { file: 'facts of the host', line: 1, column: 0 }, false),
    ]),
  );
}
