import { expect, test } from 'vitest';
import { GatError } from '../../src/base/errors.ts';
import { eventLines } from '../../src/report/event-line.ts';

const lineFor = (code: string): string => {
  const error = new GatError({ code, what: 'cannot do it', class: 'unreachable' });
  const [first = []] = eventLines({ type: 'unreachable', at: 0, host: 'gat-1', error });
  return first.map((part) => (typeof part === 'string' ? part : part.text)).join('');
};

test.each([
  ['ssh/refused', 'gat-1 | UNREACHABLE'],
  ['become/wrong-password', 'gat-1 | NO SUDO'],
  ['probe/failed', 'gat-1 | UNREADABLE'],
])('a host that takes no part for %s is called so', (code, line) => {
  expect(lineFor(code)).toBe(line);
});
