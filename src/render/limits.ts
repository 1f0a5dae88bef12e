/** Bounds on what one evaluation may cost, so that a template always ends and memory stays bounded. */
import { Fault } from './fault.ts';

export type Limits = {
  /** Expressions and loop rounds of one evaluation. */
  readonly steps: number;
  /** Characters of one text, and items of one list. */
  readonly size: number;
  /** Templates, macros and loops inside one another. */
  readonly depth: number;
  /** Milliseconds of one evaluation; looked at every thousand steps. */
  readonly timeMs: number;
};

export const DEFAULT_LIMITS: Limits = { steps: 5_000_000, size: 32 * 1024 * 1024, depth: 120, timeMs: 20_000 };

/** What is left of the limits; one record per evaluation. */
export type Budget = {
  readonly limits: Limits;
  steps: number;
  size: number;
  depth: number;
  readonly endsAt: number;
};

/** Starts counting. */
export function startBudget(limits: Limits): Budget {
  return { limits, steps: 0, size: 0, depth: 0, endsAt: Date.now() + limits.timeMs };
}

let budget = startBudget(DEFAULT_LIMITS);

/** Counts against this budget while a function runs. */
export function withBudget<T>(current: Budget, run: () => T): T {
  const outer = budget;
  budget = current;
  try {
    return run();
  } finally {
    budget = outer;
  }
}

/** Counts steps. @throws Fault limit */
export function spend(steps = 1): void {
  const before = budget.steps;
  budget.steps += steps;
  if (budget.steps > budget.limits.steps)
    throw new Fault('limit', `it takes more than ${budget.limits.steps} steps`);
  if (before >> 10 !== budget.steps >> 10 && Date.now() > budget.endsAt) {
    throw new Fault('limit', `it takes more than ${budget.limits.timeMs} ms`);
  }
}

/** Checks how large a text or list is about to get. @throws Fault limit */
export function checkSize(size: number): void {
  if (size > budget.limits.size)
    throw new Fault('limit', `a value would hold more than ${budget.limits.size} items`);
}

/** Counts text or items that are made; copies add up, so that growth in many places ends too. @throws Fault limit */
export function produce(size: number): void {
  checkSize(size);
  budget.size += size;
  if (budget.size > 16 * budget.limits.size) throw new Fault('limit', 'all values together grow too large');
}

/** Runs one level deeper. @throws Fault recursion */
export function deeper<T>(run: () => T): T {
  if (++budget.depth > budget.limits.depth) {
    budget.depth--;
    throw new Fault('recursion', `templates call one another more than ${budget.limits.depth} levels deep`);
  }
  try {
    return run();
  } finally {
    budget.depth--;
  }
}
