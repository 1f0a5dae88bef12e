import { expect, test } from 'vitest';
import { atOnce, inTurns, type Steps } from '../../src/base/steps.ts';

function* count(seen: number[]): Steps<string> {
  for (const number of [1, 2, 3]) {
    seen.push(number);
    yield;
  }
  return 'counted';
}

test('does all steps at once', () => {
  const seen: number[] = [];
  expect(atOnce(count(seen))).toBe('counted');
  expect(seen).toEqual([1, 2, 3]);
});

test('gives others a turn after each step', async () => {
  const seen: number[] = [];
  const work = inTurns(count(seen));
  setImmediate(() => seen.push(0));
  expect(await work).toBe('counted');
  expect(seen.indexOf(0)).toBeLessThan(3);
});
