/** Runs checks: all of a host's in one round trip, again while patient ones fail, and tells each verdict. */
import type { Emit } from '../base/events.ts';
import { maskKnown } from '../base/secret.ts';
import { sh, steps } from '../base/shell.ts';
import type { Become, Connection } from '../transport/connection.ts';
import type { Check, CheckOutput, Verdict } from './check.ts';

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

/** Runs all checks; those of different hosts at the same time. A check whose host is not linked fails and says so. */
export async function runChecks(
  checks: readonly Check[],
  options: VerifyOptions,
): Promise<readonly CheckResult[]> {
  const hosts = [...new Set(checks.map((check) => check.host))];
  const results = await Promise.all(
    hosts.map((host) =>
      runHostChecks(
        checks.filter((check) => check.host === host),
        host,
        options,
      ),
    ),
  );
  return results.flat();
}

async function runHostChecks(
  checks: readonly Check[],
  host: string,
  options: VerifyOptions,
): Promise<readonly CheckResult[]> {
  const startedAt = options.clock();
  const results: CheckResult[] = [];
  const tell = (check: Check, verdict: Verdict): void => {
    const result = { check, verdict, ms: options.clock() - startedAt };
    results.push(result);
    emitResult(result, options);
  };
  const link = options.links.get(host);
  let open = checks;
  while (open.length > 0) {
    const verdicts = link ? await ask(open, link) : new Map(open.map((check) => [check, notLinked(host)]));
    const elapsed = options.clock() - startedAt;
    const patient = (check: Check): boolean => link !== undefined && elapsed < (check.patienceMs ?? 0);
    const again: Check[] = [];
    for (const [check, verdict] of verdicts) {
      if (!verdict.ok && patient(check) && !options.signal?.aborted) again.push(check);
      else tell(check, verdict);
    }
    open = again;
    if (open.length > 0) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  return results;
}

type Link = { readonly connection: Connection; readonly become: Become | undefined };

async function ask(checks: readonly Check[], link: Link): Promise<ReadonlyMap<Check, Verdict>> {
  const outputs = await Promise.all(checks.map((check) => runCheck(check, link)));
  return new Map(checks.map((check, index) => [check, judge(check, outputs[index])]));
}

/** Each check is a program of its own, all in flight at once, so that a slow one does not hold up the others. */
async function runCheck(check: Check, { connection, become }: Link): Promise<CheckOutput> {
  const script = steps(sh`export LC_ALL=C`, check.script);
  const result = await connection.exec({ script, become, maxOutputBytes: 262_144 });
  return { code: result.code, stdout: result.stdout.toString('utf8'), stderr: result.stderr.toString('utf8') };
}

function judge(check: Check, output: CheckOutput | undefined): Verdict {
  const verdict = check.judge(output ?? { code: null, stdout: '', stderr: '' });
  return { ...verdict, got: maskKnown(verdict.got) };
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
