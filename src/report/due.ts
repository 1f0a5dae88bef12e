/** Restarts and reloads that are due, as differences of a plan tell them. */
import type { Difference } from '../plan/diff.ts';
import type { Entry, Plan } from '../plan/plan.ts';

/** Why a process must read again what it has loaded; undefined for any other difference. */
export function dueReason({ key, before, after }: Difference): string | undefined {
  if ((key !== 'loaded' && key !== 'reread') || after !== 'current') return undefined;
  return String(before ?? 'nothing is known of what it loaded').replace(/^before /, '');
}

/** Whether a process is due for a restart. */
export function isRestart(one: Difference): boolean {
  return one.key === 'loaded' && dueReason(one) !== undefined;
}

/** Whether a process is due to read something again. */
export function isReload(one: Difference): boolean {
  return one.key === 'reread' && dueReason(one) !== undefined;
}

/** How many running processes are restarted, and how many others reloaded. */
export function countActivations(plan: Plan): { readonly restarts: number; readonly reloads: number } {
  const updates = plan.entries.flatMap((entry) => (entry.status === 'update' ? [entry.differences] : []));
  const restarts = updates.filter((differences) => differences.some(isRestart));
  const reloads = updates.filter((differences) => differences.some(isReload) && !differences.some(isRestart));
  return { restarts: restarts.length, reloads: reloads.length };
}

/** What a process is at work on that a restart or stop would cut off; undefined when nothing. */
export function workAtRisk(entry: Entry): string | undefined {
  return workOf(entry, 'work');
}

/** What a broken process is at work on that its restart begins anew, so that it is not waited for; undefined when nothing. */
export function workResumed(entry: Entry): string | undefined {
  return workOf(entry, 'resumed');
}

function workOf(entry: Entry, key: 'work' | 'resumed'): string | undefined {
  if (entry.status !== 'update' || typeof entry.observed === 'string') return undefined;
  const stops = entry.differences.some((one) => one.key === 'loaded' || one.key === 'running');
  const work = (entry.observed as Readonly<Record<string, unknown>>)[key];
  return stops && typeof work === 'string' ? work : undefined;
}
