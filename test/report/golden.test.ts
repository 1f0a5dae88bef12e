import { describe, expect, test } from 'vitest';
import { Problems } from '../../src/base/errors.ts';
import { cycle } from '../../src/graph/errors.ts';
import { createReporter } from '../../src/report/create-reporter.ts';
import type { Reporter } from '../../src/report/reporter.ts';
import * as sample from './sample.ts';

const bug = Object.assign(new TypeError('x is not a function'), {
  stack: 'TypeError: x\n    at place (file.ts:1:2)',
});
const circle = cycle(
  [
    { from: 'h/a[1]', to: 'h/b[2]', reason: 'loads it' },
    { from: 'h/b[2]', to: 'h/a[1]', reason: 'lies in it' },
  ],
  new Map(),
);

const CASES: readonly (readonly [string, (reporter: Reporter) => void])[] = [
  ['plan', (r) => r.plan(sample.plan, sample.graph, { probeMs: 412 })],
  ['plan-diff', (r) => r.plan(sample.plan, sample.graph, { texts: sample.texts })],
  ['plan-empty', (r) => r.plan(sample.emptyPlan, { ...sample.graph, external: [] }, { probeMs: 412 })],
  [
    'plan-unreachable',
    (r) => r.plan(sample.emptyPlan, sample.graph, { unreachable: [{ host: 'gat-9', error: sample.unreachable }] }),
  ],
  [
    'summary',
    (r) => r.summary(sample.outcome, { ms: 69_300, unreachable: [{ host: 'gat-9', error: sample.unreachable }] }),
  ],
  ['summary-good', (r) => r.summary(sample.goodOutcome, { ms: 65_000 })],
  ['checks', (r) => r.checks(sample.checks)],
  ['checks-good', (r) => r.checks(sample.checks.slice(0, 2))],
  ['errors', (r) => r.error(new Problems([sample.failure, circle]))],
  ['bug', (r) => r.error(bug)],
  ['graph', (r) => r.graph(sample.graph)],
  ['graph-dot', (r) => r.graph(sample.graph, 'dot')],
  ['graph-mermaid', (r) => r.graph(sample.graph, 'mermaid')],
  ['graph-svg', (r) => r.graph(sample.graph, 'svg')],
  ['graph-html', (r) => r.graph(sample.graph, 'html')],
  ['progress', (r) => sample.events.forEach(r.emit)],
];

describe.each(['plain', 'json'] as const)('as %s', (mode) => {
  test.each(CASES)('%s looks as it should', async (name, tell) => {
    const [stdout, stderr] = [sample.collector(), sample.collector()];
    const reporter = createReporter({ mode, stdout, stderr, columns: 80, now: () => 0 });
    tell(reporter);
    await reporter.close();
    const ending = mode === 'json' ? 'jsonl' : 'txt';
    const both = [stdout.text(), stderr.text() && `--- stderr ---\n${stderr.text()}`].join('');
    await expect(both).toMatchFileSnapshot(`./${name}.${ending}`);
    if (mode === 'json')
      for (const line of both.trimEnd().split('\n')) expect(JSON.parse(line)).toMatchObject({ schema: 1 });
  });
});

test.each(['plain', 'terminal'] as const)(
  'an error that was told as it happened is told once (%s)',
  async (mode) => {
    const [stdout, stderr] = [sample.collector(), sample.collector()];
    const reporter = createReporter({ mode, stdout, stderr, color: false });
    reporter.emit({ type: 'unreachable', at: 0, host: 'gat-9', error: sample.unreachable });
    reporter.error(sample.unreachable);
    reporter.error(new Problems([sample.unreachable, sample.failure]));
    await reporter.close();
    expect(stderr.text().match(/error\[[a-z/]+\]/g)).toEqual(['error[ssh/unreachable]', 'error[apply/failed]']);
  },
);

test('a terminal shows the same results in the same words', async () => {
  for (const [name, tell] of CASES.filter(([title]) => title !== 'progress')) {
    const [stdout, stderr] = [sample.collector(), sample.collector()];
    const reporter = createReporter({ mode: 'terminal', stdout, stderr, color: false, now: () => 0 });
    tell(reporter);
    await reporter.close();
    const both = [stdout.text(), stderr.text() && `--- stderr ---\n${stderr.text()}`].join('');
    await expect(both).toMatchFileSnapshot(`./${name}.txt`);
  }
});

test('what plain lines told as it was done is only counted at the end', async () => {
  const [stdout, stderr] = [sample.collector(), sample.collector()];
  const reporter = createReporter({ mode: 'plain', stdout, stderr, columns: 80, now: () => 0 });
  for (const event of sample.events) reporter.emit(event);
  reporter.summary(sample.outcome, {});
  await reporter.close();
  expect(stderr.text()).toContain('gat-1 | done package[rabbitmq-server]');
  expect(stdout.text()).toContain('gat-1  1 failed, 1 not done, 1 done\n');
  expect(stdout.text()).not.toContain('package[rabbitmq-server]');
  expect(stdout.text()).toContain('done       file[/srv/pulsar/app.yml]');
});
