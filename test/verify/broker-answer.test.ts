import { expect, test } from 'vitest';
import { notAnswered } from '../../src/verify/checks/broker-answer.ts';

test.each<[string, number | null, string, RegExp, RegExp]>([
  ['is too busy', 124, 'Session terminated, killing shell...', /did not answer in time/, /uptime/],
  ['hangs', 137, '', /did not answer in time/, /uptime/],
  ['knows no such virtual host', 65, "Error:\nVirtual host '/x' does not exist", /does not exist/, /declared/],
])('a broker that %s is not said to have nobody who listens', (_title, code, stderr, got, fix) => {
  const verdict = notAnswered({ code, stdout: '', stderr }, 'broker.lab.test', '/x');
  expect(verdict.ok).toBe(false);
  expect([verdict.got, verdict.fix ?? '']).toEqual([expect.stringMatching(got), expect.stringMatching(fix)]);
});
