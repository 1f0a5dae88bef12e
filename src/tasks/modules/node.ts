/** npm and yarn: packages of Node.js. */
import { type Script, sh } from '../../base/shell.ts';
import { command } from '../../resources/index.ts';
import { type Action, declare, defineModule, type ModuleContext } from '../action.ts';
import { runAs } from '../as-user.ts';
import { badParameter, unsupported } from '../errors.ts';
import type { Params } from '../params.ts';

const PARAMS = {
  name: { type: 'str' },
  version: { type: 'str' },
  path: { type: 'path' },
  global: { type: 'bool' },
  executable: { type: 'str' },
  production: { type: 'bool' },
  ignore_scripts: { type: 'bool' },
  registry: { type: 'str' },
  state: { type: 'str', choices: ['present', 'absent', 'latest'] },
} as const satisfies Params;

type Words = {
  readonly name: string | undefined;
  readonly version: string | undefined;
  readonly path: string | undefined;
  readonly global: boolean | undefined;
  readonly production: boolean | undefined;
  readonly ignore_scripts: boolean | undefined;
  readonly registry: string | undefined;
  readonly state: string | undefined;
};

/** `npm` */
export const npmModule = defineModule({
  name: 'community.general.npm',
  params: {
    ...PARAMS,
    ci: { type: 'bool' },
    unsafe_perm: { type: 'bool' },
    force: { type: 'bool' },
    no_optional: { type: 'bool' },
    no_bin_links: { type: 'bool' },
    clean_install: { type: 'bool' },
  },
  run({ executable = 'npm', ci, force, ...args }, context): Action {
    const flags = [
      ...(args.global ? ['--global'] : []),
      ...(args.production ? ['--omit=dev'] : []),
      ...(args.ignore_scripts ? ['--ignore-scripts'] : []),
      ...(args.registry === undefined ? [] : ['--registry', args.registry]),
      ...(force ? ['--force'] : []),
      ...(args.no_optional ? ['--omit=optional'] : []),
    ];
    const verb = args.state === 'absent' ? 'uninstall' : ci || args.clean_install ? 'ci' : 'install';
    return packages(args, context, {
      run: sh`${executable} ${verb} ${flags} ${packageOf(args)}`,
      listed: (name) => sh`${executable} ls ${args.global ? ['--global'] : []} --depth=0 -- ${name}`,
      lock: 'node_modules/.package-lock.json',
    });
  },
});

/** `yarn` */
export const yarnModule = defineModule({
  name: 'community.general.yarn',
  params: PARAMS,
  run({ executable = 'yarn', ...args }, context): Action {
    const words = packageOf(args);
    const flags = [
      '--non-interactive',
      ...(args.production ? ['--production'] : []),
      ...(args.ignore_scripts ? ['--ignore-scripts'] : []),
      ...(args.registry === undefined ? [] : ['--registry', args.registry]),
    ];
    const verb = args.state === 'absent' ? ['remove'] : words.length > 0 ? ['add'] : ['install'];
    return packages(args, context, {
      run: sh`${executable} ${args.global ? ['global'] : []} ${verb} ${flags} ${words}`,
      listed: (name) =>
        args.global
          ? sh`${executable} global list --depth=0 | grep -qF -- ${`"${name}`}`
          : sh`test -d ${`node_modules/${name.replace(/(.)@.*$/, '$1')}`}`,
      lock: 'node_modules/.yarn-integrity',
    });
  },
});

function packageOf({ name, version, state }: Words): readonly string[] {
  if (name === undefined) return [];
  if (state === 'absent') return [name];
  return [version === undefined ? name : `${name}@${version}`];
}

type Tool = {
  readonly run: Script;
  readonly listed: (name: string) => Script;
  /** Written by the tool when all of package.json is installed. */
  readonly lock: string;
};

/** A named package is there or not; all of package.json is there when nothing is newer than the tool's own note. */
function packages(args: Words, context: ModuleContext, { run, listed, lock }: Tool): Action {
  const { name, path, global: isGlobal, state } = args;
  if (!isGlobal && path === undefined)
    throw badParameter(context.position, 'npm', 'path', 'give the folder of package.json, or global: true');
  if (state === 'latest')
    throw unsupported(context.position, 'state: latest', 'what is newest changes by itself', 'give a version');
  const isGone = state === 'absent';
  const [wanted] = packageOf(args);
  const whole = sh`test -f ${lock} && for gd_file in package.json package-lock.json yarn.lock; do test ! ${lock} -ot "$gd_file" || exit 1; done`;
  const there = name === undefined ? whole : listed(wanted ?? name);
  const as = { user: context.user, environment: context.environment, chdir: isGlobal ? undefined : path };
  return declare([
    command(context.title, {
      run: runAs(run, as),
      unless: runAs(isGone ? sh`! ( ${there} )` : there, as),
    }),
  ]);
}
