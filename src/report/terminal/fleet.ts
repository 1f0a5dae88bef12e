/** Where every host stands, kept up to date by events; what the live picture is drawn from. */
import type { RunEvent } from '../../base/events.ts';
import type { Plan } from '../../plan/plan.ts';

/** A step that runs now. */
export type Running = { readonly resource: string; readonly since: number; line: string };

/** What a host is doing. */
export type Phase = 'connecting' | 'reading' | 'waiting' | 'working' | 'finished' | 'unreachable';

export type HostState = {
  readonly host: string;
  phase: Phase;
  since: number;
  /** Slow and quick steps that run now, the oldest first. */
  readonly running: Map<string, Running>;
  /** Planned resources that are not done yet, in the graph's order. */
  readonly left: Set<string>;
  /** How many resources the plan has for this host; 0 without a plan. */
  total: number;
  done: number;
  changed: number;
  failed: number;
  blocked: number;
  checksOk: number;
  checksFailed: number;
  /** The latest that went wrong, in one line. */
  trouble: string;
};

export type Fleet = { readonly hosts: Map<string, HostState>; readonly startedAt: number };

/** Makes a fleet without hosts. */
export function newFleet(startedAt: number): Fleet {
  return { hosts: new Map(), startedAt };
}

/** Learns what is planned, so that the picture can tell what is next and how much is left. */
export function expectPlan(fleet: Fleet, plan: Plan, time: number): void {
  for (const { node, status } of plan.entries) {
    const host = hostOf(fleet, node.host, time);
    host.phase = 'waiting';
    host.total++;
    if (status !== 'same') host.left.add(node.resource.id);
  }
}

/** Takes note of an event. */
export function trackEvent(fleet: Fleet, event: RunEvent, time: number): void {
  if (event.host === undefined) return;
  const host = hostOf(fleet, event.host, time);
  const phase = track(host, event, time);
  if (phase !== undefined && phase !== host.phase) {
    host.phase = phase;
    host.since = time;
  }
}

/** Updates a host's counts and says which phase it is in now. */
function track(host: HostState, event: RunEvent, time: number): Phase | undefined {
  switch (event.type) {
    case 'connecting':
      return 'connecting';
    case 'connected':
      return 'reading';
    case 'probed':
      return 'waiting';
    case 'unreachable':
      host.trouble = event.error.what;
      return 'unreachable';
    case 'started':
      host.running.set(event.resource, { resource: event.resource, since: time, line: '' });
      return 'working';
    case 'output': {
      const step = host.running.get(event.resource);
      // A program that draws its progress over and over ends each picture with a carriage return.
      if (step) step.line = event.line.trimEnd().split('\r').at(-1) ?? '';
      return undefined;
    }
    case 'done':
      return trackDone(host, event);
    case 'checked':
      if (event.ok) host.checksOk++;
      else {
        host.checksFailed++;
        host.trouble = event.title;
      }
      return 'waiting';
    case 'warning':
      return undefined;
  }
}

function trackDone(
  host: HostState,
  { resource, status, error, summary }: Extract<RunEvent, { type: 'done' }>,
): Phase {
  host.running.delete(resource);
  host.left.delete(resource);
  host.done++;
  if (status === 'changed') host.changed++;
  if (status === 'blocked' || status === 'skipped') host.blocked++;
  if (status === 'failed') {
    host.failed++;
    host.trouble = error?.what ?? `${resource}: ${summary}`;
  }
  if (host.total > 0 && host.done >= host.total) return 'finished';
  return host.running.size > 0 ? 'working' : 'waiting';
}

function hostOf(fleet: Fleet, name: string, since: number): HostState {
  const known = fleet.hosts.get(name);
  if (known) return known;
  const counts = { total: 0, done: 0, changed: 0, failed: 0, blocked: 0, checksOk: 0, checksFailed: 0 };
  const host: HostState = {
    host: name,
    phase: 'connecting',
    since,
    running: new Map(),
    left: new Set(),
    trouble: '',
    ...counts,
  };
  fleet.hosts.set(name, host);
  return host;
}
