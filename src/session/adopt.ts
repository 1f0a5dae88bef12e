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
  /** How many units are declared, and how many of them don't run. */
  readonly units: number;
  readonly stopped: number;
};

const DUE = new Set(['loaded', 'reread']);

/** Finds what can be vouched for in a plan. `trusted`: those that owe by times too, on the user's word. */
export function planAdoption({ entries }: Plan, trusted: boolean): Adoption {
  const units = entries.filter(isVouchable);
  const owing = units.filter(owesByTimes);
  const running = units.filter(isRunning);
  const current = running.filter(({ status }) => status === 'same');
  const vouched = trusted ? [...current, ...owing] : current;
  const changing = entries.filter(({ status }) => status !== 'same');
  return {
    plan: { entries: vouched.map(vouchFor) },
    owing: trusted ? [] : owing,
    others: changing.length - owing.length,
    units: units.length,
    stopped: units.length - running.length,
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

/** How many units were adopted, and why it is none. */
export function tellAdopted(adoption: Adoption, hosts: number): string {
  const count = adoption.plan.entries.length;
  const why = count > 0 ? 'what they have loaded is noted' : whyNone(adoption, hosts);
  return `Adopted ${count} running unit${count === 1 ? '' : 's'} on ${hosts} host${hosts === 1 ? '' : 's'}: ${why}.`;
}

function whyNone({ units, stopped, owing }: Adoption, hosts: number): string {
  if (hosts === 0) return 'no host could be read';
  if (units === 0) return 'there is no service among what is declared';
  const changing = units - stopped - owing.length;
  const reasons = [
    ...(stopped > 0 ? [`${stopped} ${stopped === 1 ? 'does' : 'do'} not run`] : []),
    ...(owing.length > 0 ? [`${owing.length} ${owing.length === 1 ? 'owes' : 'owe'} a restart or reload`] : []),
    ...(changing > 0 ? [`apply changes ${changing}`] : []),
  ];
  return `of ${units} unit${units === 1 ? '' : 's'}, ${reasons.join(', ')}`;
}

function report({ session }: Planned, adoption: Adoption): readonly string[] {
  const { owing, others } = adoption;
  return [
    tellAdopted(adoption, session.links.links.size),
    ...owing.map(
      ({ node, ...entry }) =>
        `${node.host}: ${node.resource.id} owes a restart or reload: ${entry.status === 'update' ? entry.differences.map(({ before }) => String(before).replace(/^before /, '')).join(', ') : ''}`,
    ),
    ...(owing.length > 0 ? ['If these have loaded it all the same: the same command with --assume-loaded'] : []),
    ...(others > 0 ? [`${others} other differences are left to apply; gatdeploy plan shows them.`] : []),
  ];
}
