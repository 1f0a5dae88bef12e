/** Bounds on what one evaluation may cost, so that a template always ends and memory stays bounded. */
import { Fault } from './fault.ts';

export type Limits = {
  /** Expressions and loop rounds of one evaluation. */
  readonly steps: number;
  /** Characters of one text; a list may hold a thirty-second of it in items. */
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

/** Outside an evaluation only our own code renders, for as many hosts and as long as the run takes. */
const NO_LIMITS: Limits = { steps: Infinity, size: Infinity, depth: DEFAULT_LIMITS.depth, timeMs: Infinity };

let budget = startBudget(NO_LIMITS);

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

/** What an item of a list weighs against a character, in one value and in all together. */
const ITEM = { one: 32, all: 4 };

/** Checks how long a text is about to get. @throws Fault limit */
export function checkSize(length: number): void {
  if (length > budget.limits.size)
    throw new Fault('limit', `a text would hold more than ${budget.limits.size} characters`);
}

/** Counts text that is made; growth in many places ends too. @throws Fault limit */
export function produce(length: number): void {
  checkSize(length);
  add(length);
}

/** Checks how many items a list or dict is about to hold. @throws Fault limit */
export function checkItems(count: number): void {
  const most = Math.floor(budget.limits.size / ITEM.one);
  if (count > most) throw new Fault('limit', `a list would hold more than ${most} items`);
}

/** Counts items that are made. @throws Fault limit */
export function produceItems(count: number): void {
  checkItems(count);
  add(count * ITEM.all);
}

function add(weight: number): void {
  budget.size += weight;
  if (budget.size > 8 * budget.limits.size)
    throw new Fault('limit', 'all values together grow to more than the memory allows');
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
