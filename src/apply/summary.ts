/** Says in a few words what is done to a resource. */
import type { Decision } from '../plan/plan.ts';

/** Renders a decision, such as `create`, `update mode, owner`, or `start` of a unit, whatever else differs. */
export function summarize(decision: Decision): string {
  if (decision.status !== 'update') return decision.status;
  const begins = decision.differences.some(({ key, after }) => key === 'running' && after === true);
  return begins ? 'start' : `update ${decision.differences.map((one) => one.key).join(', ')}`;
}
