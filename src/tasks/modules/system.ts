/** hostname, timezone, alternatives, locale_gen, dpkg_selections, known_hosts, tempfile, make: settings of the system. */
import { posix } from 'node:path';
import { sh, steps } from '../../base/shell.ts';
import { isDict, type Value } from '../../base/value.ts';
import { edit } from '../../resources/edit.ts';
import { aptPackage, command, directory } from '../../resources/index.ts';
import { type Action, declare, defineModule } from '../action.ts';
import { runAs } from '../as-user.ts';
import { withLine, withoutLine } from '../edits/line.ts';
import { badParameter, unsupported } from '../errors.ts';
import { hostPath } from './common.ts';
import { quotePattern } from './line-of.ts';

const STATE = { type: 'str', choices: ['present', 'absent'] } as const;

/** `hostname` */
export const hostnameModule = defineModule({
  name: 'ansible.builtin.hostname',
  params: { name: { type: 'str', required: true }, use: { type: 'raw', ignored: 'it is always systemd' } },
  run({ name = '' }, context): Action {
    return declare(
      [
        command(context.title, {
          lane: 'quick',
          run: sh`printf '%s\n' ${name} >/etc/hostname; hostnamectl set-hostname -- ${name} 2>/dev/null || hostname -- ${name}`,
          unless: sh`test "$(uname -n)" = ${name} && test "$(cat /etc/hostname)" = ${name}`,
        }),
      ],
      { name },
    );
  },
});

/** `timezone` */
export const timezoneModule = defineModule({
  name: 'community.general.timezone',
  params: {
    name: { type: 'str' },
    hwclock: {
      type: 'str',
      choices: ['local', 'UTC'],
      aliases: ['rtc'],
      refused: 'set it with command: timedatectl',
    },
  },
  run({ name = 'Etc/UTC' }, context): Action {
    const zone = `/usr/share/zoneinfo/${name}`;
    return declare([
      aptPackage('tzdata', {}),
      command(context.title, {
        lane: 'quick',
        run: sh`test -f ${zone} || { echo ${`there is no time zone ${name}`} >&2; exit 1; }
ln -sfn -- ${zone} /etc/localtime; printf '%s\n' ${name} >/etc/timezone`,
        unless: sh`test "$(readlink -f /etc/localtime)" = "$(readlink -f ${zone})" && test "$(cat /etc/timezone 2>/dev/null)" = ${name}`,
      }),
    ]);
  },
});

/** `alternatives` */
export const alternativesModule = defineModule({
  name: 'community.general.alternatives',
  params: {
    name: { type: 'str', required: true },
    path: { type: 'path', required: true },
    link: { type: 'path' },
    priority: { type: 'int' },
    state: { type: 'str', choices: ['present', 'selected', 'absent', 'auto'] },
    subcommands: { type: 'raw', refused: 'use command: update-alternatives' },
    family: { type: 'raw', ignored: 'it is for Red Hat' },
  },
  run({ name = '', path = '', link, priority = 50, state = 'selected' }, context): Action {
    if (state === 'absent' || state === 'auto')
      throw unsupported(context.position, `alternatives with state: ${state}`);
    const isThere = sh`update-alternatives --query ${name} | grep -qxF -- ${`Alternative: ${path}`}`;
    return declare([
      ...(link === undefined
        ? []
        : [
            command(`${context.title}: known`, {
              run: sh`update-alternatives --install ${link} ${name} ${path} ${priority}`,
              unless: isThere,
            }),
          ]),
      ...(state === 'present'
        ? []
        : [
            command(`${context.title}: selected`, {
              run: sh`update-alternatives --set ${name} ${path}`,
              unless: sh`test "$(readlink ${`/etc/alternatives/${name}`})" = ${path}`,
            }),
          ]),
    ]);
  },
});

/** `locale_gen` */
export const localeGenModule = defineModule({
  name: 'community.general.locale_gen',
  params: { name: { type: 'list', required: true }, state: STATE },
  run({ name = [], state }, context): Action {
    if (state === 'absent') throw unsupported(context.position, 'locale_gen with state: absent');
    return declare([
      aptPackage('locales', {}),
      ...name.map((one) => {
        const [, charset = 'UTF-8'] = one.split('.');
        const line = `${one} ${charset}`;
        return command(`${context.title}: ${one}`, {
          run: sh`grep -qxF -- ${line} /etc/locale.gen || printf '%s\n' ${line} >>/etc/locale.gen; locale-gen`,
          unless: sh`locale -a | tr -d - | grep -qixF -- ${one.replaceAll('-', '')}`,
        });
      }),
    ]);
  },
});

