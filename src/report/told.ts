/** Remembers which errors people have read, so that one that is told as it happens and thrown later is told once. */
import { Problems } from '../base/errors.ts';
import type { RunEvent } from '../base/events.ts';

export type Told = {
  /** Notes the error that an event told in full. */
  note(event: RunEvent): void;
  /** What of a thrown thing is still to be told; undefined when all is. */
  untold(error: unknown): unknown;
};

/** Makes an empty memory. */
export function rememberTold(): Told {
  const told = new WeakSet<object>();
  return {
    note(event) {
      if (event.type === 'unreachable') told.add(event.error);
    },
    untold(error) {
      if (error instanceof Problems) {
        const left = error.errors.filter((one) => !told.has(one));
        if (left.length === error.errors.length) return error;
        return left.length === 0 ? undefined : new Problems(left);
      }
      return typeof error === 'object' && error !== null && told.has(error) ? undefined : error;
    },
  };
}
