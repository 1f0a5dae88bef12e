/** pip: Python packages in a virtual environment, or of the system where its distribution allows that. */

import { type Script, sh } from '../../base/shell.ts';
import { aptPackage, command, pipSet, type Resource, venv } from '../../resources/index.ts';
import { type Action, declare, defineModule, type ModuleContext } from '../action.ts';
import { runAs } from '../as-user.ts';
import { badParameter } from '../errors.ts';
import { given, hostPath } from './common.ts';
import { splitWords } from './words.ts';

type PipArgs = {
  readonly names: readonly string[];
  readonly state: string;
  readonly requirements: string | undefined;
  readonly extra: readonly string[];
  readonly editable: boolean;
  readonly chdir: string | undefined;
};

/** `pip` */
export const pipModule = defineModule({
  name: 'ansible.builtin.pip',
  params: {
    name: { type: 'list' },
    version: { type: 'str' },
    requirements: { type: 'str' },
    virtualenv: { type: 'str' },
    virtualenv_command: { type: 'str' },
    virtualenv_python: { type: 'str' },
    virtualenv_site_packages: { type: 'bool', refused: 'virtual environments see their own packages only' },
    state: { type: 'str', choices: ['present', 'absent', 'latest', 'forcereinstall'] },
    extra_args: { type: 'str' },
    executable: { type: 'str' },
    chdir: { type: 'str' },
    umask: { type: 'raw', ignored: 'it is always 022' },
    editable: { type: 'bool' },
    break_system_packages: { type: 'bool' },
  },
  run(args, context): Action {
    const { name, requirements, virtualenv, version } = args;
    if (name === undefined && requirements === undefined)
      throw badParameter(context.position, 'pip', 'name', 'give name or requirements');
    if (version !== undefined && name?.length !== 1)
      throw badParameter(context.position, 'pip', 'version', 'it goes with exactly one name');
    const pip: PipArgs = {
      names: (name ?? []).map((one) => (version === undefined ? one : `${one}==${version}`)),
      state: args.state ?? 'present',
      requirements,
      extra: args.extra_args === undefined ? [] : splitWords(args.extra_args).map(String),
      editable: args.editable ?? false,
      chdir: args.chdir,
    };
    if (virtualenv === undefined)
      return declare(systemWide(pip, args.executable, args.break_system_packages ?? false, context));
    const path = hostPath(virtualenv, 'virtualenv', context, 'pip');
    return declare(inVenv(path, pip, args.virtualenv_python ?? pythonOf(args.virtualenv_command), context), {
      virtualenv: path,
      name: pip.names,
    });
  },
});

/** `python3.11 -m venv` names an interpreter; whatever else makes it, the result is the same. */
function pythonOf(command: string | undefined): string | undefined {
  return /^(\S+)\s+-m\s+(?:venv|virtualenv)\b/.exec(command ?? '')?.[1];
}

function inVenv(
  path: string,
  pip: PipArgs,
  python: string | undefined,
  context: ModuleContext,
): readonly Resource[] {
  const owner = context.user;
  const tool = aptPackage('python3-venv', {});
  const home = venv(path, { owner, ...given({ python }), after: [tool] });
  const isPlain = pip.state === 'present' && pip.requirements === undefined && !pip.editable;
  const env = Object.fromEntries(context.environment.map(([name, value]) => [name, String(value)]));
  const hasSecret = context.environment.some(([, value]) => typeof value !== 'string');
  // uv lies in a folder that only root can enter.
  const installer = owner === 'root' && pip.extra.length === 0 ? 'auto' : 'pip';
  if (isPlain && !hasSecret)
    return [
      tool,
      home,
      pipSet(path, { packages: pip.names, owner, env, installer, extraArgs: pip.extra, after: [home] }),
    ];
  if (pip.state === 'absent') return [pipSet(path, { packages: pip.names, owner, absent: true })];
  return [
    tool,
    home,
    ...byCommand(sh`${`${path}/bin/python`} -m pip`, pip, [], context).map((one) => ({
      ...one,
      props: { ...one.props, after: [home] },
    })),
  ];
}

function systemWide(
  pip: PipArgs,
  executable: string | undefined,
  breaks: boolean,
  context: ModuleContext,
): readonly Resource[] {
  const program = executable === undefined ? sh`python3 -m pip` : sh`${executable}`;
  const tool = aptPackage('python3-pip', {});
  const words = breaks ? ['--break-system-packages'] : [];
  return executable === undefined
    ? [
        tool,
        ...byCommand(program, pip, words, context).map((one) => ({
          ...one,
          props: { ...one.props, after: [tool] },
        })),
      ]
    : byCommand(program, pip, words, context);
}

/** pip itself says in a dry run what it would do; without a network it can't, and runs. */
function byCommand(
  program: Script,
  pip: PipArgs,
  words: readonly string[],
  context: ModuleContext,
): readonly Resource[] {
  const what = [
    ...(pip.requirements === undefined ? [] : ['-r', pip.requirements]),
    ...(pip.editable ? pip.names.flatMap((name) => ['-e', name]) : pip.names),
  ];
  const options = [
    ...words,
    ...(pip.state === 'latest' ? ['--upgrade'] : []),
    ...(pip.state === 'forcereinstall' ? ['--force-reinstall'] : []),
    ...pip.extra,
  ];
  const as = { user: context.user, environment: context.environment, chdir: pip.chdir };
  if (pip.state === 'absent')
    return [
      command(context.title, {
        run: runAs(sh`${program} uninstall -q -y ${words} ${pip.names}`, as),
        unless: runAs(sh`! ${program} show -q ${pip.names}`, as),
      }),
    ];
  const install = sh`${program} install --no-input --disable-pip-version-check`;
  return [
    command(context.title, {
      run: runAs(sh`${install} ${options} ${what}`, as),
      ...(pip.state === 'forcereinstall'
        ? {}
        : {
            unless: runAs(
              sh`gd_would=$(${install} -q --dry-run --report - ${options} ${what}) && printf '%s' "$gd_would" | tr -d ' \n' | grep -q '"install":\\[\\]'`,
              as,
            ),
          }),
    }),
  ];
}
