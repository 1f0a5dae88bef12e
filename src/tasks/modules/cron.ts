/** cron: entries of crontabs, marked as Ansible marks them. */
import { joinText, mapText, type Text } from '../../base/secret.ts';
import { cron, cronLine, isOneLine } from '../../resources/cron.ts';
import { aptPackage } from '../../resources/index.ts';
import { type Action, declare, defineModule, type ModuleContext } from '../action.ts';
import { badParameter } from '../errors.ts';
import { given } from './common.ts';

const SPECIAL = ['reboot', 'yearly', 'annually', 'monthly', 'weekly', 'daily', 'hourly'];

/** `cron` */
export const cronModule = defineModule({
  name: 'ansible.builtin.cron',
  params: {
    name: { type: 'str', required: true },
    job: { type: 'text', aliases: ['value'] },
    user: { type: 'str' },
    state: { type: 'str', choices: ['present', 'absent'] },
    cron_file: { type: 'str' },
    minute: { type: 'str' },
    hour: { type: 'str' },
    day: { type: 'str', aliases: ['dom'] },
    month: { type: 'str' },
    weekday: { type: 'str', aliases: ['dow'] },
    special_time: { type: 'str', choices: SPECIAL },
    disabled: { type: 'bool' },
    env: { type: 'bool' },
    insertbefore: { type: 'raw', ignored: 'variables stand first' },
    insertafter: { type: 'raw', ignored: 'variables stand first' },
    backup: { type: 'bool', ignored: 'the crontab that was replaced is not kept' },
  },
  run(args, context): Action {
    const { name = '', env = false } = args;
    const isGone = args.state === 'absent';
    const file = fileOf(args.cron_file);
    const user = args.user ?? (file === undefined ? context.user : 'root');
    const job = jobOf(args.job, isGone, context);
    const line =
      job === undefined ? undefined : lineOf(args, job, { env, user: file === undefined ? undefined : user });
    const installed = aptPackage('cron', {});
    const entry = cron(`${file ?? user}: ${env ? 'variable ' : ''}${name}`, {
      entry: name,
      gone: isGone,
      isVariable: env,
      ...given({ line, file, user: file === undefined ? user : undefined }),
      ...(isGone ? {} : { after: [installed] }),
    });
    return declare(isGone ? [entry] : [installed, entry], { jobs: [name] });
  },
});

function fileOf(name: string | undefined): string | undefined {
  return name === undefined || name.startsWith('/') ? name : `/etc/cron.d/${name}`;
}

function jobOf(job: Text | undefined, isGone: boolean, context: ModuleContext): Text | undefined {
  if (!isGone && job === undefined) throw badParameter(context.position, 'cron', 'job', 'it is required');
  const line = job === undefined ? undefined : mapText(job, (text) => text.replace(/^[\r\n]+|[\r\n]+$/g, ''));
  if (line !== undefined && !isOneLine(line))
    throw badParameter(context.position, 'cron', 'job', 'a crontab holds one line for each job');
  return line;
}

type Times = {
  readonly minute: string | undefined;
  readonly hour: string | undefined;
  readonly day: string | undefined;
  readonly month: string | undefined;
  readonly weekday: string | undefined;
  readonly special_time: string | undefined;
  readonly disabled: boolean | undefined;
  readonly name: string | undefined;
};

function lineOf(times: Times, job: Text, { env, user }: { env: boolean; user: string | undefined }): Text {
  if (env) return joinText([`${times.name ?? ''}="`, job, '"']);
  const { minute = '*', hour = '*', day = '*', month = '*', weekday = '*', special_time: special } = times;
  const when = special === undefined ? `${minute} ${hour} ${day} ${month} ${weekday}` : `@${special}`;
  return cronLine(times.disabled ? `#${when}` : when, user, job);
}
