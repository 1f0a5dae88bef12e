/** What can go wrong while changes are made. */
import { GatError } from '../base/errors.ts';
import type { GraphNode } from '../graph/edge.ts';
import { hintFor } from './hints.ts';

/** A step ended with an exit code other than 0. */
export function stepFailed(node: GraphNode, code: number, output: string, seconds: number): GatError {
  return new GatError({
    code: 'apply/failed',
    class: 'apply',
    what: `cannot apply ${node.resource.id} on ${node.host}: exit ${code} after ${seconds.toFixed(1)} s`,
    where: [{ host: node.host, resource: node.resource.id }, ...(node.resource.origin?.positions ?? [])],
    why: output.trim() === '' ? 'it printed nothing' : `the host said:\n${output.trim()}`,
    fix: `${hintFor(output) ?? 'mend the cause'}; then run the same command again: it goes on from here`,
  });
}

/** A step's time was over, so the host ended it. */
export function stepLate(node: GraphNode, seconds: number, output: string): GatError {
  const isTask = node.resource.origin?.role.startsWith('task ') ?? false;
  const longer = isTask ? ', or give the task more time (`timeout:`, in seconds)' : '';
  return new GatError({
    code: 'apply/time-limit',
    class: 'apply',
    what: `cannot apply ${node.resource.id} on ${node.host}: it was ended after ${seconds.toFixed(0)} s, its time limit`,
    where: [{ host: node.host, resource: node.resource.id }, ...(node.resource.origin?.positions ?? [])],
    why: output.trim() === '' ? 'it printed nothing' : `the last that it did:\n${output.trim()}`,
    fix: `see on the host what it waits for${longer}, then run the same command again: it goes on from here`,
  });
}

/** After the change nobody could log in and become root any more; `isUndone` when the host has told that it undid it. */
export function wayInLost(node: GraphNode, isUndone: boolean): GatError {
  const told = 'the host was told before to put the old files back unless a new connection said that all is well';
  return new GatError({
    code: 'apply/way-in-lost',
    class: 'apply',
    what: `cannot keep ${node.resource.id} on ${node.host}: with it a new connection no longer gets in as root`,
    where: [{ host: node.host, resource: node.resource.id }, ...(node.resource.origin?.positions ?? [])],
    why: isUndone ? told : `${told}; whether it did can't be told, as nobody gets in since then`,
    fix: isUndone
      ? 'look at what the change does to the login that gatdeploy uses; the old files are in place again'
      : 'look at the host from its console; the old files lie in /var/lib/gatdeploy/previous there',
  });
}

/** Another run took the lease over, as this one gave no sign of life for too long. */
export function leaseLost(node: GraphNode): GatError {
  return new GatError({
    code: 'lock/lost',
    class: 'lock',
    what: `cannot go on with ${node.resource.id} on ${node.host}: another run has taken the host over`,
    where: { host: node.host, resource: node.resource.id },
    why: 'this run gave no sign of life for too long, or somebody broke its lease',
    fix: 'see gatdeploy lock list; once the other run is over, run the same command again',
  });
}

/** The state of a resource can't be read even now that everything before it is done. */
export function stillUnknown(node: GraphNode, reason: string): GatError {
  return new GatError({
    code: 'apply/unknown',
    class: 'apply',
    what: `cannot read the state of ${node.resource.id} on ${node.host}`,
    where: { host: node.host, resource: node.resource.id },
    why: reason,
    fix: 'see what is wrong with the tool on the host, then run the same command again',
  });
}

/** The program that carried a step ended without telling how the step ended. */
export function stepLost(node: GraphNode, detail: string): GatError {
  return new GatError({
    code: 'apply/lost',
    class: 'apply',
    what: `cannot tell how ${node.resource.id} on ${node.host} ended`,
    where: { host: node.host, resource: node.resource.id },
    why: detail,
    fix: 'run the same command again: it reads the host first and does what is left',
  });
}

/** The program that carried a script ended before the script's own end was told. */
export function scriptLost(node: GraphNode, said: string): GatError {
  return stepLost(node, said || 'its output stops in the middle');
}

/** Another run holds the host's lease. */
export function lockBusy(host: string, holder: string): GatError {
  const [, who = 'somebody', since = ''] = holder.split('\n');
  const start = /^\d+$/.test(since) ? ` since ${new Date(Number(since) * 1000).toISOString()}` : '';
  return new GatError({
    code: 'lock/busy',
    class: 'lock',
    what: `cannot change ${host}: another run is at work there`,
    where: { host },
    why: `${who} holds the lease${start}`,
    fix: 'wait for it with --lock-wait SECONDS; a run that vanished loses its lease after two minutes',
  });
}

/** The lease could not be taken for a reason of the host's own. */
export function leaseFailed(host: string, said: string): GatError {
  return new GatError({
    code: 'lock/failed',
    class: 'apply',
    what: `cannot take the lease of ${host}`,
    where: { host },
    why: said || 'the host gave no reason',
    fix: 'see whether /var/lib/gatdeploy can be written by root on the host; nothing was changed',
  });
}

/** Somebody else's run changed the host between reading and applying. */
export function hostChanged(host: string): GatError {
  return new GatError({
    code: 'apply/host-changed',
    class: 'stale',
    what: `cannot apply the plan to ${host}: another run changed the host after it was read`,
    where: { host },
    fix: 'run the same command again: it reads the host anew; nothing was changed',
  });
}

/** A host's files could not all be put back. */
export function rollbackFailed(host: string, said: string): GatError {
  return new GatError({
    code: 'apply/rollback-failed',
    class: 'apply',
    what: `cannot put back all files of ${host}`,
    where: { host },
    why: said.trim() || 'the host gave no reason',
    fix: 'the copies that are left stay in /var/lib/gatdeploy/previous on the host; run the same command again',
  });
}
