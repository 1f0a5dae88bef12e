/** A connection for tests: answers from a list, and remembers what was asked. */
import type { GatError } from '../base/errors.ts';
import type { Connection, ExecOptions, ExecResult } from './connection.ts';

/** One answer; the first whose `match` occurs in the script is given (no `match`: any script), and is used up. */
export type RecordedAnswer = {
  readonly match?: string | RegExp;
  readonly stdout?: string | Buffer;
  readonly stderr?: string | Buffer;
  readonly code?: number;
  /** The answer to every script that matches, not just to the first. */
  readonly always?: boolean;
  /** Thrown instead of answering. */
  readonly error?: Error;
};

export type RecordedConnection = Connection & {
  /** The options of each `exec`, in order. */
  readonly asked: readonly ExecOptions[];
};

/** Makes a connection that gives recorded answers. @throws Error from `exec` when no answer is left for a script */
export function recordedConnection(answers: readonly RecordedAnswer[], host = 'recorded'): RecordedConnection {
  const left = [...answers];
  const asked: ExecOptions[] = [];
  return {
    host,
    asked,
    lost: new Promise<GatError>(() => {}),
    async exec(options) {
      asked.push(options);
      const index = left.findIndex((answer) => matches(answer, options.script.source));
      const answer = left[index];
      if (!answer) throw new Error(`no recorded answer for: ${options.script.redacted}`);
      if (!answer.always) left.splice(index, 1);
      if (answer.error) throw answer.error;
      return give(answer, options);
    },
    async close() {},
  };
}

function matches({ match }: RecordedAnswer, script: string): boolean {
  if (match === undefined) return true;
  return typeof match === 'string' ? script.includes(match) : match.test(script);
}

function give(answer: RecordedAnswer, { onOutput }: ExecOptions): ExecResult {
  const stdout = Buffer.from(answer.stdout ?? '');
  const stderr = Buffer.from(answer.stderr ?? '');
  if (stdout.length > 0) onOutput?.(stdout, 'stdout');
  if (stderr.length > 0) onOutput?.(stderr, 'stderr');
  return { stdout, stderr, code: answer.code ?? 0, truncated: false, durationMs: 0 };
}
