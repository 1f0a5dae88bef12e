import { expect, test } from 'vitest';
import { DEFAULT_LIMITS, produce, spend, startBudget, withBudget } from '../../src/render/limits.ts';

test('an evaluation ends at its limits', () => {
  const budget = startBudget({ ...DEFAULT_LIMITS, steps: 10 });
  expect(() => withBudget(budget, () => spend(11))).toThrow('more than 10 steps');
});

test('what is rendered outside of evaluations adds up to no limit, however many hosts there are', () => {
  expect(() => {
    for (let host = 0; host < 500; host++) {
      spend(DEFAULT_LIMITS.steps);
      produce(DEFAULT_LIMITS.size);
    }
  }).not.toThrow();
});
