/** wait_for: a port, a file, or just a time. */
import { type Script, sh } from '../../base/shell.ts';
import type { Value } from '../../base/value.ts';
import { type Action, defineModule } from '../action.ts';
import { runAs } from '../as-user.ts';
import { badParameter } from '../errors.ts';

/** How long the wait may take beyond what the task allows it. */
const GRACE_SECONDS = 120;

/** `wait_for` */
export const waitForModule = defineModule({
  name: 'ansible.builtin.wait_for',
  params: {
    port: { type: 'int' },
    host: { type: 'str' },
    path: { type: 'str' },
    state: { type: 'str', choices: ['started', 'present', 'stopped', 'absent', 'drained'] },
    timeout: { type: 'int' },
    delay: { type: 'int' },
    sleep: { type: 'int' },
    search_regex: { type: 'str' },
    connect_timeout: { type: 'int' },
    msg: { type: 'str' },
    exclude_hosts: { type: 'raw', refused: 'it is for state: drained' },
    active_connection_states: { type: 'raw', refused: 'it is for state: drained' },
  },
  run(args, context): Action {
    const { port, path, state = 'started', timeout = 300, delay = 0, sleep = 1 } = args;
    if (state === 'drained') throw badParameter(context.position, 'wait_for', 'state', 'drained is not supported');
    const isOver = state === 'stopped' || state === 'absent';
    const test = conditionOf(port, path, args);
    const condition = test === undefined ? sh`false` : isOver ? sh`! { ${test}\n}` : test;
    const script = sh`gd_end=$(($(date +%s) + ${timeout})); sleep ${delay}
until { ${condition}
} 2>/dev/null; do
test "$(date +%s)" -lt "$gd_end" || ${test === undefined ? sh`exit 0` : sh`{ echo ${args.msg ?? `Timeout when waiting for ${subjectOf(port, path, args)}: still not so after ${timeout} s`} >&2; exit 1; }`}
sleep ${sleep}
done`;
    return {
      type: 'script',
      isReading: false,
      judges: true,
      limitSeconds: timeout + delay + GRACE_SECONDS,
      script: runAs(script, { user: context.user, environment: [] }),
      result: ({ code, stderr }) =>
        new Map<string, Value>([
          ['changed', false],
          ['failed', code !== 0],
          ['state', state],
          ...(code === 0 ? [] : [['msg', stderr.trim()] as const]),
        ]),
    };
  },
});

/** What is waited for, in Ansible's words. */
function subjectOf(
  port: number | undefined,
  path: string | undefined,
  { host = '127.0.0.1', state, search_regex: pattern }: Waited & { readonly state: string | undefined },
): string {
  const place = path === undefined ? `${host}:${port}` : `file ${path}`;
  if (state === 'absent') return `${place} to be absent`;
  if (state === 'stopped') return `${place} to stop`;
  return pattern === undefined ? place : `search string ${pattern} in ${place}`;
}

type Waited = {
  readonly host: string | undefined;
  readonly connect_timeout: number | undefined;
  readonly search_regex: string | undefined;
};

/** A port is asked with whatever the host has: bash's /dev/tcp, or curl's telnet. */
function conditionOf(
  port: number | undefined,
  path: string | undefined,
  { host = '127.0.0.1', connect_timeout: limit = 5, search_regex: pattern }: Waited,
): Script | undefined {
  if (path !== undefined) return pattern === undefined ? sh`test -e ${path}` : sh`grep -qP -- ${pattern} ${path}`;
  if (port === undefined) return undefined;
  return sh`timeout ${limit} bash -c ': <"/dev/tcp/$1/$2"' wait ${host} ${port}`;
}
