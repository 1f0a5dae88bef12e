/** Runs a plan: asks the schedule what can be done, does it on the hosts, notes what happened, until nothing is left. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Emit } from '../base/events.ts';
import type { Work } from './board.ts';
import { runReading } from './execute.ts';
import { runLate } from './late.ts';
import { isLeft } from './lease.ts';
import { type Leases, takeLeases, tidyUp } from './leases.ts';
import { noteDeclared } from './made.ts';
import type { Outcome, Result } from './outcome.ts';
import { readAgain } from './read.ts';
import { hasMorePackagesSoon, nextWork } from './schedule.ts';
import { runSteps } from './step.ts';
import { type ApplyOptions, finish, newRun, type Run } from './work.ts';

/** Who leaves waits no longer than this for hosts to take their leases back. */
const LEAVE_MS = 1000;

/** How many slow steps run beside each other on one host; sshd allows ten sessions by default. */
const SLOW_AT_ONCE = 4;

/** Applies a plan. Failures are in the outcome; what isn't downstream of one still completes. */
export async function applyPlan(options: ApplyOptions): Promise<Outcome> {
  let isOver = false;
  // Once a run is left, what its hosts still tell comes too late.
  const emit: Emit = (event) => {
    if (!isOver) options.emit(event);
  };
  const run = newRun({ ...options, emit });
  const changing = hostsToChange(options);
  await tidyOthers(options, changing);
  await noteOthers(options, changing);
  const leases = await takeLeases(run, changing);
  if (leases) await runUnder(run, leases);
  for (const work of run.works.values()) {
    if (work.phase === 'busy') finish(run, work, 'left', 'goes on by itself; the next run waits for it');
    if (work.phase === 'waiting') finish(run, work, 'skipped', 'not started');
  }
  isOver = true;
  return { results: inOrder(run) };
}

/** Works until all is done, or until the run is left: what is at work on the hosts then goes on there. */
async function runUnder(run: Run, leases: Leases): Promise<void> {
  const { leave } = run.options;
  try {
    await Promise.race([runAll(run), ...(leave ? [aborted(leave)] : [])]);
  } finally {
    const busyHosts = [...run.works.values()].filter(({ phase }) => phase === 'busy').map(({ node }) => node.host);
    const given = leases.giveBack(new Set(busyHosts));
    await (leave?.aborted ? Promise.race([given, pause(LEAVE_MS)]) : given);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Hosts with nothing to change on which an earlier run was cut off right at its end. */
async function tidyOthers({ hosts, serials }: ApplyOptions, changing: readonly string[]): Promise<void> {
  const others = [...hosts].filter(([host]) => !changing.includes(host) && isLeft(serials.get(host) ?? ''));
  await Promise.all(others.map(([, link]) => tidyUp(link)));
}

/** What is declared for a host is noted there also when nothing is to be done, so that no other deployment takes it away. */
async function noteOthers({ hosts, made }: ApplyOptions, changing: readonly string[]): Promise<void> {
  const unnoted = (made?.unnoted ?? []).filter((host) => !changing.includes(host));
  await Promise.all(
    unnoted.map(async (host) => {
      const [link, declared] = [hosts.get(host), made?.declared?.get(host)];
      if (link && declared) await runReading(link, noteDeclared(declared));
    }),
  );
}

function hostsToChange({ plan }: ApplyOptions): readonly string[] {
  return [
    ...new Set(plan.entries.filter((entry) => entry.status !== 'same').map((entry) => entry.node.host)),
  ].sort();
}

/** Works until nothing is left that can be started. */
async function runAll(run: Run): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let active = 0;
    const launch = (host: string, task: Promise<void>): void => {
      active++;
      task.then(() => {
        active--;
        pump(run.board.concernedBy(host));
      }, reject);
    };
    const pump = (hosts: Iterable<string>): void => {
      try {
        startAll(run, hosts, launch);
      } catch (error) {
        reject(error);
      }
      if (active === 0) resolve();
    };
    pump(run.options.hosts.keys());
  });
}