/** `dpkg_selections` */
export const dpkgSelectionsModule = defineModule({
  name: 'ansible.builtin.dpkg_selections',
  params: {
    name: { type: 'str', required: true },
    selection: { type: 'str', choices: ['install', 'hold', 'deinstall', 'purge'], required: true },
  },
  run({ name = '', selection = 'install' }, context): Action {
    return declare([
      command(context.title, {
        lane: 'apt',
        run: sh`printf '%s %s\n' ${name} ${selection} | dpkg --set-selections`,
        unless: sh`test "$(dpkg --get-selections -- ${name} | tr -s '[:space:]' ' ' | cut -d' ' -f2)" = ${selection}`,
      }),
    ]);
  },
});

/** `known_hosts` */
export const knownHostsModule = defineModule({
  name: 'ansible.builtin.known_hosts',
  params: {
    name: { type: 'str', aliases: ['host'], required: true },
    key: { type: 'str' },
    path: { type: 'str' },
    state: STATE,
    hash_host: { type: 'raw', ignored: 'names are written as they are' },
  },
  run({ name = '', key, path: given, state }, context): Action {
    const path = hostPath(given ?? '~/.ssh/known_hosts', 'path', context, 'known_hosts');
    const folder = posix.dirname(path);
    const isGone = state === 'absent';
    if (!isGone && key === undefined) throw badParameter(context.position, 'known_hosts', 'key', 'it is required');
    const lines = (key ?? '')
      .split('\n')
      .map((one) => one.trim())
      .filter(Boolean);
    return declare([
      ...(isGone
        ? []
        : [directory(folder, { looseFor: context.user, ...(folder.endsWith('/.ssh') && { mode: '0700' }) })]),
      edit(`${path}: ${context.title}`, {
        path,
        looseFor: context.user,
        create: !isGone,
        optional: isGone,
        edit: (text) =>
          isGone
            ? withoutLine(text, { regexp: `^${quotePattern(name)}[ ,]` })
            : lines.reduce(
                (all, line) =>
                  withLine(all, { line, regexp: `^${quotePattern(line.split(/\s+/).slice(0, 2).join(' '))}\\s` }),
                text,
              ),
      }),
    ]);
  },
});

/** `tempfile` */
export const tempfileModule = defineModule({
  name: 'ansible.builtin.tempfile',
  params: {
    state: { type: 'str', choices: ['file', 'directory'] },
    path: { type: 'path' },
    prefix: { type: 'str' },
    suffix: { type: 'str' },
  },
  run({ state = 'file', path = '/tmp', prefix = 'ansible.', suffix = '' }, context): Action {
    return {
      type: 'script',
      isReading: false,
      script: runAs(sh`mktemp ${state === 'directory' ? ['-d'] : []} -- ${`${path}/${prefix}XXXXXXXX${suffix}`}`, {
        user: context.user,
        environment: [],
      }),
      result: ({ code, stdout, stderr }) =>
        new Map<string, Value>([
          ['changed', code === 0],
          ['failed', code !== 0],
          ['path', stdout.trim()],
          ['state', state],
          ...(code === 0 ? [] : [['msg', stderr.trim()] as const]),
        ]),
    };
  },
});

/** `make`: done when make itself says so. */
export const makeModule = defineModule({
  name: 'community.general.make',
  params: {
    chdir: { type: 'path', required: true },
    target: { type: 'str' },
    targets: { type: 'list' },
    params: { type: 'dict' },
    file: { type: 'str' },
    jobs: { type: 'int' },
    make: { type: 'str' },
  },
  run(args, context): Action {
    const variables = [...(args.params ?? [])].map(([name, value]) =>
      value === null || isDict(value) ? String(name) : `${String(name)}=${String(value)}`,
    );
    const words = [
      ...(args.file === undefined ? [] : ['-f', args.file]),
      ...(args.jobs === undefined ? [] : [`-j${args.jobs}`]),
      ...variables,
      ...(args.targets ?? (args.target === undefined ? [] : [args.target])),
    ];
    const program = args.make ?? 'make';
    const as = { user: context.user, environment: context.environment, chdir: args.chdir };
    return declare([
      aptPackage('make', {}),
      command(context.title, {
        run: steps(runAs(sh`${program} ${words}`, as)),
        unless: runAs(sh`${program} -q ${words}`, as),
      }),
    ]);
  },
});
