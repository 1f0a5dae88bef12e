/**
 * One controller at a time: a lease on the host that names its holder. It is taken before the first change, kept alive
 * by heartbeats and by what its holder has left running, and ends alone when the holder vanishes; all times are the
 * host's own, so skewed clocks don't matter.
 */
import { nothing, type Script, sh, steps } from '../base/shell.ts';
import { defineAlive, defineAlone, STATE } from './alive.ts';
import { beginJournal } from './journal.ts';

/** Seconds without a heartbeat after which a lease may be taken over; a batch that still runs keeps it alive. */
export const LEASE_SECONDS = 120;

/** Exit codes of the scripts below. */
export const LEASE_BUSY = 45;
export const LEASE_LOST = 46;
export const HOST_CHANGED = 47;
export const STILL_RUNNING = 48;
export const LEASE_EXPIRED = 49;

/** Who wants the lease. */
export type Holder = {
  /** The run's random identity. */
  readonly run: string;
  /** `user@machine, command`, for people. */
  readonly who: string;
  /** The controller's process, so that its own machine can tell when it is gone; empty when it can't. */
  readonly process: string;
};

const BEAT = `${STATE}/beat`;

/**
 * Notes a sign of life: the seconds that the machine has been up, and which boot that is. Clocks that are set meanwhile
 * make no lease look old.
 */
const beat = sh`read -r gd_up gd_idle </proc/uptime
read -r gd_boot </proc/sys/kernel/random/boot_id
printf '%s %s\n' "\${gd_up%%.*}" "$gd_boot" >${BEAT}.$$ && mv -f -- ${BEAT}.$$ ${BEAT}`;

/** Defines `gd_silence`, which prints the seconds since the last sign of life, and `gd_fresh`, whether they are few. */
const isFresh = sh`gd_silence() {
  read -r gd_up gd_idle </proc/uptime
  read -r gd_boot </proc/sys/kernel/random/boot_id
  gd_beat=0 gd_of=
  if test -f ${BEAT}; then read -r gd_beat gd_of <${BEAT}; fi
  test "$gd_of" = "$gd_boot" || gd_beat=0
  echo "$((\${gd_up%%.*} - gd_beat))"
}
gd_fresh() {
  test -f lock && test "$(gd_silence)" -lt ${LEASE_SECONDS}
}`;

/**
 * Prints the host's change counter: it grows when a lease is taken and when it ends, so no change goes between unseen.
 * Behind it the word `left`, when a run is at work or has left something lying about.
 */
export const printSerial: Script = sh`stat -c %s -- ${`${STATE}/changes`} 2>/dev/null || echo 0
if test -e ${`${STATE}/lock`} || test -e ${`${STATE}/runs`}; then echo left; fi`;

/** Whether something on the host may be left of a run that is gone. */
export function isLeft(serial: string): boolean {
  return serial.endsWith('left');
}

/**
 * Takes the lease; or says who has it (exit 45), or whose has expired (49), or what an earlier run without a lease has
 * left running (48), or that the host was changed since it was read (47).
 * What else the host is to note goes along. It may be run again after a break of the connection: a lease that is held already is no hindrance.
 */
export function acquire({ run, who, process }: Holder, serial: string, notes: Script = nothing): Script {
  const own = `lock.${run}`;
  return sh`mkdir -p -m 0700 -- ${STATE} && cd -- ${STATE} || exit 1
${steps(defineAlive, defineAlone, isFresh)}
gd_alone
if test "$(head -n 1 lock 2>/dev/null)" != ${run}; then
  if test -f lock; then
    cat lock
    if gd_fresh || gd_running "$(head -n 1 lock)"; then exit ${LEASE_BUSY}; else exit ${LEASE_EXPIRED}; fi
  fi
  if gd_running '*'; then cat -- "$gd_batch/step" 2>/dev/null; exit ${STILL_RUNNING}; fi
  gd_serial=$(stat -c %s changes 2>/dev/null || echo 0)
  if test "$gd_serial" != ${serial.split(/\s/)[0] ?? ''}; then echo "$gd_serial"; exit ${HOST_CHANGED}; fi
  printf '%s\n%s\n%s\n%s\n' ${run} ${who} "$(date +%s)" ${process} >${own} || exit 1
  { ${beat}
  } || exit 1
  ln -T -- ${own} lock || exit 1
fi
printf . >>changes || exit 1
${sweep}
${beginJournal({ run, who })}
${notes}`;
}

