/** What a unit is at work on, such as jobs, and how to stop it without cutting that off. */
import { type Script, sh } from '../base/shell.ts';
import { workLost } from './errors.ts';
import type { Applied, Late, LateContext, Resource } from './kind.ts';

/** How a role finds out what its unit is at work on. */
export type ServiceWork = {
  /**
   * Prints a line for each piece: `cut 11 running` for one that a stop of the unit ends or spoils, `again 12 staging in`
   * for one that is begun anew after a start, `kept 13 queued` for one that loses nothing by it.
   */
  readonly list: Script;
  /** Prints those of these pieces that neither go on nor have ended. */
  readonly lost?: (ids: readonly string[]) => Script;
  /** How to keep new pieces from coming, as a sentence without a full stop: where they never stop, no moment is free. */
  readonly calm?: string;
};

/** How a unit's work is looked at, and what shows that the unit is broken. */
export type WorkOf = { readonly list?: Script | undefined; readonly broken?: Script | undefined };

/**
 * One piece of work. `isCut` says whether a restart has to wait for it: what is begun anew is only cut off for the sake of
 * a unit that works; one that is broken may never come to its end.
 */
export type Piece = {
  readonly id: string;
  readonly doing: string;
  readonly isCut: boolean;
  /** It is begun anew after the restart that the unit is due for as it is broken. */
  readonly isResumed: boolean;
};

/** How long to wait between two looks. */
const PAUSE_MS = 3000;

/** So many pieces are named, the others counted. */
const NAMED = 8;

/** Prints what a unit is at work on, and in a line such as `broken its consumers have quit` what is wrong with it. */
export function printWork({ list, broken }: WorkOf): Script {
  return sh`( ${list ?? sh`:`} ) 2>/dev/null || true
( ${broken ?? sh`:`} ) 2>/dev/null | sed 's/^/broken /'`;
}

/** What is wrong with a unit, as `printWork` has printed it. */
export function parseBroken(text: string): string | undefined {
  return /^broken (.+)$/m.exec(text)?.[1];
}

/** Parses what `printWork` has printed. */
export function parseWork(text: string): readonly Piece[] {
  const isBroken = parseBroken(text) !== undefined;
  return [...text.matchAll(/^(cut|again|kept) (\S+) (.+)$/gm)].map(([, what, id = '', doing = '']) => ({
    id,
    doing,
    isCut: what === 'cut' || (what === 'again' && !isBroken),
    isResumed: what === 'again' && isBroken,
  }));
}

/** Says which pieces there are: `11 running, 12 staging in`. */
export function nameWork(pieces: readonly Piece[]): string {
  const named = pieces.slice(0, NAMED).map(({ id, doing }) => `${id} ${doing}`);
  const more = pieces.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
}

/** Says what a stop would cut off; undefined when nothing. */
export function describeCut(pieces: readonly Piece[]): string | undefined {
  const cut = pieces.filter(({ isCut }) => isCut);
  return cut.length === 0 ? undefined : nameWork(cut);
}

/** Says what is begun anew after the restart of a broken unit; undefined when nothing. */
export function describeResumed(pieces: readonly Piece[]): string | undefined {
  const resumed = pieces.filter(({ isResumed }) => isResumed);
  return resumed.length === 0 ? undefined : nameWork(resumed);
}

/** Fails, in a script that is about to stop the unit, when it has just begun something that this would cut off. */
export function stillFree(work: WorkOf): Script {
  return sh`gd_work=$( ${printWork(work)} )
gd_what='cut|again'
if printf '%s\n' "$gd_work" | grep -q '^broken '; then gd_what=cut; fi
gd_cut=$(printf '%s\n' "$gd_work" | sed -nE "s/^($gd_what) //p")
if test -n "$gd_cut"; then printf 'it has just begun: %s\n' "$gd_cut"; exit 75; fi`;
}

/** The unit as it is changed at once: whatever it is at work on, or only while that cuts nothing off. */
export type Plain = (isGuarded: boolean) => Resource;

/**
 * The change of a unit that must not be stopped at any time: waits until that cuts nothing off, or leaves it for a later
 * run, as the run's policy says; then looks whether all that the unit had in hand is still in hand.
 * @throws GatError service/work-lost, or what stopped the change
 */
