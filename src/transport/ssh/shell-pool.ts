/**
 * The shells of one connection: as many at once as the host allows (sshd's MaxSessions), the others wait their turn,
 * and one spare is started ahead, so that the next script costs one round trip instead of three.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Shell } from '../run.ts';

/** Gives out shells; each serves one script. */
export type ShellPool = {
  take(): Promise<TakenShell>;
  /** Starts the spare, if there is room for one; called once a script is on its way. */
  warmUp(): void;
};

/** A shell, and whether it had been waiting: such a one may have died meanwhile, without having run anything. */
export type TakenShell = { readonly shell: Shell; readonly spare: boolean };

/** Thrown by `open` when the host refuses one more session. */
export class SessionRefused extends Error {}

type Pool = {
  readonly open: () => Promise<Shell>;
  /** How many sessions the host is believed to allow. */
  limit: number;
  /** Sessions that are open or asked for. */
  count: number;
  /** The most sessions that were ever open at once. */
  proved: number;
  opened: number;
  spare: Shell | undefined;
  warming: boolean;
  readonly waiting: (() => void)[];
};

/** sshd's default for MaxSessions. */
const USUAL_LIMIT = 10;
const ATTEMPTS = 6;
const RETRY_MS = 20;

/** Makes a pool over something that opens shells. */
export function shellPool(open: () => Promise<Shell>, limit = USUAL_LIMIT): ShellPool {
  const pool: Pool = {
    open,
    limit,
    count: 0,
    proved: 1,
    opened: 0,
    spare: undefined,
    warming: false,
    waiting: [],
  };
  return { take: () => take(pool), warmUp: () => void warmUp(pool) };
}

async function take(pool: Pool): Promise<TakenShell> {
  for (let refused = 0; ; ) {
    const { spare } = pool;
    if (spare) {
      pool.spare = undefined;
      return { shell: spare, spare: true };
    }
    if (pool.count >= pool.limit) {
      await oneEnds(pool);
      continue;
    }
    const shell = await openCounted(pool);
    if (!(shell instanceof SessionRefused)) return { shell, spare: false };
    if (pool.count > 0) {
      await oneEnds(pool);
      continue;
    }
    // The host may not have noticed yet that a session has ended; some chance keeps those who wait apart.
    refused += 1;
    if (refused >= ATTEMPTS) throw shell;
    await sleep(RETRY_MS * 2 ** refused * (0.5 + Math.random()));
  }
}

/** Opens a shell, or tells that the host has no room for it now. */
async function openCounted(pool: Pool): Promise<Shell | SessionRefused> {
  pool.count += 1;
  try {
    const shell = await pool.open();
    pool.opened += 1;
    pool.proved = Math.max(pool.proved, pool.opened);
    const free = () => release(pool, shell);
    shell.ended.then(free, free);
    return shell;
  } catch (error) {
    pool.count -= 1;
    wakeAll(pool);
    if (!(error instanceof SessionRefused)) throw error;
    pool.limit = Math.max(pool.proved, pool.count);
    return error;
  }
}

async function warmUp(pool: Pool): Promise<void> {
  if (pool.spare || pool.warming || pool.waiting.length > 0 || pool.count >= pool.limit) return;
  pool.warming = true;
  try {
    const shell = await openCounted(pool);
    if (!(shell instanceof SessionRefused)) pool.spare = shell;
  } catch {
    // a spare is a luxury; whoever needs a shell sees the error
  } finally {
    pool.warming = false;
    wakeAll(pool);
  }
}

function oneEnds(pool: Pool): Promise<void> {
  return new Promise((resolve) => pool.waiting.push(resolve));
}

function release(pool: Pool, shell: Shell): void {
  pool.count -= 1;
  pool.opened -= 1;
  if (pool.spare === shell) pool.spare = undefined;
  wakeAll(pool);
}

function wakeAll(pool: Pool): void {
  for (const wake of pool.waiting.splice(0)) wake();
}
