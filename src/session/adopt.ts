/** Takes over what somebody else has deployed: notes on the hosts that the running units have loaded what is there. */
import { applyPlan } from '../apply/run.ts';
import type { Difference } from '../plan/diff.ts';
import type { Entry, Plan } from '../plan/plan.ts';
import type { Kind } from '../resources/index.ts';
import { madeNotes, planSession } from './plan-session.ts';
import { whoAmI } from './session.ts';
import type { Applied, Output, Planned, Session, SessionOptions } from './session-types.ts';

/** What is to be vouched for: units whose files are as declared, and the others' restarts that stay due. */
export type Adoption = {
  readonly plan: Plan;
  /** Units that owe a restart or reload by the times of their files. */
  readonly owing: readonly Entry[];
  /** How many other differences there are, which only apply does away with. */
  readonly others: number;
};

const DUE = new Set(['loaded', 'reread']);

/** Finds what can be vouched for in a plan. `trusted`: those that owe by times too, on the user's word. */
export function planAdoption({ entries }: Plan, trusted: boolean): Adoption {
  const owing = entries.filter((entry) => isVouchable(entry) && owesByTimes(entry));
  const current = entries.filter((entry) => isVouchable(entry) && isRunning(entry) && entry.status === 'same');
  const vouched = trusted ? [...current, ...owing] : current;
  const changing = entries.filter(({ status }) => status !== 'same');
  return {
    plan: { entries: vouched.map(vouchFor) },
    owing: trusted ? [] : owing,
    others: changing.length - owing.length,
  };
}

function isVouchable({ node }: Entry): boolean {
  return node.resource.kind.vouch !== undefined;
}

function isRunning({ observed }: Entry): boolean {
  return typeof observed === 'object' && (!('running' in observed) || observed.running === true);
}

/** What changes before `apply` gets to the unit is another reason than what has changed already. */
function owesByTimes(entry: Entry): boolean {
  return (
    entry.status === 'update' &&
    entry.differences.every(({ key, before }) => DUE.has(key) && / changed$/.test(String(before)))
  );
}

function vouchFor(entry: Entry): Entry {
  const { key, node, observed } = entry;
  const { resource } = node;
  const { late: _late, vouch, ...rest } = resource.kind;
  const kind: Kind = { ...rest, reacts: () => [], apply: () => vouchOrThrow(vouch)(resource) };
  const differences: readonly Difference[] = [{ key: 'note', before: 'none of this process', after: 'as it is' }];
  return { key, node: { ...node, resource: { ...resource, kind } }, observed, status: 'update', differences };
}

function vouchOrThrow(vouch: Kind['vouch']): NonNullable<Kind['vouch']> {
  if (!vouch) throw new Error('there is nothing to vouch for');
  return vouch;
}

/** Adopts, and tells what is left. */
export async function adopt(
  opened: Session,
  { reporter, clock }: Output,
  options: SessionOptions & { readonly assumeLoaded?: boolean },
): Promise<Applied> {
  const planned = await planSession(opened, options);
  const { session, states } = planned;
  const adoption = planAdoption(planned.plan, options.assumeLoaded ?? false);
  const outcome = await applyPlan({
    graph: session.graph,
    plan: adoption.plan,
    hosts: session.links.links,
    emit: reporter.emit,
    clock,
    who: whoAmI('gatdeploy adopt'),
    serials: states.serials,
    made: { ...madeNotes(planned, options), lines: new Map() },
  });
  for (const line of report(planned, adoption)) reporter.note(line);
  return { outcome, unreachable: session.links.unreachable.size > 0 };
}

function report({ session }: Planned, { plan, owing, others }: Adoption): readonly string[] {
  const units = plan.entries.length;
  return [
    `Adopted ${units} running unit${units === 1 ? '' : 's'} on ${session.links.links.size} host(s): what they have loaded is noted.`,
    ...owing.map(
      ({ node, ...entry }) =>
        `${node.host}: ${node.resource.id} owes a restart or reload: ${entry.status === 'update' ? entry.differences.map(({ before }) => String(before).replace(/^before /, '')).join(', ') : ''}`,
    ),
    ...(owing.length > 0 ? ['If these have loaded it all the same: the same command with --assume-loaded'] : []),
    ...(others > 0 ? [`${others} other differences are left to apply; gatdeploy plan shows them.`] : []),
  ];
}
