/** Plans for saved plans: what is planned is written to one, or compared with one. */
import { renameSync, writeFileSync } from 'node:fs';
import { type PlannedPart, type PlannedState, requireSame, type SavedPlan, savePlan } from '../plan/saved.ts';
import type { StackOptions } from '../stack/options.ts';
import type { Ready } from './apply-session.ts';
import { readCandidates, withVersions } from './candidates.ts';
import { projectName } from './open-saved.ts';
import { planKey } from './plan-key.ts';
import { madeNotes, planSession } from './plan-session.ts';
import type { Prune } from './removals.ts';
import type { Planned, Session, SessionOptions } from './session-types.ts';

/** Saves what was planned; only the file's owner can read it, and a plan that is there is replaced at once. */
export async function writeSavedPlan(
  file: string,
  planned: Planned,
  {
    names,
    flags,
    prune,
  }: { readonly names: readonly string[]; readonly flags: StackOptions; readonly prune?: Prune | undefined },
): Promise<void> {
  const { tags, skipTags, inventory, extraVars, shard } = flags;
  const limit = shard ? [planned.session.stack.hosts.join(',')] : flags.limit;
  const part: PlannedPart = {
    stacks: names,
    project: projectName(flags),
    ...(limit && { limit }),
    ...(tags && { tags }),
    ...(skipTags && { skipTags }),
    ...(inventory && { inventory }),
    ...(prune && { prune }),
    extraVars: extraVars !== undefined,
  };
  const saved = savePlan(part, await stateOf(planned), planKey());
  const beside = `${file}.${process.pid}`;
  writeFileSync(beside, `${JSON.stringify(saved, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(beside, file);
}

/** Plans for `apply`, as often as that turns out to be needed: what a saved plan says, or what is to be done now. */
export function planAgain(opened: Session, saved: SavedPlan | undefined, options: SessionOptions) {
  let session = opened;
  const readyWith = async (planned: Planned): Promise<Ready> => {
    session = planned.session;
    const { graph, links } = session;
    const { plan, states, undeclared, later } = planned;
    const made = madeNotes(planned, options);
    const ready = { graph, plan, serials: states.serials, links: links.links, undeclared, made };
    if (saved) return likeSaved(saved, planned, ready);
    return later ? { ...ready, later: async () => readyWith(await later()) } : ready;
  };
  const prepare = async (): Promise<Ready> => readyWith(await planSession(session, options));
  return { prepare, session: () => session };
}

/** What is planned now with the packages' versions of the saved plan, once it is sure that nothing has moved. */
async function likeSaved<P extends Pick<PlannedState, 'graph' | 'plan'>>(
  saved: SavedPlan,
  planned: Planned,
  ready: P,
): Promise<P> {
  const state = await stateOf(planned);
  requireSame(saved, state, planKey());
  return withVersions(ready, state.candidates);
}

async function stateOf({ session, plan, states }: Planned): Promise<PlannedState> {
  const { graph, links } = session;
  return { graph, plan, serials: states.serials, candidates: await readCandidates(plan, graph, links.links) };
}
