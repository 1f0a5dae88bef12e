/** Five hundred hosts stay readable: what is alike is told once, failures come first, the rest is counted. */
import { expect, test } from 'vitest';
import type { Outcome, Result } from '../../src/apply/outcome.ts';
import { GatError } from '../../src/base/errors.ts';
import { buildGraph } from '../../src/graph/graph.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { draw } from '../../src/report/line.ts';
import { tellOutOfReach } from '../../src/report/out-of-reach.ts';
import { renderPlan } from '../../src/report/plan.ts';
import { renderSummary } from '../../src/report/summary.ts';
import { expectPlan, newFleet, trackEvent } from '../../src/report/terminal/fleet.ts';
import { renderFrame } from '../../src/report/terminal/frame.ts';
import { renderUnreachable } from '../../src/report/unreachable.ts';
import { file } from '../../src/resources/index.ts';

const HOSTS = Array.from(
  { length: 500 },
  (_, index) => `pulsar-${String(index + 1).padStart(3, '0')}.example.org`,
);
const FILES = Array.from({ length: 40 }, (_, index) => `/srv/pulsar/${index}.conf`);
const FAILING = new Set(HOSTS.filter((_, index) => index % 10 === 7));

function failure(host: string): GatError {
  return new GatError({
    code: 'apply/failed',
    what: `cannot apply file[/srv/pulsar/3.conf] on ${host}: exit 1 after ${host.length / 10} s`,
    where: { host, resource: 'file[/srv/pulsar/3.conf]' },
    why: 'the host said: No space left on device',
    fix: `make room, then run the same command again:\n  ssh ${host} df -h /srv`,
    class: 'apply',
  });
}

const plan = () => {
  const graph = buildGraph(
    HOSTS.map((host, index) => ({
      host,
      resources: FILES.map((name) => file(name, { content: index === 41 ? 'other' : 'x', mode: '0600' })),
    })),
  );
  const observed = new Map([...graph.nodes.keys()].map((key) => [key, 'absent'] as const));
  observed.delete('pulsar-042.example.org/file[/srv/pulsar/0.conf]');
  return { graph, plan: makePlan(graph, observed) };
};

const outcome: Outcome = {
  results: new Map(
    HOSTS.flatMap((host) =>
      FILES.map((name, index): [string, Result] => {
        const resource = `file[${name}]`;
        const isFailed = FAILING.has(host) && index === 3;
        const base = { host, resource, ms: 100, summary: 'create' };
        return [
          `${host}/${resource}`,
          isFailed
            ? { ...base, status: 'failed', error: failure(host) }
            : { ...base, status: index < 20 ? 'changed' : 'unchanged' },
        ];
      }),
    ),
  ),
};

test('a plan tells hosts that change alike together', () => {
  const { graph, plan: made } = plan();
  const text = draw(renderPlan(made, graph));
  expect(text.split('\n').length).toBeLessThan(100);
  expect(text).toContain('hosts: pulsar-001.example.org, ');
  expect(text).toMatch(/and \d+ more\n {2}\+ file\[\/srv\/pulsar\/0\.conf\]/);
});

test('a summary begins with failures, tells each reason once, and counts what is alike', () => {
  const text = draw(renderSummary(outcome, { ms: 61_000 }));
  const lines = text.split('\n');
  expect(lines.length).toBeLessThan(250);
  expect(lines[0]).toBe('pulsar-008.example.org  1 failed, 19 done, 20 unchanged');
  expect(text.match(/^error\[/gm)).toHaveLength(1);
  expect(text).toContain('The same on 49 other hosts: pulsar-018.example.org, ');
  expect(text).toContain('and 30 more hosts with failures');
  expect(text).toContain('and 430 more hosts where all is done');
  expect(text).toContain('Not finished: 50 failed, 9950 done, 10000 unchanged on 500 hosts in 1 min 1 s.');
});

test.each([
  [80, 24],
  [200, 60],
])(
  'the live picture of %i columns and %i rows shows failures, then work, and counts the rest',
  (columns, rows) => {
    const fleet = newFleet(0);
    expectPlan(fleet, plan().plan, 0);
    for (const [index, host] of HOSTS.entries()) {
      trackEvent(fleet, { type: 'connecting', at: 0, host }, 0);
      if (index < 3) trackEvent(fleet, { type: 'unreachable', at: 1, host, error: failure(host) }, 1);
      else if (index < 490)
        trackEvent(
          fleet,
          { type: 'started', at: 2, host, resource: 'file[/srv/pulsar/0.conf]', summary: 'create' },
          2,
        );
    }
    const text = draw(renderFrame(fleet, 5000, { columns, rows }));
    const lines = text.trimEnd().split('\n');
    expect(lines.length).toBeLessThan(rows);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(lines.slice(0, 3).join('\n')).toMatch(/^500 hosts, .*3 in trouble.*\n.*pulsar-001/);
    expect(lines.at(-1)).toMatch(/^ {2}and \d+ hosts/);
  },
);

const refused = (host: string, index: number): GatError =>
  new GatError({
    code: 'ssh/refused',
    class: 'unreachable',
    what: `cannot connect to ${host} (10.0.${index >> 8}.${index & 255})`,
    where: { host },
    why: `10.0.${index >> 8}.${index & 255} port 22 refuses the connection`,
  });

test.each([
  ['at a terminal, those that the end counts are left out', 5, 15],
  ['in a log, each has its line', undefined, 510],
])('hosts that cannot be reached for one reason have it told once; %s', (_title, most, lines) => {
  const tell = tellOutOfReach(most);
  const told = HOSTS.flatMap((host, index) => {
    const error = index === 7 ? failure(host) : refused(host, index);
    return tell({ type: 'unreachable', at: 1, host, error });
  });
  const text = draw(told);
  expect(text.match(/refuses the connection/g)).toHaveLength(2);
  expect(text).toContain('pulsar-003.example.org | UNREACHABLE, like pulsar-001.example.org: ssh/refused\n');
  expect(text).toContain('No space left on device');
  expect(text.trimEnd().split('\n').length).toBeLessThan(lines + 8);
  expect(draw(renderUnreachable(HOSTS.map((host, index) => ({ host, error: refused(host, index) }))))).toMatch(
    /^Not reached: 500 hosts, .*pulsar-020\.example\.org and 480 more\n$/,
  );
});