function inOrder(run: Run): ReadonlyMap<string, Result> {
  return new Map(
    [...run.works.keys()].flatMap((key): [string, Result][] => {
      const result = run.results.get(key);
      return result ? [[key, result]] : [];
    }),
  );
}

type Launch = (host: string, task: Promise<void>) => void;

/** Starts whatever can be started on these hosts, and on others where nodes that are settled by that alone let more begin. */
function startAll(run: Run, hosts: Iterable<string>, launch: Launch): void {
  const open = new Set(hosts);
  // A host that is put in again is looked at again.
  for (const host of open) {
    open.delete(host);
    if (!run.options.hosts.has(host) || !startHost(run, host, launch)) continue;
    for (const other of run.board.concernedBy(host)) open.add(other);
  }
}

/** Starts what can be started on a host; says whether nodes were settled without any work. */
function startHost(run: Run, host: string, launch: Launch): boolean {
  const next = nextWork(run.board, host);
  for (const work of next.settled) finish(run, work, 'unchanged', 'as it should be');
  for (const work of next.blocked) {
    const blocker = run.works.get(work.blockedBy ?? '');
    const key = blocker?.node.key ?? work.blockedBy;
    if (blocker?.status === 'deferred') finish(run, work, 'deferred', `put off, as ${key} is`);
    else finish(run, work, 'blocked', `waits for ${key}`);
  }
  if (next.settled.length + next.blocked.length > 0) return true;
  if (run.options.signal?.aborted) return false;
  if (next.read.length > 0) launch(host, readAgain(run, host, busy(next.read)));
  if (next.quick.length > 0) {
    busy(next.quick.map(({ work }) => work));
    launch(
      host,
      runSteps(
        run,
        host,
        next.quick.map(({ work, needs }) => ({ works: [work], needs })),
      ),
    );
  }
  const late = next.slow.filter((work) => work.node.resource.kind.late);
  for (const work of busy(late)) launch(host, runLate(run, work, runAll));
  startSlow(
    run,
    host,
    next.slow.filter((work) => !late.includes(work)),
    launch,
  );
  return false;
}

function busy(works: readonly Work[]): readonly Work[] {
  for (const work of works) work.phase = 'busy';
  return works;
}

/** Slow work: apt one at a time with all its ready packages, other bulk kinds together, the rest each on its own. */
function startSlow(run: Run, host: string, slow: readonly Work[], launch: Launch): void {
  for (const works of groupBulk(slow)) {
    const isApt = works[0]?.node.resource.kind.lane === 'apt';
    const running = run.slowBusy.get(host) ?? 0;
    if (isApt ? isAptHeld(run, host) : running >= SLOW_AT_ONCE) continue;
    if (isApt) run.aptBusy.add(host);
    else run.slowBusy.set(host, running + 1);
    busy(works);
    const release = (): void => {
      if (isApt) run.aptBusy.delete(host);
      else run.slowBusy.set(host, (run.slowBusy.get(host) ?? 1) - 1);
    };
    launch(host, runSteps(run, host, [{ works, needs: [] }]).finally(release));
  }
}

function isAptHeld({ aptBusy, board }: Run, host: string): boolean {
  return aptBusy.has(host) || hasMorePackagesSoon(board, host);
}

/** Bulk kinds come last: a package source that is ready now may make more packages ready for the same apt-get. */
function groupBulk(works: readonly Work[]): readonly (readonly Work[])[] {
  const groups = new Map<unknown, Work[]>();
  for (const work of works) {
    const { kind } = work.node.resource;
    const key = kind.bulk ? kind : work;
    groups.set(key, [...(groups.get(key) ?? []), work]);
  }
  const isBulk = (group: readonly Work[]): number => (group[0]?.node.resource.kind.bulk ? 1 : 0);
  return [...groups.values()].sort((a, b) => isBulk(a) - isBulk(b));
}