/** Removes half-made files and folders of runs that ended without doing so; nobody else's, as the lease is held. */
const sweep = sh`for gd_temps in runs/*/temps; do
  test ! -f "$gd_temps" || while IFS= read -r gd_temp; do
    case $gd_temp in */.gatdeploy.*) rm -f -- "$gd_temp";; esac
  done <"$gd_temps"
done
rm -rf -- runs lock.?* beat.?*`;

/**
 * Ends the lease of a run that is gone, and tidies up; without a run a lease that nobody can read. Exit 48, with what runs, while something that it started still does.
 */
export function takeOver(run: string): Script {
  return sh`cd -- ${STATE} || exit 1
${steps(defineAlive, defineAlone)}
gd_alone
if gd_running ${run}; then cat -- "$gd_batch/step" 2>/dev/null; exit ${STILL_RUNNING}; fi
case $(head -n 1 lock 2>/dev/null) in ${run === '' ? sh`'' | *[!0-9a-f]*` : run}) ;; *) test ! -f lock || exit 0;; esac
rm -f -- lock beat
printf . >>changes
gd_running '*' || { :
${sweep}
}`;
}

/** Ends a batch's program when the lease is no longer this run's: another run may be at work. */
export function guard(run: string): Script {
  return sh`${defineAlone}
gd_alone
test "$(head -n 1 ${`${STATE}/lock`} 2>/dev/null)" = ${run} || { echo 'the lease of this run is gone' >&2; exit ${LEASE_LOST}; }
${beat}
exec 8>&-`;
}

/** Tells the host that the holder is alive. */
export function heartbeat(run: string): Script {
  return sh`test "$(head -n 1 ${`${STATE}/lock`} 2>/dev/null)" = ${run} || exit 0
${beat}`;
}

/** Gives the lease back and removes what the run left on the host. */
export function release(run: string): Script {
  return sh`cd -- ${STATE} || exit 0
rm -rf -- ${`runs/${run}`}
rmdir runs 2>/dev/null
test "$(head -n 1 lock 2>/dev/null)" != ${run} || { printf . >>changes; rm -f -- lock beat; }`;
}

/** Gives back a lease under which nothing was changed: who has read the host before may still rely on that. */
export function cancel(run: string): Script {
  return sh`cd -- ${STATE} || exit 0
test "$(head -n 1 lock 2>/dev/null)" = ${run} || exit 0
gd_serial=$(stat -c %s changes) && head -c "$((gd_serial - 1))" changes >changes.new && mv -f -- changes.new changes
rm -f -- lock beat`;
}

/** Prints the lease, if there is one: holder's lines, then seconds since its last sign of life, then whether it is alive. */
export const showLease: Script = sh`cd -- ${STATE} 2>/dev/null && test -f lock || exit 0
${steps(defineAlive, isFresh)}
cat lock
gd_silence
if gd_fresh || gd_running "$(head -n 1 lock)"; then echo alive; else echo expired; fi`;

/** Removes the lease of one run, if it still has it; its next step then fails instead of changing anything. */
export function breakLease(run: string): Script {
  return sh`cd -- ${STATE} 2>/dev/null || exit 0
test "$(head -n 1 lock 2>/dev/null)" != ${run} || { printf . >>changes; rm -f -- lock beat; }`;
}

/** A lease as a host shows it. */
export type LeaseState = {
  readonly run: string;
  readonly who: string;
  /** Seconds since 1970, by the host's clock. */
  readonly since: number;
  /** See `Holder`. */
  readonly process: string;
  readonly silentSeconds: number;
  readonly alive: boolean;
};

/** Parses what `showLease` prints, or the lock alone; undefined when there is no lease. */
export function parseLease(stdout: string): LeaseState | undefined {
  const [run, who = '', since, process = '', silent, alive] = stdout.trim().split('\n');
  if (!run || !/^[0-9a-f]+$/.test(run)) return undefined;
  return {
    run,
    who,
    since: Number(since) || 0,
    process,
    silentSeconds: Number(silent ?? 0),
    alive: alive === 'alive',
  };
}
