import { expect, test } from 'vitest';
import { findTimings, renderTimings } from '../../src/apply/timings.ts';
import type { RunEvent } from '../../src/base/events.ts';
import { sh } from '../../src/base/shell.ts';
import { buildGraph } from '../../src/graph/graph.ts';
import { command, type Resource } from '../../src/resources/index.ts';

const one = (name: string, after: readonly Resource[] = []) => command(name, { run: sh`true`, after });
const [quick, slow] = [one('quick'), one('slow')];
const resources = [quick, slow, one('last', [quick, slow]), one('beside')];
const graph = buildGraph([{ host: 'h', resources }]);
const event = (type: 'started' | 'done', name: string, at: number, ms = 0): RunEvent =>
  ({
    ...{ type, at, host: 'h', resource: `command[${name}]`, summary: '' },
    ...(type === 'done' ? { status: 'changed', ms } : {}),
  }) as RunEvent;

test('the critical path is the longest chain of what had to wait', () => {
  const events = [
    event('started', 'slow', 400),
    event('done', 'quick', 1400, 1000),
    event('done', 'slow', 3400, 3000),
    event('done', 'beside', 3900, 3500),
    event('done', 'last', 4600, 1000),
  ];
  const timings = findTimings(graph, events);
  expect(timings).toMatchObject({ wallMs: 4600, startMs: 400, pathMs: 4400 });
  expect(timings?.path.map(({ resource }) => resource)).toEqual(['command[slow]', 'command[last]']);
  expect(timings && renderTimings(timings)).toBe(`Critical path: 4.4 s of 4.6 s (1.05 ×)
    0.4 s  connecting, reading, planning
    3.0 s  h: command[slow]
    1.0 s  h: command[last]`);
});

test('a run that changed nothing has none', () => expect(findTimings(graph, [])).toBeUndefined());
