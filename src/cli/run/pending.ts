/** What hosts differ in from what is declared, in a few words. */
import { summarize } from '../../apply/summary.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Pending } from '../../verify/doctor/conclude.ts';

/** The changes that are pending on each host; what is known after other changes only is no difference yet. */
export function pendingOf(plan: Plan, stacks: readonly string[]): readonly Pending[] {
  const entries = plan.entries.filter(({ status }) => status !== 'same' && status !== 'unknown');
  const hosts = [...new Set(entries.map(({ node }) => node.host))];
  return hosts.map((host) => ({
    host,
    stacks,
    changes: entries
      .filter(({ node }) => node.host === host)
      .map((entry) => `${entry.node.resource.id} ${summarize(entry)}`),
  }));
}
