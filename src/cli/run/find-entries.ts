/** Finds resources of a plan by what a person types. */
import { didYouMean } from '../../base/did-you-mean.ts';
import { GatError } from '../../base/errors.ts';
import type { Entry, Plan } from '../../plan/plan.ts';

/** The entries of this name on any host; else those whose name holds the text. @throws GatError resource/unknown */
export function findEntries(plan: Plan, wanted: string): readonly Entry[] {
  const exact = plan.entries.filter(({ key, node }) => key === wanted || node.resource.id === wanted);
  if (exact.length > 0) return exact;
  const partial = plan.entries.filter(({ key }) => key.includes(wanted));
  if (partial.length > 0) return partial;
  const near = didYouMean(
    wanted,
    plan.entries.map(({ node }) => node.resource.id),
  );
  throw new GatError({
    code: 'resource/unknown',
    what: `cannot find a resource named ${wanted}`,
    why: `the plan has ${plan.entries.length} resources; gatdeploy graph lists them`,
    ...(near !== undefined && { fix: `did you mean ${near}?` }),
  });
}
