import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { type Script, sh } from '../../src/base/shell.ts';
import { service } from '../../src/resources/index.ts';
import type { Applied, LateContext, LateEnd, RestartPolicy } from '../../src/resources/kind.ts';
import {
  describeCut,
  describeResumed,
  nameWork,
  parseWork,
  printWork,
  stillFree,
} from '../../src/resources/work.ts';

const pulsarOf = (calm: string | undefined) =>
  service('pulsar.service', {
    work: { list: sh`list-jobs`, lost: (ids) => sh`lost-jobs ${ids}`, ...(calm === undefined ? {} : { calm }) },
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
  { lost = '', stops = true, refusals = 0, calm = undefined as string | undefined } = {},
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
    say: (text) => told.push(text),
    async run(script) {
      const stdout = script.source.startsWith('lost-jobs')
        ? lost
        : (looks[Math.min(at++, looks.length - 1)] ?? '');
      return { code: 0, stdout, stderr: '' };
    },
  };
  try {
    const pulsar = pulsarOf(calm);
    const done = await pulsar.kind.late?.(pulsar)(context);
    return { ...(done && { end: done }), told, applied };
  } catch (error) {
    return { error, told, applied };
  }
}

const idle: RestartPolicy = { when: 'idle', waitMs: 9000 };
const running = 'cut 11 running\nkept 12 queued\n';
const fetching = 'again 14 staging in\n';
const deaf = 'broken its consumers have quit\n';

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
    [
      'waits for what it would begin anew, as long as the unit works',
      [fetching],
      idle,
      { applied: 0, summary: /^put off: it would interrupt 14 staging in$/, deferred: true },
    ],
    [
      'waits no longer for what goes on after it when the unit is broken',
      [fetching, fetching + deaf],
      idle,
      { applied: 1, summary: /^update loaded, 1 went on$/, deferred: false },
    ],
    [
      'of a broken unit waits for what it would cut off, and says only that',
      [running + fetching + deaf],
      idle,
      { applied: 0, summary: /^put off: it would interrupt 11 running$/, deferred: true },
    ],
    [
      'of a broken unit interrupts nothing that goes on, even when it is asked for at once',
      [fetching + deaf],
      { when: 'now', waitMs: 0 },
      { applied: 1, summary: /^update loaded, 1 went on$/, deferred: false },
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
      'nothing is cut off now, so it is done',
    ]));

  test('tells of a stream of work that leaves no gap how much of it has passed, and how to stop it', async () => {
    const stream = [
      'cut 1 wc coming back\n',
      'cut 2 wc coming back\n',
      'cut 2 wc coming back\ncut 3 wc coming back\n',
    ];
    const { told, end } = await restart([...stream, 'cut 4 wc coming back\n'], idle, { calm: 'lock jobs' });
    expect(told).toEqual([
      'waits for 1 wc coming back',
      'waits for 2 wc coming back; another has ended meanwhile, and more may come: lock jobs',
      'waits for 2 wc coming back, 3 wc coming back; another has ended meanwhile, and more may come: lock jobs',
      'waits for 4 wc coming back; 3 others have ended meanwhile, and more may come: lock jobs',
    ]);
    expect(end?.summary).toBe(
      'put off: it would interrupt 4 wc coming back; 3 others have ended meanwhile, and more may come: lock jobs',
    );
  });

  test('begins to wait again when a job began right before it', async () => {
    const { end, applied } = await restart(['', 'cut 13 running\n', ''], idle, { refusals: 1 });
    expect([end?.changed, applied]).toEqual([true, 2]);
  });

  test('fails when what was to be begun anew is gone', async () =>
    expect((await restart([fetching + deaf], idle, { lost: '14\n' })).error).toMatchObject({
      code: 'service/work-lost',
    }));

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

describe("the last look before a unit's stop", () => {
  const run = ({ source }: Script) => {
    const { status, stdout } = spawnSync('sh', ['-s'], { input: source, encoding: 'utf8' });
    return `${status} ${stdout}`;
  };
  const list = (text: string) => sh`printf %s ${text}`;
  const quit = sh`echo its consumers have quit`;

  test.each([
    ['of an idle unit', { list: list('kept 12 queued\n') }, '0 '],
    ['of one whose list fails', { list: sh`exit 3` }, '0 '],
    ['of one at work', { list: list(running) }, '75 it has just begun: 11 running\n'],
    ['of one that fetches', { list: list(fetching) }, '75 it has just begun: 14 staging in\n'],
    ['of a broken one that fetches', { list: list(fetching), broken: quit }, '0 '],
    [
      'of a broken one at work',
      { list: list(fetching + running), broken: quit },
      '75 it has just begun: 11 running\n',
    ],
    [
      'of a sound one that is watched',
      { list: list(fetching), broken: sh`exit 0` },
      '75 it has just begun: 14 staging in\n',
    ],
  ])('%s', (_title, work, expected) => expect(run(stillFree(work))).toBe(expected));

  test('is the same that the plan tells', () => {
    const { source } = printWork({ list: list(fetching), broken: quit });
    const pieces = parseWork(execFileSync('sh', ['-s'], { input: source, encoding: 'utf8' }));
    expect([describeCut(pieces), describeResumed(pieces)]).toEqual([undefined, '14 staging in']);
  });
});
