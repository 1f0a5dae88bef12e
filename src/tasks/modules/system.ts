/** hostname, timezone, sysctl, mount, modprobe, ufw, alternatives, locale_gen, dpkg_selections, known_hosts, tempfile, make. */
import { type Script, sh, steps } from '../../base/shell.ts';
import type { Value } from '../../base/value.ts';
import { isDict } from '../../base/value.ts';
import { edit } from '../../resources/edit.ts';
import { aptPackage, command, directory, type Resource } from '../../resources/index.ts';
import { type Action, declare, defineModule, type ModuleContext } from '../action.ts';
import { runAs } from '../as-user.ts';
import { withLine, withoutLine } from '../edits/line.ts';
import { badParameter, unsupported } from '../errors.ts';
import { hostPath } from './common.ts';

const STATE = { type: 'str', choices: ['present', 'absent'] } as const;

function quote(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A line of a file that is found by its beginning. */
function lineOf(path: string, start: string, line: string | undefined, { title }: ModuleContext): Resource {
  const regexp = `^\\s*${start}`;
  return edit(`${path}: ${title}`, {
    path,
    looseFor: 'root',
    create: line !== undefined,
    optional: line === undefined,
    edit: (text) => (line === undefined ? withoutLine(text, { regexp }) : withLine(text, { line, regexp })),
  });
}

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

/** `sysctl` */
export const sysctlModule = defineModule({
  name: 'ansible.posix.sysctl',
  params: {
    name: { type: 'str', aliases: ['key'], required: true },
    value: { type: 'str', aliases: ['val'] },
    state: STATE,
    sysctl_file: { type: 'path' },
    sysctl_set: { type: 'bool' },
    reload: { type: 'bool' },
    ignoreerrors: { type: 'bool' },
  },
  run(args, context): Action {
    const { name = '', value } = args;
    const path = args.sysctl_file ?? '/etc/sysctl.conf';
    const isGone = args.state === 'absent';
    if (!isGone && value === undefined) throw badParameter(context.position, 'sysctl', 'value', 'it is required');
    const kept = lineOf(path, `${quote(name)}\\s*=`, isGone ? undefined : `${name}=${value ?? ''}`, context);
    const loaded = command(`${context.title}: value in the kernel`, {
      lane: 'quick',
      run: sh`sysctl -q -w ${args.ignoreerrors ? ['-e'] : []} ${`${name}=${value ?? ''}`}`,
      unless: sh`test "$(sysctl -n -- ${name} | tr -s '[:space:]' ' ' | sed 's/ $//')" = ${(value ?? '').trim().replace(/\s+/g, ' ')}`,
    });
    const loads = !isGone && (args.sysctl_set || args.reload !== false);
    return declare([...(loads ? [aptPackage('procps', {})] : []), kept, ...(loads ? [loaded] : [])]);
  },
});

/** `mount` */
export const mountModule = defineModule({
  name: 'ansible.posix.mount',
  params: {
    path: { type: 'path', aliases: ['name'], required: true },
    src: { type: 'str' },
    fstype: { type: 'str' },
    opts: { type: 'str' },
    dump: { type: 'str' },
    passno: { type: 'str' },
    state: {
      type: 'str',
      choices: ['absent', 'mounted', 'present', 'unmounted', 'remounted', 'ephemeral', 'absent_from_fstab'],
      required: true,
    },
    fstab: { type: 'path' },
    boot: { type: 'bool' },
    backup: { type: 'bool', ignored: 'the fstab that was replaced is not kept' },
    opts_no_log: { type: 'raw', ignored: 'options of a mount can be seen on the host anyway' },
  },
  run(args, context): Action {
    const { path = '', state = 'present' } = args;
    const isGone = state === 'absent' || state === 'absent_from_fstab';
    if (state === 'remounted' || state === 'ephemeral')
      throw unsupported(context.position, `mount with state: ${state}`);
    if (!isGone && state !== 'unmounted' && (args.src === undefined || args.fstype === undefined))
      throw badParameter(context.position, 'mount', 'src', `state: ${state} needs src and fstype`);
    const word = (text: string): string => text.replaceAll(' ', '\\040').replaceAll('\t', '\\011');
    const options = [args.opts ?? 'defaults', ...(args.boot === false ? ['noauto'] : [])].join(',');
    const line = `${word(args.src ?? '')} ${word(path)} ${args.fstype ?? ''} ${options} ${args.dump ?? '0'} ${args.passno ?? '0'}`;
    const entry =
      state === 'unmounted'
        ? []
        : [
            lineOf(
              args.fstab ?? '/etc/fstab',
              `[^#\\s]\\S*\\s+${quote(word(path))}\\s`,
              isGone ? undefined : line,
              context,
            ),
          ];
    const folder = state === 'mounted' ? [directory(path, { looseFor: 'root' })] : [];
    return declare([...folder, ...entry, ...mounting(path, state, context)], { name: path });
  },
});

function mounting(path: string, state: string, { title }: ModuleContext): readonly Resource[] {
  if (state === 'mounted')
    return [command(`${title}: mounted`, { run: sh`mount -- ${path}`, unless: sh`mountpoint -q -- ${path}` })];
  if (state !== 'unmounted' && state !== 'absent') return [];
  return [command(`${title}: unmounted`, { run: sh`umount -- ${path}`, unless: sh`! mountpoint -q -- ${path}` })];
}

/** `modprobe` */
export const modprobeModule = defineModule({
  name: 'community.general.modprobe',
  params: {
    name: { type: 'str', required: true },
    params: { type: 'str' },
    state: STATE,
    persistent: { type: 'str', choices: ['absent', 'disabled', 'present'] },
  },
  run(args, context): Action {
    const { name = '', state = 'present' } = args;
    const loaded = sh`grep -q ${`^${name.replaceAll('-', '_')} `} /proc/modules || test -d ${`/sys/module/${name.replaceAll('-', '_')}`}`;
    const words = args.params === undefined ? [] : args.params.split(/\s+/);
    return declare([
      ...(args.persistent === 'present'
        ? [lineOf(`/etc/modules-load.d/${name}.conf`, `${quote(name)}$`, name, context)]
        : []),
      command(
        context.title,
        state === 'present'
          ? { run: sh`modprobe -- ${name} ${words}`, unless: loaded }
          : { run: sh`modprobe -r -- ${name}`, unless: sh`! { ${loaded}; }` },
      ),
    ]);
  },
});

/** `ufw`: its state, its defaults, and plain rules. */
export const ufwModule = defineModule({
  name: 'community.general.ufw',
  params: {
    state: { type: 'str', choices: ['enabled', 'disabled', 'reloaded', 'reset'] },
    default: { type: 'str', aliases: ['policy'], choices: ['allow', 'deny', 'reject'] },
    direction: { type: 'str', choices: ['in', 'incoming', 'out', 'outgoing', 'routed'] },
    logging: { type: 'str' },
    rule: { type: 'str', choices: ['allow', 'deny', 'limit', 'reject'] },
    port: { type: 'str', aliases: ['to_port'] },
    proto: {
      type: 'str',
      aliases: ['protocol'],
      choices: ['any', 'tcp', 'udp', 'ipv6', 'esp', 'ah', 'gre', 'igmp'],
    },
    name: { type: 'str', aliases: ['app'] },
    from_ip: { type: 'str', aliases: ['from', 'src'] },
    from_port: { type: 'str' },
    to_ip: { type: 'str', aliases: ['dest', 'to'] },
    comment: { type: 'str' },
    delete: { type: 'bool' },
    interface: { type: 'str', aliases: ['if'] },
    route: { type: 'bool', refused: 'write the rule with command: ufw route' },
    insert: { type: 'int', refused: 'rules are added at the end' },
    log: { type: 'bool', refused: 'write the rule with command: ufw' },
  },
  run(args, context): Action {
    const { state, rule, title = context.title } = { ...args, title: context.title };
    if (state === 'reset' || state === 'reloaded')
      throw unsupported(context.position, `ufw with state: ${state}`, 'it is no state that could be compared');
    const tool = aptPackage('ufw', {});
    const step = (name: string, run: Script, unless: Script): Resource =>
      command(`${title}: ${name}`, { run, unless, after: [tool] });
    const direction = { in: 'incoming', out: 'outgoing' }[args.direction ?? 'in'] ?? args.direction ?? 'incoming';
    const added = ruleWords(args);
    return declare([
      tool,
      ...(args.default === undefined
        ? []
        : [
            step(
              'default',
              sh`ufw default ${args.default} ${direction}`,
              sh`ufw status verbose | grep -q ${`${args.default} (${direction})`} || grep -qi ${`^DEFAULT_${{ incoming: 'INPUT', outgoing: 'OUTPUT', routed: 'FORWARD' }[direction] ?? 'INPUT'}_POLICY="${{ allow: 'ACCEPT', deny: 'DROP', reject: 'REJECT' }[args.default] ?? ''}"`} /etc/default/ufw`,
            ),
          ]),
      ...(rule === undefined
        ? []
        : [
            step(
              'rule',
              sh`ufw ${args.delete ? ['delete'] : []} ${added}`,
              sh`${args.delete ? sh`! ` : sh``}ufw show added | grep -qxF -- ${`ufw ${added.join(' ')}`}`,
            ),
          ]),
      ...(args.logging === undefined
        ? []
        : [
            step(
              'logging',
              sh`ufw logging ${args.logging}`,
              sh`grep -q ${`^LOGLEVEL=${args.logging === 'on' ? 'low' : args.logging}`} /etc/ufw/ufw.conf`,
            ),
          ]),
      ...(state === undefined
        ? []
        : [
            step(
              state,
              state === 'enabled' ? sh`ufw --force enable` : sh`ufw disable`,
              sh`grep -q ${`^ENABLED=${state === 'enabled' ? 'yes' : 'no'}`} /etc/ufw/ufw.conf`,
            ),
          ]),
    ]);
  },
});

type Rule = {
  readonly [K in
    | 'rule'
    | 'port'
    | 'proto'
    | 'name'
    | 'from_ip'
    | 'from_port'
    | 'to_ip'
    | 'comment'
    | 'direction'
    | 'interface']: string | undefined;
};

/** The rule as `ufw show added` shows it. */
function ruleWords({
  rule,
  port,
  proto,
  name,
  from_ip: from,
  from_port: fromPort,
  to_ip: to,
  comment,
  direction,
  interface: device,
}: Rule): readonly string[] {
  const isSimple =
    from === undefined &&
    to === undefined &&
    fromPort === undefined &&
    device === undefined &&
    direction === undefined;
  const note = comment === undefined ? [] : ['comment', comment];
  if (isSimple && name !== undefined) return [rule ?? '', name, ...note];
  if (isSimple && port !== undefined)
    return [rule ?? '', proto === undefined || proto === 'any' ? port : `${port}/${proto}`, ...note];
  return [
    rule ?? '',
    ...(direction === undefined ? [] : [direction.replace('incoming', 'in').replace('outgoing', 'out')]),
    ...(device === undefined ? [] : ['on', device]),
    ...(from === undefined && fromPort === undefined
      ? []
      : ['from', from ?? 'any', ...(fromPort === undefined ? [] : ['port', fromPort])]),
    ...(to === undefined && port === undefined
      ? []
      : ['to', to ?? 'any', ...(port === undefined ? [] : ['port', port])]),
    ...(proto === undefined || proto === 'any' ? [] : ['proto', proto]),
    ...note,
  ];
}

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
    const isGone = state === 'absent';
    if (!isGone && key === undefined) throw badParameter(context.position, 'known_hosts', 'key', 'it is required');
    const lines = (key ?? '')
      .split('\n')
      .map((one) => one.trim())
      .filter(Boolean);
    return declare([
      ...(isGone
        ? []
        : [directory(path.slice(0, path.lastIndexOf('/')), { looseFor: context.user, mode: '0700' })]),
      edit(`${path}: ${context.title}`, {
        path,
        looseFor: context.user,
        create: !isGone,
        optional: isGone,
        edit: (text) =>
          isGone
            ? withoutLine(text, { regexp: `^${quote(name)}[ ,]` })
            : lines.reduce(
                (all, line) =>
                  withLine(all, { line, regexp: `^${quote(line.split(/\s+/).slice(0, 2).join(' '))}\\s` }),
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
