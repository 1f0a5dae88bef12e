/** Says in a few words what is done to a resource. */
import type { Decision } from '../plan/plan.ts';

/** Renders a decision, such as `create` or `update mode, owner`. */
export function summarize(decision: Decision): string {
  if (decision.status !== 'update') return decision.status;
  return `update ${decision.differences.map((one) => one.key).join(', ')}`;
}
