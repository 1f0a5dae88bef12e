/** Runs checks, patient ones again while they fail, and tells each verdict. */
import { GatError } from '../base/errors.ts';
import type { Emit } from '../base/events.ts';
import { sh, steps } from '../base/shell.ts';
import type { Become, Connection } from '../transport/connection.ts';
import type { Check, CheckOutput, Verdict } from './check.ts';
import { shownOf } from './shown.ts';

/** What became of a check or a proof. */
export type CheckResult = {
  readonly check: Pick<Check, 'id' | 'host' | 'title' | 'asks'>;
  readonly verdict: Verdict;
  readonly ms: number;
};

export type VerifyOptions = {
  readonly links: ReadonlyMap<string, { readonly connection: Connection; readonly become: Become | undefined }>;
  readonly emit: Emit;
  readonly clock: () => number;
  readonly signal?: AbortSignal | undefined;
};

/** How long to wait between two tries of a patient check. */
const PAUSE_MS = 1000;

/** Longer than any check allows itself: below a mount that no longer answers, its own deadline ends nothing. */
export const CHECK_MS = 240_000;

/**
 * Runs all checks at the same time, each as a program of its own, so that a slow one does not hold up the others; a verdict
 * is told as soon as it is there. A check whose host is not linked fails and says so.
 */
export async function runChecks(
  checks: readonly Check[],
  options: VerifyOptions,
): Promise<readonly CheckResult[]> {
  return Promise.all(checks.map((check) => runCheck(check, options)));
}

/** Runs one check, again as long as it fails and has patience left. */
async function runCheck(check: Check, options: VerifyOptions): Promise<CheckResult> {
  const { links, clock, signal } = options;
  const startedAt = clock();
  const link = links.get(check.host);
  let verdict = link ? await ask(check, link) : notLinked(check.host);
  const hasPatience = () => clock() - startedAt < (check.patienceMs ?? 0) && !signal?.aborted;
  while (link && !verdict.ok && hasPatience()) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    verdict = await ask(check, link);
  }
  const result = { check, verdict, ms: clock() - startedAt };
  emitResult(result, options);
  return result;
}

type Link = { readonly connection: Connection; readonly become: Become | undefined };

async function ask(check: Check, { connection, become }: Link): Promise<Verdict> {
  const script = steps(sh`export LC_ALL=C`, check.script);
  try {
    const result = await connection.exec({ script, become, maxOutputBytes: 262_144, timeoutMs: CHECK_MS });
    const [stdout, stderr] = [result.stdout.toString('utf8'), result.stderr.toString('utf8')];
    return judge(check, { code: result.code, stdout, stderr });
  } catch (error) {
    if (!(error instanceof GatError) || error.code !== 'ssh/command-timeout') throw error;
    return {
      ok: false,
      got: `no answer within ${CHECK_MS / 60_000} minutes`,
      fix: 'does a mount of the host hang?',
    };
  }
}

function judge(check: Check, output: CheckOutput): Verdict {
  const verdict = check.judge(output);
  return { ...verdict, got: shownOf(verdict.got) };
}

function notLinked(host: string): Verdict {
  return { ok: false, got: `${host} was not reached`, fix: `gatdeploy hosts list shows how ${host} is reached` };
}

/** Tells one check's verdict. */
export function emitResult({ check, verdict, ms }: CheckResult, { emit, clock }: VerifyOptions): void {
  const { ok, got, fix } = verdict;
  const { host, id, title, asks } = check;
  emit({
    type: 'checked',
    at: clock(),
    host,
    check: id,
    title,
    ok,
    asks,
    got,
    ms,
    ...(fix === undefined ? {} : { fix }),
  });
}
