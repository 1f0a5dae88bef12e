import { expect, test } from 'vitest';
import { sh } from '../../src/base/shell.ts';
import { buildGraph } from '../../src/graph/graph.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { draw } from '../../src/report/line.ts';
import { renderPlan } from '../../src/report/plan.ts';
import { service } from '../../src/resources/index.ts';

const pulsar = service('pulsar.service', { loads: [], work: { list: sh`true` } });
const graph = buildGraph([{ host: 'one', resources: [pulsar] }]);
const observed = { running: true, enabled: true, loaded: 'before app.yml changed', work: '11 running' };
const plan = makePlan(graph, new Map([[`one/${pulsar.id}`, observed]]));

test.each([
  [undefined, 'apply waits for it, see --restart-when'],
  ['idle', 'apply waits for it, see --restart-when'],
  ['now', 'cut off, as by --restart-when now'],
  ['defer', 'goes on, and the restart stays due, as by --restart-when defer'],
] as const)('a unit at work is told with what becomes of the work (%s)', (restartWhen, words) => {
  const text = draw(renderPlan(plan, graph, { restartWhen })).replace(/\s+/g, ' ');
  expect(text).toContain(`at work: 11 running (${words})`);
});

test('a broken unit is told with what goes on after its restart', () => {
  const broken = { running: true, enabled: true, loaded: 'its consumers have quit', resumed: '12 staging in' };
  const due = makePlan(graph, new Map([[`one/${pulsar.id}`, broken]]));
  const text = draw(renderPlan(due, graph)).replace(/\s+/g, ' ');
  expect(text).toContain('at work: 12 staging in (goes on after the restart)');
  expect(text).toContain('at work: 12 staging in, goes on after the restart');
});
