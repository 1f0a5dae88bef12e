/** slurp, getent, find: what is in files, databases and directories. */
import { sh } from '../../base/shell.ts';
import { Float, type Scalar, type Value } from '../../base/value.ts';
import { type Action, defineModule } from '../action.ts';
import { pythonRegExp } from '../edits/regexp.ts';
import { hostPath } from './common.ts';
import { type Dict, dict, failed, reading, result } from './read.ts';

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
    size: { type: 'str' },
    contains: { type: 'str' },
    read_whole_file: { type: 'bool' },
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
      ...sizeWords(args.size),
      ...contentWords(args.contains, args.read_whole_file ?? false),
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

/** `size: 1m`: at least as large; `-1m`: at most. */
function sizeWords(size: string | undefined): readonly string[] {
  const [, sign, number, unit = 'b'] = /^(-?)(\d+)([bkmgt]?)$/i.exec(size ?? '') ?? [];
  if (number === undefined) return [];
  const bytes = Number(number) * 1024 ** 'bkmgt'.indexOf(unit.toLowerCase() || 'b');
  return ['-size', sign === '-' ? `-${bytes + 1}c` : `+${bytes - 1}c`];
}

/** A line begins with what the pattern describes; with the whole file at once, it may stand anywhere. */
function contentWords(pattern: string | undefined, isWhole: boolean): readonly string[] {
  if (pattern === undefined) return [];
  const words = isWhole ? ['-qzP', '-e', pattern] : ['-qP', '-e', `^(?:${pattern})`];
  return ['-type', 'f', '-exec', 'grep', ...words, '--', '{}', ';'];
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
