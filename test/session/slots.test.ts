import { describe, expect, test } from 'vitest';
import { connectionSlots, makeSlots } from '../../src/session/slots.ts';

/** Tasks that end when they are told to. */
function tasks(count: number) {
  const ends: (() => void)[] = [];
  const begun: number[] = [];
  const all = Array.from({ length: count }, (_, index) => () => {
    begun.push(index);
    return new Promise<void>((resolve) => {
      ends[index] = resolve;
    });
  });
  return { all, begun, end: (index: number) => ends[index]?.() };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('slots', () => {
  test('let so many tasks run at once, and the others in their order', async () => {
    const slots = makeSlots(2);
    const { all, begun, end } = tasks(4);
    const ended = Promise.all(all.map((task) => slots(task)));
    expect(begun).toEqual([0, 1]);
    end(1);
    await settled();
    expect(begun).toEqual([0, 1, 2]);
    end(2);
    await settled();
    for (const index of [0, 3]) end(index);
    await ended;
    expect(begun).toEqual([0, 1, 2, 3]);
  });

  test('are free again after a failure', async () => {
    const slots = makeSlots(1);
    await expect(slots(async () => Promise.reject(new Error('x')))).rejects.toThrow('x');
    expect(await slots(async () => 'next')).toBe('next');
  });

  test('of one jump host are few, and full ones hold up nobody else', () => {
    const slotsOf = connectionSlots(undefined);
    const behind = tasks(20);
    for (const task of behind.all) void slotsOf('gate')(task);
    const direct = tasks(20);
    for (const task of direct.all) void slotsOf(undefined)(task);
    expect([behind.begun.length, direct.begun.length]).toEqual([5, 20]);
  });

  test('are as many as the user says, however hosts are reached', () => {
    const slotsOf = connectionSlots(8);
    const behind = tasks(20);
    for (const task of behind.all) void slotsOf('gate')(task);
    expect(behind.begun.length).toBe(8);
  });
});
