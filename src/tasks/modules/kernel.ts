/** sysctl, mount, modprobe: the kernel's settings, mounts and modules, now and after a boot. */
import { sh } from '../../base/shell.ts';
import { aptPackage, command, directory, type Resource } from '../../resources/index.ts';
import { type Action, declare, defineModule, type ModuleContext } from '../action.ts';
import { badParameter, unsupported } from '../errors.ts';
import { lineOf, quotePattern } from './line-of.ts';

const STATE = { type: 'str', choices: ['present', 'absent'] } as const;

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
    const kept = lineOf(
      path,
      `${quotePattern(name)}\\s*=`,
      isGone ? undefined : `${name}=${value ?? ''}`,
      context,
    );
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
    checkMount(args, state, context);
    const keeps = state === 'present' || state === 'mounted';
    const start = `[^#\\s]\\S*\\s+${quotePattern(fstabWord(path))}\\s`;
    const entry =
      state === 'unmounted'
        ? []
        : [lineOf(args.fstab ?? '/etc/fstab', start, keeps ? fstabLine(args) : undefined, context)];
    const folder = state === 'mounted' ? [directory(path, { looseFor: 'root' })] : [];
    return declare([...folder, ...entry, ...mounting(path, state, context)], { name: path });
  },
});

type MountArgs = {
  readonly [K in 'path' | 'src' | 'fstype' | 'opts' | 'dump' | 'passno']: string | undefined;
} & { readonly boot: boolean | undefined };

function checkMount({ src, fstype }: MountArgs, state: string, context: ModuleContext): void {
  if (state === 'remounted' || state === 'ephemeral')
    throw unsupported(context.position, `mount with state: ${state}`);
  const needs = state === 'present' || state === 'mounted';
  if (needs && (src === undefined || fstype === undefined))
    throw badParameter(context.position, 'mount', 'src', `state: ${state} needs src and fstype`);
}

function fstabLine({
  path = '',
  src = '',
  fstype = '',
  opts = 'defaults',
  dump = '0',
  passno = '0',
  boot,
}: MountArgs): string {
  const options = boot === false ? `${opts},noauto` : opts;
  return `${fstabWord(src)} ${fstabWord(path)} ${fstype} ${options} ${dump} ${passno}`;
}

/** Spaces in fstab are written as octal numbers. */
function fstabWord(text: string): string {
  return text.replaceAll(' ', '\\040').replaceAll('\t', '\\011');
}

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
        ? [lineOf(`/etc/modules-load.d/${name}.conf`, `${quotePattern(name)}$`, name, context)]
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
