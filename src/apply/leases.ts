/** Takes, keeps and gives back the leases of all hosts that a run changes. */
import { hostChanged, leaseFailed, lockBusy } from './errors.ts';
import { runReading } from './execute.ts';
import { acquire, HOST_CHANGED, heartbeat, LEASE_BUSY, LEASE_SECONDS, release } from './lease.ts';
import type { HostLink, Run } from './work.ts';

/** How long to wait before a busy lease is tried again. */
const RETRY_MS = 2000;

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
  const { clock, lockWaitMs = 0, serials, who, signal } = run.options;
  const deadline = clock() + lockWaitMs;
  for (;;) {
    const result = await runReading(link, acquire({ run: run.id, who }, serials.get(host) ?? '0'));
    if (result.code === 0) return;
    const said = result.stdout.toString('utf8').trim();
    if (result.code === HOST_CHANGED) throw hostChanged(host);
    if (result.code !== LEASE_BUSY) throw leaseFailed(host, result.stderr.toString('utf8').trim());
    if (clock() >= deadline || signal?.aborted) throw lockBusy(host, said);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
