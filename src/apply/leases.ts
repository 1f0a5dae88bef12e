/** Takes, keeps and gives back the leases of all hosts that a run changes. */
import { setTimeout as pause } from 'node:timers/promises';
import { maskKnown } from '../base/secret.ts';
import type { Script } from '../base/shell.ts';
import { hostChanged, leaseFailed, lockBusy } from './errors.ts';
import { runReading } from './execute.ts';
import {
  acquire,
  breakLease,
  cancel,
  HOST_CHANGED,
  heartbeat,
  LEASE_BUSY,
  LEASE_EXPIRED,
  LEASE_SECONDS,
  parseLease,
  release,
  STILL_RUNNING,
  showLease,
  takeOver,
} from './lease.ts';
import { noteDeclared } from './made.ts';
import { findProcess, nameProcess } from './process.ts';
import type { HostLink, Run } from './work.ts';

/** How long to wait before a busy lease is tried again. */
const RETRY_MS = 2000;

/** How long to wait before looking again whether something that a vanished run left has ended. */
const SOON_MS = 300;

/** Leases that are held; `giveBack` must be called however the run ends. */
export type Leases = {
  /** Of hosts on which something of this run is still at work, only the lease: what it left is waited for by the next run. */
  giveBack(atWork?: ReadonlySet<string>): Promise<void>;
};

/** A host whose lease is wanted. */
type Wanted = { readonly host: string; readonly link: HostLink };

/**
 * Takes the leases of all these hosts before anything is changed on any of them. Two runs that want some of the same
 * hosts never wait for each other: who waits for a host holds none that comes after it by name.
 * Whoever is stopped while he waits has none: undefined.
 * @throws GatError lock/busy when another run has one and `lockWaitMs` is over, apply/host-changed
 */
export async function takeLeases(run: Run, hosts: readonly string[]): Promise<Leases | undefined> {
  const { clock, lockWaitMs = 0, signal } = run.options;
  const deadline = clock() + lockWaitMs;
  const held = new Set<Wanted>();
  const giveBack = async (how: (host: string) => Script): Promise<void> => {
    clearInterval(beat);
    await giveBackAll([...held], held, how);
  };
  const beat = keepAlive(run, held);
  const wanted = [...hosts].sort().flatMap((host) => wantedOf(run, host));
  try {
    for (;;) {
      const busy = await tryAll(run, wanted, held);
      const [first] = busy;
      if (!first)
        return {
          giveBack: (atWork = new Set()) => giveBack((host) => (atWork.has(host) ? breakLease : release)(run.id)),
        };
      if (!signal?.aborted && clock() >= deadline) throw lockBusy(first.wanted.host, first.said);
      const behind = wanted.slice(wanted.indexOf(first.wanted)).filter((one) => held.has(one));
      await giveBackAll(behind, held, () => cancel(run.id));
      if (signal?.aborted) break;
      await pauseUnless(signal, RETRY_MS * (0.5 + Math.random()));
    }
  } catch (error) {
    await giveBack(() => cancel(run.id));
    throw error;
  }
  await giveBack(() => cancel(run.id));
  return undefined;
}

function wantedOf({ options: { hosts } }: Run, host: string): readonly Wanted[] {
  const link = hosts.get(host);
  return link ? [{ host, link }] : [];
}

function keepAlive(run: Run, held: ReadonlySet<Wanted>): NodeJS.Timeout {
  const tell = (): void => {
    for (const { link } of held)
      link.connection.exec({ script: heartbeat(run.id), become: link.become }).catch(() => undefined);
  };
  return setInterval(tell, (LEASE_SECONDS * 1000) / 4).unref();
}

async function giveBackAll(
  some: readonly Wanted[],
  held: Set<Wanted>,
  how: (host: string) => Script,
): Promise<void> {
  for (const one of some) held.delete(one);
  await Promise.allSettled(some.map(({ host, link }) => runReading(link, how(host))));
}

