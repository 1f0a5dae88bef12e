/** Takes, keeps and gives back the leases of all hosts that a run changes. */
import { maskKnown } from '../base/secret.ts';
import { hostChanged, leaseFailed, lockBusy } from './errors.ts';
import { runReading } from './execute.ts';
import {
  acquire,
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
export type Leases = { giveBack(): Promise<void> };

/**
 * Takes the leases of all these hosts before anything is changed on any of them.
 * @throws GatError lock/busy when another run has one and `lockWaitMs` is over, apply/host-changed
 */
export async function takeLeases(run: Run, hosts: readonly string[]): Promise<Leases> {
  const held: HostLink[] = [];
  const giveBack = async (): Promise<void> => {
    clearInterval(beat);
    await Promise.allSettled(held.map((link) => runReading(link, release(run.id))));
  };
  const beat = setInterval(
    () => {
      for (const link of held)
        link.connection.exec({ script: heartbeat(run.id), become: link.become }).catch(() => undefined);
    },
    (LEASE_SECONDS * 1000) / 4,
  );
  beat.unref();
  const taken = await Promise.allSettled(
    hosts.map(async (host) => {
      const link = run.options.hosts.get(host);
      if (!link) return;
      await takeLease(run, host, link);
      held.push(link);
    }),
  );
  const failed = taken.find((one) => one.status === 'rejected');
  if (!failed) return { giveBack };
  await giveBack();
  throw failed.reason;
}

async function takeLease(run: Run, host: string, link: HostLink): Promise<void> {
  const { clock, emit, lockWaitMs = 0, signal } = run.options;
  const deadline = clock() + lockWaitMs;
  let told = '';
  for (;;) {
    const answer = await askForLease(run, host, link);
    if (answer === 'taken') return;
    if (signal?.aborted || (answer.isBusy && clock() >= deadline)) throw lockBusy(host, answer.said);
    const text = stillRunning(answer.said);
    if (!answer.isBusy && text !== told) emit({ type: 'warning', at: clock(), host, text });
    told = text;
    await new Promise((resolve) => setTimeout(resolve, answer.isBusy ? RETRY_MS : SOON_MS));
  }
}

/** Another run is at work, or one that is gone has left something running, which ends by itself. */
type Answer = 'taken' | { readonly isBusy: boolean; readonly said: string };

/** Asks for the lease once; ends the one of a holder that is gone. @throws GatError apply/host-changed, lock/failed */
async function askForLease(run: Run, host: string, link: HostLink): Promise<Answer> {
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
