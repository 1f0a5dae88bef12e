/** supervisorctl: programs that supervisord runs. */
import { sh } from '../../base/shell.ts';
import { command } from '../../resources/index.ts';
import { type Action, declare, defineModule } from '../action.ts';
import { runAs } from '../as-user.ts';

/** `supervisorctl` */
export const supervisorctlModule = defineModule({
  name: 'community.general.supervisorctl',
  params: {
    name: { type: 'str', required: true },
    state: {
      type: 'str',
      required: true,
      choices: ['present', 'started', 'stopped', 'restarted', 'absent', 'signalled'],
    },
    config: { type: 'path' },
    server_url: { type: 'str', aliases: ['serverurl'] },
    supervisorctl_path: { type: 'path' },
    signal: { type: 'str' },
    username: { type: 'str', refused: 'put the login into the configuration that `config` names' },
    password: { type: 'text', refused: 'put the login into the configuration that `config` names' },
  },
  run(args, context): Action {
    const { name = '', state = '' } = args;
    const words = [
      ...(args.config === undefined ? [] : ['-c', args.config]),
      ...(args.server_url === undefined ? [] : ['-s', args.server_url]),
    ];
    const control = sh`${args.supervisorctl_path ?? 'supervisorctl'} ${words}`;
    const steps = {
      present: sh`${control} reread; ${control} add ${name}`,
      started: sh`${control} start ${name}`,
      stopped: sh`${control} stop ${name}`,
      restarted: sh`${control} update; ${control} restart ${name}`,
      absent: sh`${control} stop ${name}; ${control} remove ${name}`,
      signalled: sh`${control} signal ${args.signal ?? 'HUP'} ${name}`,
    }[state];
    const shown = sh`${control} status ${name} 2>/dev/null`;
    const running = sh`${shown} | grep -Eq ' (RUNNING|STARTING)( |$)'`;
    const unless = {
      present: sh`! ${shown} | grep -q 'no such'`,
      started: running,
      stopped: sh`! ${running}`,
      absent: sh`${shown} | grep -q 'no such'`,
    }[state];
    const as = { user: context.user, environment: context.environment };
    return declare(
      [
        command(context.title, {
          run: runAs(steps ?? sh`false`, as),
          ...(unless && { unless: runAs(unless, as) }),
        }),
      ],
      { name, state },
    );
  },
});