/** Waits, or until the signal comes. */
async function pauseUnless(signal: AbortSignal | undefined, ms: number): Promise<void> {
  await pause(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
}

/** Tries to take all that are not held yet; returns those that others have, in their order. */
async function tryAll(run: Run, wanted: readonly Wanted[], held: Set<Wanted>) {
  const tried = await Promise.allSettled(
    wanted
      .filter((one) => !held.has(one))
      .map(async (one) => {
        const said = await takeLease(run, one);
        if (said === undefined) held.add(one);
        return said === undefined ? [] : [{ wanted: one, said }];
      }),
  );
  const failed = tried.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
  return tried.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
}

/**
 * Takes one lease; waits for what a run that is gone has left running. Returns what the holder says when it is busy.
 * @throws GatError apply/host-changed, also after such a wait: what has ended meanwhile is not to be done again
 */
async function takeLease(run: Run, wanted: Wanted): Promise<string | undefined> {
  const { clock, emit, signal } = run.options;
  const { host, link } = wanted;
  let told = '';
  for (;;) {
    const answer = await askForLease(run, wanted);
    if (answer === 'taken' && told === '') return undefined;
    if (answer === 'taken') {
      await runReading(link, cancel(run.id));
      throw hostChanged(host);
    }
    if (answer.isBusy || signal?.aborted) return answer.said;
    const text = stillRunning(answer.said);
    if (text !== told) emit({ type: 'warning', at: clock(), host, text });
    told = text;
    await pauseUnless(signal, SOON_MS);
  }
}

/** Another run is at work, or one that is gone has left something running, which ends by itself. */
type Answer = 'taken' | { readonly isBusy: boolean; readonly said: string };

/** Asks for the lease once; ends the one of a holder that is gone. @throws GatError apply/host-changed, lock/failed */
async function askForLease(run: Run, { host, link }: Wanted): Promise<Answer> {
  const holder = { run: run.id, who: run.options.who, process: nameProcess() };
  const { serials, made } = run.options;
  const notes = noteDeclared(made?.declared?.get(host) ?? new Map());
  const { code, stdout, stderr } = await runReading(link, acquire(holder, serials.get(host) ?? '0', notes));
  const said = stdout.toString('utf8').trim();
  if (code === 0) return 'taken';
  if (code === STILL_RUNNING) return { isBusy: false, said };
  if (code === LEASE_BUSY && !isGone(said)) return { isBusy: true, said };
  if (code === LEASE_BUSY || code === LEASE_EXPIRED) {
    const left = await endLease(link, said);
    if (left !== undefined) return { isBusy: false, said: left };
  } else if (code !== HOST_CHANGED) throw leaseFailed(host, stderr.toString('utf8').trim());
  throw hostChanged(host);
}

/** Tidies up after a run that is gone, on a host on which there is nothing to change. */
export async function tidyUp(link: HostLink): Promise<void> {
  const shown = await runReading(link, showLease);
  const lease = parseLease(shown.stdout.toString('utf8'));
  if (lease?.alive && findProcess(lease.process) !== 'gone') return;
  await runReading(link, takeOver(lease?.run ?? 'none'));
}

/** Makes sure that nobody is at work on a host. @throws GatError lock/busy */
export async function requireFree(host: string, link: HostLink): Promise<void> {
  const shown = (await runReading(link, showLease)).stdout.toString('utf8');
  const lease = parseLease(shown);
  if (lease?.alive && findProcess(lease.process) !== 'gone') throw lockBusy(host, shown);
}

/** Whether a holder was a process of this machine that is no more. */
function isGone(lock: string): boolean {
  const lease = parseLease(lock);
  return lease !== undefined && findProcess(lease.process) === 'gone';
}

/** Ends the lease of a holder that is gone; returns what it has left running, if anything. */
async function endLease(link: HostLink, lock: string): Promise<string | undefined> {
  const ended = await runReading(link, takeOver(parseLease(lock)?.run ?? ''));
  return ended.code === STILL_RUNNING ? ended.stdout.toString('utf8').trim() : undefined;
}

/** Says what is waited for, from the line that a running step leaves: `pid begun limit resource`. */
function stillRunning(step: string): string {
  const resource = step.split(' ').slice(3).join(' ') || 'a step';
  return `waits for what an earlier run, which is gone, has left running here: ${maskKnown(resource)}`;
}
