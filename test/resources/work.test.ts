import { describe, expect, test } from 'vitest';
import { sh } from '../../src/base/shell.ts';
import { service } from '../../src/resources/index.ts';
import type { Applied, LateContext, LateEnd, RestartPolicy } from '../../src/resources/kind.ts';
import { describeCut, nameWork, parseWork } from '../../src/resources/work.ts';

const pulsar = service('pulsar.service', {
  work: { list: sh`list-jobs`, lost: (ids) => sh`lost-jobs ${ids}` },
});

type Told = {
  readonly end?: LateEnd;
  readonly error?: unknown;
  readonly told: readonly string[];
  applied: number;
};

/** Restarts Pulsar on a host that lists this at each look (the last again and again); a look takes four seconds. */
async function restart(
  looks: readonly string[],
  restarts: RestartPolicy,
  { lost = '', stops = true, refusals = 0 } = {},
): Promise<Told> {
  const told: string[] = [];
  let [at, applied, ms] = [0, 0, 0];
  const end = (resource: Applied['resource']): Applied => {
    applied++;
    return applied <= refusals
      ? { resource, status: 'failed', summary: 'exit 75', error: new Error('exit 75') as never }
      : { resource, status: 'changed', summary: 'update loaded' };
  };
  const context: LateContext = {
    restarts,
    clock: () => ms,
    pause: async (pause) => {
      ms += pause;
    },
    lookNow: async () => [{ status: 'differs', stops }],
    applyNow: async (resources) => resources.map(end),
    statusOf: () => undefined,
    tell: (line) => told.push(line),
    async run(script) {
      const stdout = script.source.startsWith('lost-jobs')
        ? lost
        : (looks[Math.min(at++, looks.length - 1)] ?? '');
      return { code: 0, stdout, stderr: '' };
    },
  };
  try {
    const done = await pulsar.kind.late?.(pulsar)(context);
    return { ...(done && { end: done }), told, applied };
  } catch (error) {
    return { error, told, applied };
  }
}

const idle: RestartPolicy = { when: 'idle', waitMs: 9000 };
const running = 'cut 11 running\nkept 12 queued\n';

describe('the restart of a unit at work', () => {
  test.each<[string, readonly string[], RestartPolicy, { applied: number; summary: RegExp; deferred: boolean }]>([
    ['happens at once when it is idle', [''], idle, { applied: 1, summary: /^update loaded$/, deferred: false }],
    [
      'waits for what it would interrupt',
      [running, running, 'kept 12 queued\n'],
      idle,
      { applied: 1, summary: /^update loaded, 1 went on$/, deferred: false },
    ],
    [
      'is put off when that takes too long',
      [running],
      idle,
      { applied: 0, summary: /^put off: it would interrupt 11 running$/, deferred: true },
    ],
    [
      'is put off at once when nobody wants to wait',
      [running],
      { when: 'defer', waitMs: 9000 },
      { applied: 0, summary: /^put off/, deferred: true },
    ],
    [
      'happens all the same when it is asked for, and says what it interrupted',
      [running],
      { when: 'now', waitMs: 0 },
      { applied: 1, summary: /^update loaded, interrupted 11 running, 1 went on$/, deferred: false },
    ],
  ])('%s', async (_title, looks, policy, expected) => {
    const { end, applied } = await restart(looks, policy);
    expect({ applied, deferred: end?.isDeferred ?? false }).toEqual({
      applied: expected.applied,
      deferred: expected.deferred,
    });
    expect(end?.summary).toMatch(expected.summary);
  });

  test('tells once what it waits for, and that it no longer does', async () =>
    expect((await restart([running, running, ''], idle)).told).toEqual([
      'waits for 11 running',
      'nothing is cut off now',
    ]));

  test('begins to wait again when a job began right before it', async () => {
    const { end, applied } = await restart(['', 'cut 13 running\n', ''], idle, { refusals: 1 });
    expect([end?.changed, applied]).toEqual([true, 2]);
  });

  test('fails when a job that should have gone on is gone', async () =>
    expect((await restart(['kept 12 queued\n'], idle, { lost: '12\n' })).error).toMatchObject({
      code: 'service/work-lost',
    }));

  test('asks for no moment of rest when nothing is stopped', async () =>
    expect((await restart([running], idle, { stops: false })).applied).toBe(1));
});

describe('a list of work', () => {
  test('names a few pieces and counts the rest', () => {
    const pieces = parseWork(Array.from({ length: 10 }, (_, index) => `cut ${index} running`).join('\n'));
    expect(nameWork(pieces)).toMatch(/^0 running, .*7 running, 2 more$/);
  });

  test('without a piece that would be interrupted says nothing', () =>
    expect(describeCut(parseWork('kept 1 queued\nnoise\n'))).toBeUndefined());
});