export function besideWork(plain: Plain, work: ServiceWork & WorkOf): Late {
  return async (context) => {
    const [look] = await context.lookNow([plain(false)]);
    if (!look || look.status === 'same') return { changed: false, summary: 'as it should be' };
    if (!look.stops) return ended(await context.applyNow([plain(false)]));
    const { left, pieces, applied } = await inGap(context, plain, work);
    if (left !== undefined)
      return { changed: false, isDeferred: true, summary: `put off: it would interrupt ${left}` };
    const done = ended(applied);
    const kept = pieces.filter(({ isCut }) => !isCut).map(({ id }) => id);
    if (kept.length > 0 && work.lost) await findAll(context, plain(false).name, kept, work.lost);
    const told = [interrupted(pieces), kept.length > 0 ? `${kept.length} went on` : ''].filter(Boolean);
    return { ...done, summary: [done.summary, ...told].join(', ') };
  };
}

type Gap = { readonly pieces: readonly Piece[]; readonly applied: readonly Applied[]; readonly left?: string };

/** Makes the change in a moment that cuts nothing off; `left` is what it would have cut off when there was none in time. */
async function inGap(context: LateContext, plain: Plain, work: ServiceWork & WorkOf): Promise<Gap> {
  const { when, waitMs } = context.restarts;
  if (when === 'now')
    return { pieces: await listWork(context, work), applied: await context.applyNow([plain(false)]) };
  const until = context.clock() + (when === 'idle' ? waitMs : 0);
  const tell = tellingNews(context);
  const stream = watchStream(work.calm);
  for (;;) {
    const pieces = await listWork(context, work);
    const cut = describeCut(pieces);
    const left = cut && `${cut}${stream(pieces)}`;
    tell(left);
    const applied = left === undefined ? await applyFree(context, plain, work) : undefined;
    if (applied) return { pieces, applied };
    const waitsFor = left ?? 'what has just begun';
    if (context.clock() >= until || context.signal?.aborted) return { pieces, applied: [], left: waitsFor };
    tell(waitsFor);
    await context.pause(PAUSE_MS);
  }
}

/** Undefined when the change was refused, as something that it would cut off began right before it. */
async function applyFree(
  context: LateContext,
  plain: Plain,
  work: WorkOf,
): Promise<readonly Applied[] | undefined> {
  const applied = await context.applyNow([plain(true)]);
  const isRefused = applied.some(({ error }) => error) && describeCut(await listWork(context, work));
  return isRefused ? undefined : applied;
}

/** Says of each look how much of what was waited for has ended since, when something else came in its place. */
function watchStream(calm: string | undefined): (pieces: readonly Piece[]) => string {
  const met = new Set<string>();
  return (pieces) => {
    const cut = pieces.filter(({ isCut }) => isCut);
    for (const { id } of cut) met.add(id);
    const ended = met.size - cut.length;
    const others = ended === 1 ? 'another has' : `${ended} others have`;
    return ended === 0
      ? ''
      : `; ${others} ended meanwhile, and more may come${calm === undefined ? '' : `: ${calm}`}`;
  };
}

/** Tells what is waited for, and when that is over. */
function tellingNews(context: LateContext): (left: string | undefined) => void {
  let told = '';
  return (left) => {
    const line = left === undefined ? told && 'nothing is cut off now, so it is done' : `waits for ${left}`;
    if (line !== told) context.tell(line);
    told = line;
  };
}

async function listWork(context: LateContext, work: WorkOf): Promise<readonly Piece[]> {
  return parseWork((await context.run(printWork(work))).stdout);
}

async function findAll(
  context: LateContext,
  unit: string,
  ids: readonly string[],
  lost: NonNullable<ServiceWork['lost']>,
): Promise<void> {
  const gone = (await context.run(lost(ids))).stdout.split('\n').filter(Boolean);
  if (gone.length > 0) throw workLost(unit, gone);
}

function ended([applied]: readonly Applied[]) {
  if (applied?.error) throw applied.error;
  return { changed: applied?.status === 'changed', summary: applied?.summary ?? 'not started' };
}

function interrupted(pieces: readonly Piece[]): string {
  const cut = describeCut(pieces);
  return cut === undefined ? '' : `interrupted ${cut}`;
}
