import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/base/events.ts';
import { sh } from '../../src/base/shell.ts';
import { command, type Resource } from '../../src/resources/index.ts';
import { runHere } from '../support/run-here.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatdeploy-leave-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A step that lasts until the test lets it end, and one behind it. */
function stack(): readonly Resource[] {
  const long = command('long', {
    run: sh`while test ! -e ${`${folder}/go`}; do sleep 0.05; done; touch ${`${folder}/long`}`,
    creates: `${folder}/long`,
  });
  const next = command('next', {
    run: sh`touch ${`${folder}/next`}`,
    creates: `${folder}/next`,
    after: [long],
  });
  return [long, next];
}

const letGo = (): void => writeFileSync(`${folder}/go`, '');
const on = (is: (event: RunEvent) => boolean, act: () => void) => (event: RunEvent) => {
  if (is(event)) act();
};
const isLongsStart = (event: RunEvent): boolean => event.type === 'started' && event.resource === 'command[long]';
const isWaiting = (event: RunEvent): boolean =>
  event.type === 'warning' && event.text.includes('left running here: command[long]');

/** Leaves a run as soon as its first step is at work. */
function runAndLeave() {
  const stop = new AbortController();
  const emit = on(isLongsStart, () => stop.abort());
  return runHere(stack(), 'here', { emit, signal: stop.signal, leave: stop.signal });
}

describe.runIf(process.getuid?.() === 0)('a run that is left', () => {
  test('says what is still at work and what was not begun; the next run waits for it and goes on', async () => {
    const left = await runAndLeave();
    expect(left.statuses).toEqual({ 'command[long]': 'left', 'command[next]': 'skipped' });
    const waiting = runHere(stack(), 'here', { emit: on(isWaiting, letGo) });
    await expect(waiting).rejects.toMatchObject({ code: 'apply/host-changed' });
    const { statuses } = await runHere(stack());
    expect(statuses).toEqual({ 'command[long]': 'unchanged', 'command[next]': 'changed' });
  });

  test('is waited for by one that can be stopped, too: nothing of it was begun then', async () => {
    await runAndLeave();
    const stop = new AbortController();
    const emit = on(isWaiting, () => stop.abort());
    const { statuses } = await runHere(stack(), 'here', { emit, signal: stop.signal });
    expect(statuses).toEqual({ 'command[long]': 'skipped', 'command[next]': 'skipped' });
    expect(existsSync(`${folder}/next`)).toBe(false);
    const waiting = runHere(stack(), 'here', { emit: on(isWaiting, letGo) });
    await expect(waiting).rejects.toMatchObject({ code: 'apply/host-changed' });
  });
});
