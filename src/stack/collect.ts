/** Gathers the user's mistakes of several attempts, so that all can be told at once. */
import { GatError, Problems } from '../base/errors.ts';

/** Runs an attempt; its user errors are added to the problems, bugs are thrown on. */
export function collectErrors<T>(problems: GatError[], attempt: () => T): T | undefined {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof GatError) problems.push(error);
    else if (error instanceof Problems) problems.push(...error.errors);
    else throw error;
    return undefined;
  }
}
