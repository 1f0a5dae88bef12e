import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from '../../src/lab/lock.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lab-lock-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

test('work under the same lock runs one after the other, and the second is told that it waits', async () => {
  const file = join(dir, 'deeper', 'lock');
  const seen: string[] = [];
  const note = (word: string) => () => {
    seen.push(word);
  };
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let begun: () => void = () => undefined;
  const first = withLock(
    file,
    () => {
      seen.push('first begins');
      begun();
      return held.then(note('first ends'));
    },
    note('first waits'),
  );
  await new Promise<void>((resolve) => {
    begun = resolve;
  });
  const second = withLock(
    file,
    async () => {
      seen.push('second');
    },
    () => {
      seen.push('second waits');
      release();
    },
  );
  await Promise.all([first, second]);
  expect(seen).toEqual(['first begins', 'second waits', 'first ends', 'second']);
});

test('a failure frees the lock and is passed on', async () => {
  const file = join(dir, 'lock');
  await expect(withLock(file, () => Promise.reject(new Error('no')), noWait)).rejects.toThrow('no');
  await expect(withLock(file, async () => 'free', noWait)).resolves.toBe('free');
});

function noWait(): void {}
