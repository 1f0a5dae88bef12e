/** How a run and its checks ended, as JSON. */
import type { Outcome } from '../../apply/outcome.ts';
import type { CheckResult } from '../../verify/run.ts';
import { countResults, type SummaryOptions } from '../summary.ts';
import { unreachableRecord } from '../unreachable.ts';
import { errorRecord, type JsonRecord } from './events.ts';

/** Makes the record of a run's end: each resource and the counts. */
export function summaryRecord(outcome: Outcome, { ms, unreachable = [] }: SummaryOptions = {}): JsonRecord {
  const results = [...outcome.results.values()];
  return {
    type: 'summary',
    results: results.map(({ error, ...result }) => ({
      ...result,
      error: error === undefined ? undefined : errorRecord(error),
    })),
    counts: countResults(results),
    unreachable: unreachable.map(unreachableRecord),
    ms,
  };
}

/** Makes the record of all checks, with their evidence. */
export function checksRecord(results: readonly CheckResult[]): JsonRecord {
  return {
    type: 'checks',
    results: results.map(({ check: { host, id, title, asks }, verdict: { ok, got, fix }, ms }) => ({
      host,
      check: id,
      title,
      ok,
      asks,
      got,
      fix,
      ms,
    })),
    counts: {
      ok: results.filter((one) => one.verdict.ok).length,
      failed: results.filter((one) => !one.verdict.ok).length,
    },
  };
}
