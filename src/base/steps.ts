/** Work that is done bit by bit, so that whoever waits for the network gets its turn in between. */
import { setImmediate } from 'node:timers/promises';

/** Work that stops for a moment now and then, and ends with a value. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Does all of it at once. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Does it with a turn for everybody else after each step. */
export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    await setImmediate();
  }
}
