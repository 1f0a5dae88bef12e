/** Waits for what Galaxy does in its own time, also across a restart of Galaxy. */
import { z } from 'zod';
import type { ProofContext } from '../proof.ts';
import { ApiFault } from './api.ts';

/** What Galaxy says of a dataset or a job that it has just made. */
export const dataset = z.object({
  id: z.string(),
  state: z.string().optional(),
  misc_info: z.string().nullish(),
});

const FINAL = ['ok', 'error', 'discarded', 'failed_metadata', 'paused', 'deleted'];

/** Whether a job or dataset in this state stays in it. */
export function isFinal(state: string): boolean {
  return FINAL.includes(state);
}

/** What a web server says while Galaxy behind it is being restarted; 0 is no answer at all. */
const AWAY = [0, 502, 503, 504];

/** How long Galaxy may be away before that is the finding. */
const AWAY_MS = 300_000;

/** How long to wait for something that takes as long as the host is busy. */
export type Patience<T> = {
  /** A text that is another one once something has happened. It may cost a question to a host. */
  signs(found: T): string | Promise<string>;
  /** For how long nothing may have happened. */
  readonly quietMs: number;
  /** Whether there is proof that nothing will happen any more; asked where nothing has for a while. */
  isFutile?(found: T): Promise<boolean>;
};

/** How long it is quiet before it may be called futile: whoever tries again does so at least twice in that time. */
const FUTILE_MS = 90_000;

/** How often signs are looked at. */
const SIGNS_MS = 15_000;

/** The end of all patience: on a busy site something always moves. */
const MOST_MS = 1_800_000;

/**
 * Looks until it is done or nothing moves any more, and returns what was found last. The time in which Galaxy does not answer
 * does not count. @throws ApiFault
 */
export async function waitFor<T>(
  context: ProofContext,
  patience: Patience<T>,
  look: () => Promise<T>,
  done: (found: T) => boolean,
): Promise<T> {
  const isOver = watchMoves(context, patience);
  let until = context.clock() + MOST_MS;
  for (;;) {
    const { found, awayMs } = await lookPatiently(context, look);
    until += awayMs;
    if (done(found) || context.clock() >= until || (await isOver(found, awayMs))) return found;
    await context.pause(1000);
  }
}

/** Says of each look whether nothing moves any more. */
function watchMoves<T>(
  context: ProofContext,
  { signs, quietMs, isFutile }: Patience<T>,
): (found: T, awayMs: number) => Promise<boolean> {
  let [quietSince, lookAt] = [context.clock(), context.clock()];
  let seen = '';
  const quietFor = () => context.clock() - quietSince;
  return async (found, awayMs) => {
    quietSince += awayMs;
    if (context.clock() < lookAt && quietFor() < quietMs) return false;
    const now = await signs(found);
    if (now !== seen) quietSince = context.clock();
    [seen, lookAt] = [now, context.clock() + SIGNS_MS];
    return quietFor() >= quietMs || (quietFor() >= FUTILE_MS && (await isFutile?.(found)) === true);
  };
}

/** Looks again while Galaxy is being restarted, and tells for how long it was away. @throws ApiFault */
async function lookPatiently<T>(
  context: ProofContext,
  look: () => Promise<T>,
): Promise<{ readonly found: T; readonly awayMs: number }> {
  const begun = context.clock();
  for (let looks = 1; ; looks++) {
    const awayMs = looks === 1 ? 0 : context.clock() - begun;
    const found = await look().catch((error: unknown) => awayOr(error, awayMs));
    if (!(found instanceof ApiFault)) return { found, awayMs };
    if (looks === 1) context.tell('Galaxy does not answer; waits for it');
    await context.pause(1000);
  }
}

/** The fault itself while there is patience. @throws the error otherwise */
function awayOr(error: unknown, awayMs: number): ApiFault {
  if (error instanceof ApiFault && AWAY.includes(error.answer.status) && awayMs <= AWAY_MS) return error;
  throw error;
}
