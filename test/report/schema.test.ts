import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { Problems } from '../../src/base/errors.ts';
import type { RunEvent } from '../../src/base/events.ts';
import { createReporter } from '../../src/report/create-reporter.ts';
import type { Reporter } from '../../src/report/reporter.ts';
import * as sample from './sample.ts';

const schema = JSON.parse(readFileSync(new URL('../../schemas/events.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false }).compile(schema);

/** One of each: a new type of event does not compile until it stands here. */
const EVENTS: Readonly<Record<RunEvent['type'], RunEvent>> = {
  connecting: { type: 'connecting', at: 0, host: 'gat-1' },
  connected: { type: 'connected', at: 1, host: 'gat-1', ms: 1 },
  unreachable: { type: 'unreachable', at: 1, host: 'gat-1', error: sample.unreachable },
  probed: { type: 'probed', at: 2, host: 'gat-1', resources: 3, ms: 1 },
  warning: { type: 'warning', at: 2, text: 'careful' },
  started: { type: 'started', at: 3, host: 'gat-1', resource: 'package[a]', summary: 'create' },
  output: { type: 'output', at: 4, host: 'gat-1', resource: 'package[a]', line: 'Unpacking' },
  done: {
    type: 'done',
    at: 5,
    host: 'gat-1',
    resource: 'package[a]',
    status: 'failed',
    ms: 2,
    summary: 'create',
    error: sample.failure,
  },
  checked: {
    type: 'checked',
    at: 6,
    host: 'gat-1',
    check: 'a/b',
    title: 't',
    ok: false,
    asks: 'a',
    got: 'b',
    fix: 'c',
    ms: 1,
  },
};

function records(tell: (reporter: Reporter) => void): readonly Record<string, unknown>[] {
  const stdout = sample.collector();
  tell(createReporter({ mode: 'json', stdout, stderr: sample.collector() }));
  return stdout
    .text()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const [entry] = sample.plan.entries;

describe('the schema of --json', () => {
  test.each<[string, (reporter: Reporter) => void]>([
    ...Object.entries(EVENTS).map(([name, event]): [string, (reporter: Reporter) => void] => [
      name,
      (r) => r.emit(event),
    ]),
    ['a run', (r) => sample.events.forEach(r.emit)],
    ['a plan', (r) => r.plan(sample.plan, sample.graph, { probeMs: 412 })],
    [
      'a plan without some hosts',
      (r) => r.plan(sample.emptyPlan, sample.graph, { unreachable: [{ host: 'h', error: sample.unreachable }] }),
    ],
    ['a graph', (r) => r.graph(sample.graph)],
    ['why', (r) => entry && r.why(entry, sample.graph)],
    ['a summary', (r) => r.summary(sample.outcome, { ms: 5 })],
    ['checks', (r) => r.checks(sample.checks)],
    ['no findings', (r) => r.findings([])],
    ['errors', (r) => r.error(new Problems([sample.failure, sample.unreachable]))],
    ['a bug', (r) => r.error(new TypeError('x'))],
    ['a note', (r) => r.note('one\ntwo')],
  ])('takes %s', (_title, tell) => {
    for (const record of records(tell)) expect(validate(record), JSON.stringify(validate.errors)).toBe(true);
  });

  test.each([
    ['another version', { schema: 2, type: 'note', text: 'a' }],
    ['an unknown type', { schema: 1, type: 'nothing' }],
    ['an event without its host', { schema: 1, type: 'connecting', at: 0 }],
    ['a time that is no number', { schema: 1, type: 'connecting', at: '0', host: 'h' }],
  ])('refuses %s', (_title, record) => expect(validate(record)).toBe(false));
});
