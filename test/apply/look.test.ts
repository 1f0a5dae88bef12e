import { expect, test } from 'vitest';
import { lookOf } from '../../src/apply/late.ts';
import type { Difference } from '../../src/plan/diff.ts';

const starts: readonly Difference[] = [{ key: 'running', before: false, after: true }];
const loads: readonly Difference[] = [{ key: 'loaded', before: 'before x changed', after: 'current' }];

test.each<[string, Parameters<typeof lookOf>[0], boolean]>([
  ['a unit that is as it should be', { status: 'same', observed: { running: true } }, false],
  [
    'a unit that has loaded something else',
    { status: 'update', observed: { running: true }, differences: loads },
    true,
  ],
  ['a unit that is about to start', { status: 'update', observed: { running: false }, differences: starts }, true],
  [
    'a unit that has ended: what it was at work on goes on only once it runs',
    { status: 'update', observed: { running: false, stopped: true }, differences: starts },
    false,
  ],
  [
    'a unit that is only to start at boot',
    {
      status: 'update',
      observed: { running: true },
      differences: [{ key: 'enabled', before: false, after: true }],
    },
    false,
  ],
  ['a unit that systemd does not know', { status: 'create', observed: 'absent', differences: [] }, true],
])('whether a change stops something: %s', (_title, entry, stops) => {
  expect(lookOf(entry).stops).toBe(stops);
});
