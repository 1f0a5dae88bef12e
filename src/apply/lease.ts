/**
 * One controller at a time: a lease on the host that names its holder. It is taken before the first change, kept alive
 * by heartbeats, and ends alone when the holder vanishes; all times are the host's own, so skewed clocks don't matter.
 */
import { type Script, sh } from '../base/shell.ts';
import { forgetEarlier } from './previous.ts';

const STATE = '/var/lib/gatdeploy';

/** Seconds without a heartbeat after which a lease may be taken over; a batch that still runs keeps it alive. */
export const LEASE_SECONDS = 120;

/** Exit codes of the scripts below. */
export const LEASE_BUSY = 45;
export const LEASE_LOST = 46;
export const HOST_CHANGED = 47;

/** Who wants the lease. */
export type Holder = {
  /** The run's random identity. */
  readonly run: string;
  /** `user@machine, command`, for people. */
  readonly who: string;
};

/** Whether the lock in the current folder is fresh, or a batch of its run still runs. */
const isAlive = sh`gd_alive() {
  test -f lock || return 1
  gd_age=$(($(date +%s) - $(stat -c %Y lock)))
  if test "$gd_age" -lt ${LEASE_SECONDS} && test "$gd_age" -gt -${LEASE_SECONDS}; then return 0; fi
  for gd_pid in runs/"$(head -n 1 lock)"/*/pid; do
    if test -f "$gd_pid" && ! test -f "\${gd_pid%pid}exit" && kill -0 "$(cat "$gd_pid")" 2>/dev/null; then return 0; fi
  done
  return 1
}`;

/** Prints the host's change counter: each run that changes the host raises it. */
export const printSerial: Script = sh`cat -- ${`${STATE}/serial`} 2>/dev/null || echo 0`;

/**
 * Takes the lease, or says who has it (exit 45), or that the host was changed since it was read (exit 47).
 * The lock appears by link(2), which fails when it is there; an expired one is moved aside by rename(2), which one taker wins.
 */
export function acquire({ run, who }: Holder, serial: string): Script {
  return sh`mkdir -p -m 0700 -- ${STATE} && cd -- ${STATE} || exit 1
${isAlive}
printf '%s\n%s\n%s\n' ${run} ${who} "$(date +%s)" >${`lock.${run}`}
if ! ln -T -- ${`lock.${run}`} lock 2>/dev/null; then
  if gd_alive; then rm -f -- ${`lock.${run}`}; cat lock; exit ${LEASE_BUSY}; fi
  mv -T -- lock ${`lock.expired.${run}`} 2>/dev/null && rm -f -- ${`lock.expired.${run}`}
  ln -T -- ${`lock.${run}`} lock 2>/dev/null || { rm -f -- ${`lock.${run}`}; cat lock; exit ${LEASE_BUSY}; }
fi
gd_serial=$(cat serial 2>/dev/null || echo 0)
if test "$gd_serial" != ${serial}; then rm -f -- lock ${`lock.${run}`}; echo "$gd_serial"; exit ${HOST_CHANGED}; fi
echo "$((gd_serial + 1))" >serial.new && mv -f serial.new serial
${forgetEarlier(run)}`;
}

/** Ends a batch's program when the lease is no longer this run's: another run may be at work. */
export function guard(run: string): Script {
  return sh`test "$(head -n 1 ${`${STATE}/lock`} 2>/dev/null)" = ${run} || { echo 'the lease of this run is gone' >&2; exit ${LEASE_LOST}; }
touch -c -- ${`${STATE}/lock`}`;
}

/** Tells the host that the holder is alive. */
export function heartbeat(run: string): Script {
  return sh`test "$(head -n 1 ${`${STATE}/lock`} 2>/dev/null)" = ${run} && touch -c -- ${`${STATE}/lock`}`;
}

/** Gives the lease back and removes what the run left on the host. */
export function release(run: string): Script {
  return sh`cd -- ${STATE} || exit 0
test "$(head -n 1 lock 2>/dev/null)" != ${run} || rm -f -- lock
rm -rf -- ${`lock.${run}`} ${`runs/${run}`}`;
}

/** Prints the lease, if there is one: holder's lines, then seconds since its last sign of life, then whether it is alive. */
export const showLease: Script = sh`cd -- ${STATE} 2>/dev/null && test -f lock || exit 0
${isAlive}
cat lock
echo "$(($(date +%s) - $(stat -c %Y lock)))"
if gd_alive; then echo alive; else echo expired; fi`;

/** Removes the lease of one run, if it still has it; its next step then fails instead of changing anything. */
export function breakLease(run: string): Script {
  return sh`cd -- ${STATE} 2>/dev/null || exit 0
test "$(head -n 1 lock 2>/dev/null)" != ${run} || rm -f -- lock`;
}

/** A lease as a host shows it. */
export type LeaseState = {
  readonly run: string;
  readonly who: string;
  /** Seconds since 1970, by the host's clock. */
  readonly since: number;
  readonly silentSeconds: number;
  readonly alive: boolean;
};

/** Parses what `showLease` prints; undefined when there is no lease. */
export function parseLease(stdout: string): LeaseState | undefined {
  const [run, who = '', since, silent, alive] = stdout.trim().split('\n');
  if (!run || !since) return undefined;
  return { run, who, since: Number(since), silentSeconds: Number(silent), alive: alive === 'alive' };
}
