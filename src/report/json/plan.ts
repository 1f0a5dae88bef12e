/** A plan as JSON. No digest of a content is in it: of a short secret it could be guessed. */
import type { Graph } from '../../graph/graph.ts';
import type { Difference } from '../../plan/diff.ts';
import type { Entry, Plan } from '../../plan/plan.ts';
import { countActivations, dueReason, workAtRisk, workResumed } from '../due.ts';
import { impactRecords } from '../impact.ts';
import { countStatuses, isHidden, type PlanOptions } from '../plan.ts';
import { unreachableRecord } from '../unreachable.ts';
import type { Json, JsonRecord } from './events.ts';

/** Makes the record of a plan: its entries in the graph's order (unchanged ones are only counted) and the counts. */
export function planRecord(
  plan: Plan,
  graph: Graph,
  { probeMs, unreachable = [], undeclared = [] }: PlanOptions = {},
): JsonRecord {
  return {
    type: 'plan',
    changes: plan.entries.filter((entry) => entry.status !== 'same').map(entryRecord),
    counts: { ...countStatuses(plan), ...countActivations(plan) },
    interrupted: impactRecords(plan),
    undeclared: undeclared.map((one) => ({ ...one })),
    external: graph.external.map(({ capability, by }) => ({ capability, by })),
    unreachable: unreachable.map(unreachableRecord),
    probeMs,
  };
}

export function entryRecord(entry: Entry): { readonly [key: string]: Json | undefined } {
  const { host, resource } = entry.node;
  const head = { host, resource: resource.id, action: entry.status };
  if (entry.status === 'unknown') return { ...head, reason: entry.reason };
  if (entry.status !== 'update') return head;
  return {
    ...head,
    differences: entry.differences.map((one) => differenceRecord(entry, one)),
    work: workAtRisk(entry),
    resumed: workResumed(entry),
  };
}

function differenceRecord(entry: Entry, one: Difference): Json {
  const due = dueReason(one);
  if (due !== undefined) return { key: one.key, due: one.key === 'loaded' ? 'restart' : 'reload', reason: due };
  if (isHidden(entry, one)) return { key: one.key, hidden: true };
  return { key: one.key, before: one.before, after: one.after };
}
