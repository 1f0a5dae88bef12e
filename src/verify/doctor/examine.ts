/** Runs examinations, all of them at the same time, and gathers what they tell. */
import { sh, steps } from '../../base/shell.ts';
import { CHECK_MS, type VerifyOptions } from '../run.ts';
import { shownOf } from '../shown.ts';
import type { Diagnosis, Examination } from './examination.ts';

/** Examines all hosts that are linked; a host that is not is told as one that cannot be reached. */
export async function examineAll(
  examinations: readonly Examination[],
  { links, sinceSeconds }: Pick<VerifyOptions, 'links'> & { readonly sinceSeconds: number },
): Promise<readonly Diagnosis[]> {
  const prepare = steps(
    sh`export LC_ALL=C`,
    sh`gd_since=${`-${sinceSeconds}s`}`,
    sh`gd_from=$(date -d ${`-${sinceSeconds} seconds`} '+%Y-%m-%d %H:%M:%S')`,
  );
  const found = await Promise.all(
    examinations.map(async ({ host, script, diagnose }) => {
      const link = links.get(host);
      if (!link) return [];
      const { connection, become } = link;
      const limits = { maxOutputBytes: 524_288, timeoutMs: CHECK_MS };
      const result = await connection.exec({ script: steps(prepare, script), become, ...limits });
      const { code } = result;
      return diagnose({ code, stdout: result.stdout.toString('utf8'), stderr: result.stderr.toString('utf8') });
    }),
  );
  return found.flat().map((one) => ({ ...one, cause: shownOf(one.cause), evidence: shownOf(one.evidence) }));
}
