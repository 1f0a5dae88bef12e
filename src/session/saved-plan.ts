/** Saved plans as files: written by `plan --out`, named to `apply` in place of a stack. */
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { extraVarsMissing, fixedOption } from '../plan/errors.ts';
import {
  type PlannedPart,
  type PlannedState,
  parseSavedPlan,
  requireOwn,
  requireSame,
  type SavedPlan,
  savePlan,
} from '../plan/saved.ts';
import type { StackOptions } from '../stack/options.ts';
import type { Ready } from './apply-session.ts';
import { readCandidates, withVersions } from './candidates.ts';
import { planKey } from './plan-key.ts';
import { madeNotes, planSession } from './plan-session.ts';
import type { Prune } from './removals.ts';
import type { Planned, Session, SessionOptions } from './session-types.ts';

/** Reads the saved plan that the names stand for; undefined when they are names of stacks or playbooks. */
export function openSavedPlan(names: readonly string[]): SavedPlan | undefined {
  const [file] = names;
  if (names.length !== 1 || file === undefined || !existsSync(file) || !statSync(file).isFile()) return undefined;
  const text = readFileSync(file, 'utf8');
  return text.trimStart().startsWith('{') ? parseSavedPlan(text, file) : undefined;
}

/** The flags with those of the time of planning. @throws GatError for a plan that is not ours, or not for these flags */
export function flagsOfSaved<F extends StackOptions>(saved: SavedPlan, flags: F): F {
  requireOwn(saved, projectName(flags), planKey());
  if (flags.limit) throw fixedOption('--limit');
  if (flags.shard) throw fixedOption('--shard');
  if (flags.tags) throw fixedOption('--tags');
  if (flags.skipTags) throw fixedOption('--skip-tags');
  if (saved.extraVars && !flags.extraVars) throw extraVarsMissing();
  const { limit, tags, skipTags, inventory } = saved;
  return {
    ...flags,
    ...(limit && { limit }),
    ...(tags && { tags }),
    ...(skipTags && { skipTags }),
    ...(inventory && !flags.inventory && { inventory }),
  };
}

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

function projectName({ directory }: StackOptions): string {
  return path.basename(path.resolve(directory));
}
