/** How a run ended, resource by resource. */
import type { GatError } from '../base/errors.ts';
import type { ResourceStatus } from '../base/events.ts';

export type Result = {
  readonly host: string;
  /** `kind[name]` */
  readonly resource: string;
  readonly status: ResourceStatus;
  /** What was done, or what stood in the way, in a few words. */
  readonly summary: string;
  readonly ms: number;
  readonly error?: GatError;
  /** The resource that failed, for one that waited for it. */
  readonly blockedBy?: string;
};

export type Outcome = {
  /** By `host/kind[name]`, in the graph's order. */
  readonly results: ReadonlyMap<string, Result>;
};

/** Whether what comes after a resource that ended so may go on. */
export function letsGoOn(status: ResourceStatus | undefined): boolean {
  return status === 'unchanged' || status === 'changed' || status === 'deferred';
}

/** Whether everything is as it should be, or was put off with good reason. */
export function isGood(outcome: Outcome): boolean {
  return [...outcome.results.values()].every(({ status }) => letsGoOn(status));
}
