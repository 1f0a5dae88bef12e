/** async_status: how far a command is that nobody waits for. */
import { sh } from '../../base/shell.ts';
import type { Value } from '../../base/value.ts';
import type { RunOutput } from '../../resources/index.ts';
import { type Action, defineModule, type Result } from '../action.ts';
import { runAs } from '../as-user.ts';
import { JOBS } from '../background.ts';
import { badParameter } from '../errors.ts';
import { commandResult } from './command.ts';

/** `async_status` */
export const asyncStatusModule = defineModule({
  name: 'ansible.builtin.async_status',
  params: {
    jid: { type: 'str', required: true },
    mode: { type: 'str', choices: ['status', 'cleanup'] },
  },
  run({ jid = '', mode = 'status' }, { position }): Action {
    if (!/^[A-Za-z0-9]+$/.test(jid))
      throw badParameter(position, 'async_status', 'jid', 'it is the `ansible_job_id` of a task with `poll: 0`');
    const job = `${JOBS}/${jid}`;
    const isCleanup = mode === 'cleanup';
    const script = isCleanup
      ? sh`rm -rf -- ${job}`
      : sh`cd -- ${job}; if test -f rc; then cat rc; else echo runs; fi; base64 -w 0 stdout; echo; base64 -w 0 stderr`;
    return {
      type: 'script',
      isReading: !isCleanup,
      ...(isCleanup && { judges: true as const }),
      script: runAs(script, { user: 'root', environment: [] }),
      result: (output) => (isCleanup ? new Map([['erased', job]]) : statusOf(output, jid)),
    };
  },
});

/** Parses the exit code, or `runs`, and what the job printed so far, in base64. */
function statusOf({ code, stdout, stderr }: RunOutput, jid: string): Result {
  if (code !== 0)
    return new Map<string, Value>([
      ['failed', true],
      ['msg', `could not find job ${jid}: ${stderr.trim()}`],
    ]);
  const [ended = '', out = '', err = ''] = stdout.split('\n');
  const about: readonly (readonly [string, Value])[] = [
    ['ansible_job_id', jid],
    ['started', true],
    ['finished', ended !== 'runs'],
  ];
  if (ended === 'runs') return new Map<string, Value>([['changed', false], ...about]);
  const text = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8');
  const result = commandResult({ code: Number(ended), stdout: text(out), stderr: text(err) });
  const isLate = Number(ended) === 124;
  return new Map<string, Value>([
    ...result,
    ...about,
    ...(isLate ? [['msg', 'it took longer than `async` allows'] as const] : []),
  ]);
}
