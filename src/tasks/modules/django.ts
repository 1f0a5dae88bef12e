/** django_manage: the commands of a Django project's manage.py. */
import { type Script, sh } from '../../base/shell.ts';
import type { Value } from '../../base/value.ts';
import { type Action, defineModule } from '../action.ts';
import { runAs } from '../as-user.ts';
import { commandResult } from './command.ts';
import { hostPath } from './common.ts';
import { splitWords } from './words.ts';

/** Commands that would ask whether they may. */
const ASKING = new Set(['flush', 'migrate', 'collectstatic', 'test']);

/** A line of what such a command prints that tells of a change. */
const CHANGES: Readonly<Record<string, RegExp>> = {
  migrate: /Applying |Migrating forwards /,
  collectstatic: /^[1-9]\d* .*static files?/,
  loaddata: /Installed [1-9]/,
  flush: /Installed [1-9]/,
  createcachetable: /created|Creating/i,
};

/** `django_manage` */
export const djangoManageModule = defineModule({
  name: 'community.general.django_manage',
  params: {
    command: { type: 'str', required: true },
    project_path: { type: 'str', aliases: ['app_path', 'chdir'], required: true },
    settings: { type: 'str' },
    pythonpath: { type: 'str', aliases: ['python_path'] },
    virtualenv: { type: 'str', aliases: ['virtual_env'] },
    apps: { type: 'str' },
    database: { type: 'str' },
    fixtures: { type: 'str' },
    cache_table: { type: 'str' },
    clear: { type: 'bool' },
    link: { type: 'bool' },
    failfast: { type: 'bool' },
    skip: { type: 'raw', ignored: 'Django has dropped it' },
    merge: { type: 'raw', ignored: 'Django has dropped it' },
    testrunner: { type: 'str' },
  },
  run(args, context): Action {
    const [name = '', ...more] = splitWords(args.command ?? '').map(String);
    const words = [
      name,
      ...more,
      ...(ASKING.has(name) ? ['--noinput'] : []),
      ...option('--settings', args.settings),
      ...option('--pythonpath', args.pythonpath),
      ...option('--database', args.database),
      ...option('--testrunner', args.testrunner),
      ...(args.clear ? ['--clear'] : []),
      ...(args.link ? ['--link'] : []),
      ...(args.failfast ? ['--failfast'] : []),
      ...[args.apps, args.fixtures, args.cache_table].flatMap((text) => splitWords(text ?? '').map(String)),
    ];
    const as = {
      user: context.user,
      environment: context.environment,
      chdir: hostPath(args.project_path ?? '', 'project_path', context, 'django_manage'),
    };
    const python = args.virtualenv === undefined ? 'python3' : `${args.virtualenv}/bin/python`;
    const manage = (all: readonly string[]): Script => sh`${python} manage.py ${all}`;
    const done = lookFor(name, words, manage);
    return {
      type: 'script',
      script: runAs(manage(words), as),
      ...(done && { done: runAs(done, as) }),
      isReading: false,
      judges: true,
      result: (output) =>
        new Map<string, Value>([
          ...commandResult(output, words),
          ['changed', output.stdout.split('\n').some((line) => CHANGES[name]?.test(line) ?? false)],
          ['out', output.stdout],
        ]),
    };
  },
});

/** Django itself says whether there is anything to migrate or to collect. */
function lookFor(
  name: string,
  words: readonly string[],
  manage: (words: readonly string[]) => Script,
): Script | undefined {
  if (name === 'migrate') return manage([...words, '--check']);
  if (name !== 'collectstatic') return undefined;
  return sh`${manage([...words, '--dry-run'])} | grep -q '^0 static files'`;
}

function option(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [`${name}=${value}`];
}
