/** `async` with `poll: 0`: a command goes on by itself on its host, and async_status asks how far it is. */
import type { Node } from '../base/node.ts';
import { joinText } from '../base/secret.ts';
import { feed, type Script, sh } from '../base/shell.ts';
import type { Value } from '../base/value.ts';
import type { ModuleTask } from '../project/playbook/types.ts';
import type { Templar } from '../render/templar.ts';
import type { RunOutput } from '../resources/index.ts';
import type { Result } from './action.ts';
import { badKeyword } from './errors.ts';

/** Where jobs keep what they print; only root can read it. */
export const JOBS = '/var/lib/gatdeploy/jobs';

/** How long a task may go on by itself; undefined for one that is waited for. */
export function backgroundSeconds({ keywords }: ModuleTask, templar: Templar): number | undefined {
  const number = (word: string): number | undefined => {
    const node = keywords.get(word);
    return node && wholeNumber(node, word, templar);
  };
  const seconds = number('async') ?? 0;
  return seconds > 0 && number('poll') === 0 ? seconds : undefined;
}

/** The value of a keyword that counts. @throws GatError task/keyword */
export function wholeNumber(node: Node, word: string, templar: Templar): number {
  const value = Number(templar.evaluate(node) ?? 0);
  if (!Number.isInteger(value) || value < 0) throw badKeyword(node.position, word, 'it must be a whole number');
  return value;
}

/** Starts a script in a session of its own, which gets it through a pipe, and says the job's id. */
export function startJob(script: Script, seconds: number): Script {
  const program = joinText(['{ set -e\n', script.text, '\nexit\n} </dev/null\n']);
  const job = sh`setsid sh -c 'umask 022
timeout -- "$1" sh -s >"$2/stdout" 2>"$2/stderr"; echo "$?" >"$2/rc.new"; mv -- "$2/rc.new" "$2/rc"' job ${seconds} "$gd_job"`;
  return sh`umask 077; mkdir -p -- ${JOBS}
gd_job=$(mktemp -d ${`${JOBS}/XXXXXXXXXXXX`})
: >"$gd_job/stdout"; : >"$gd_job/stderr"
${feed(program, job)} >/dev/null 2>&1 &
printf %s "\${gd_job##*/}"`;
}

/** The result of a job that was started. */
export function startedResult({ code, stdout, stderr }: RunOutput): Result {
  return new Map<string, Value>([
    ['changed', true],
    ['failed', code !== 0],
    ['ansible_job_id', stdout.trim()],
    ['results_file', `${JOBS}/${stdout.trim()}`],
    ['started', true],
    ['finished', false],
    ...(code === 0 ? [] : [['msg', stderr.trim()] as const]),
  ]);
}
