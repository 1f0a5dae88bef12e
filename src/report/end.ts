/** How a run ended, in one small record: what `--notify` hands on. */
import { GatError, Problems } from '../base/errors.ts';
import { BUG } from './error.ts';
import type { JsonRecord } from './json/events.ts';
import type { RunRecord } from './record.ts';
import { countResults } from './summary.ts';

export type EndOptions = { readonly command: string; readonly code: number; readonly ms: number };

/** Makes the record. */
export function endRecord(record: RunRecord, { command, code, ms }: EndOptions): JsonRecord {
  const results = [...(record.outcome?.results.values() ?? [])];
  const checks = record.checks ?? [];
  const hosts = new Set([
    ...(record.plan?.entries ?? []).map((entry) => entry.node.host),
    ...results.map((one) => one.host),
    ...checks.map((one) => one.check.host),
    ...(record.unreachable ?? []).map((one) => one.host),
  ]);
  const thrown: readonly unknown[] = record.errors.flatMap((error): unknown[] =>
    error instanceof Problems ? [...error.errors] : [error],
  );
  return {
    type: 'end',
    command,
    code,
    ok: code === 0,
    startedAt: new Date(record.startedAt).toISOString(),
    ms,
    hosts: [...hosts],
    counts: {
      ...countResults(results),
      pending: (record.plan?.entries ?? []).filter((entry) => entry.status !== 'same').length,
      checksFailed: checks.filter((one) => !one.verdict.ok).length,
      unreachable: record.unreachable?.length ?? 0,
    },
    failures: [
      ...results.filter((one) => one.status === 'failed').map((one) => `${one.host}/${one.resource}`),
      ...checks.filter((one) => !one.verdict.ok).map((one) => `${one.check.host}: ${one.check.title}`),
      ...thrown.map((one) => (one instanceof GatError ? `${one.code}: ${one.what}` : BUG)),
    ],
  };
}
