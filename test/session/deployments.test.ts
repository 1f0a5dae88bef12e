import { expect, test } from 'vitest';
import { buildGraph } from '../../src/graph/graph.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { file, type Observed, type Resource, service } from '../../src/resources/index.ts';
import { planAdoption, tellAdopted } from '../../src/session/adopt.ts';
import { deploymentsOf, lineOf, parseLines } from '../../src/session/deployments.ts';
import { graphWithRemovals } from '../../src/session/removals.ts';

const conf = file('/etc/app.conf', { content: 'x' });
const site = file('/etc/nginx/sites-enabled/here', {});
const unit = file('/etc/systemd/system/app.service', {});
const app = service('app.service', { loads: [unit, conf] });
const web = service('nginx.service', { rereads: [site] });
const parts = [
  { host: 'h', stack: 'galaxy', resources: [conf, site, unit, app, web] },
  { host: 'h', stack: 'pulsar', resources: [conf] },
];

test('each stack of a project is a deployment, and what two declare belongs to the first', () => {
  const { lines, declared } = deploymentsOf('/home/me/ours', ['galaxy', 'pulsar', 'empty'], parts);
  expect(lines.get('h/file[/etc/app.conf]')).toEqual({
    deployment: 'ours%2Fgalaxy',
    line: '["file","/etc/app.conf"]',
  });
  expect([...(declared.get('h') ?? [])].map(([id, all]) => [id, all.length])).toEqual([
    ['ours%2Fgalaxy', 5],
    ['ours%2Fpulsar', 1],
    ['ours%2Fempty', 0],
  ]);
});

test('what is declared to be gone is told apart from what nobody declares any more', () => {
  const resources = [file('/etc/old.conf', { absent: true }), conf];
  const { gone, lines } = deploymentsOf('/home/me/ours', ['galaxy'], [{ host: 'h', stack: 'galaxy', resources }]);
  expect([[...gone], [...lines.keys()]]).toEqual([['h/file[/etc/old.conf]'], ['h/file[/etc/app.conf]']]);
});

test('a line comes back as it was; what another version or a crash has written is left out', () => {
  const odd = { kind: 'file', name: '/a\n"b"', more: {} };
  expect(lineOf(odd)).not.toContain('\n');
  const text = `${lineOf(odd)}\n["unheard of","x"]\n["file","/cut\n{}\n[1,2]\n\n`;
  expect(parseLines(text)).toEqual([odd]);
});

test('a service reads its folder again when a file beside those that it reads goes, and no other one does', () => {
  const gone = ['/etc/nginx/sites-enabled/old', '/etc/systemd/system/old.service'];
  const going = gone.map((name) => ({ host: 'h', leftover: { kind: 'file', name, more: {} } }));
  const graph = graphWithRemovals(parts, going);
  const good: Observed = { type: 'file', mode: '0644', owner: 'root', group: 'root' };
  const running: Observed = { running: true, enabled: true, loaded: 'current', reread: 'current' };
  const states = [...graph.nodes.values()].map(({ key, resource }): [string, Observed] => {
    if (resource.kind.name === 'service') return [key, running];
    return [key, resource === conf ? { ...good, content: String(resource.kind.desired(resource)) } : good];
  });
  const { entries } = makePlan(graph, new Map(states));
  const changes = entries.filter(({ status, node }) => status !== 'same' && node.resource.name !== conf.name);
  expect(changes.map(({ node, status }) => `${status} ${node.resource.id}`).sort()).toEqual(
    [
      ...gone.map((name) => `remove file[${name}]`),
      'update service[app.service]', // as app.conf changes in this test
      'update service[nginx.service]',
    ].sort(),
  );
});

test('adopting vouches for what is up to date, for what owes by times on request, never for what will change', () => {
  const running = { running: true, enabled: true, loaded: 'current', reread: 'current' };
  const other = service('other.service', {});
  const stopped = service('stopped.service', {});
  const graph = buildGraph([{ host: 'h', resources: [web, site, other, stopped, conf, unit, app] }]);
  const good = { type: 'file', mode: '0644', owner: 'root', group: 'root' };
  const plan = makePlan(
    graph,
    new Map<string, Observed>([
      ['h/service[nginx.service]', running],
      ['h/file[/etc/nginx/sites-enabled/here]', good],
      ['h/service[other.service]', { ...running, loaded: 'before /etc/x changed' }],
      ['h/service[stopped.service]', { ...running, running: false }],
      ['h/file[/etc/app.conf]', { ...good, content: 'another' }],
      ['h/file[/etc/systemd/system/app.service]', good],
      ['h/service[app.service]', running],
    ]),
  );
  const ids = (trusted: boolean) => planAdoption(plan, trusted).plan.entries.map(({ node }) => node.resource.name);
  expect(ids(false)).toEqual(['nginx.service']);
  expect(ids(true)).toEqual(['nginx.service', 'other.service']);
  expect(planAdoption(plan, false)).toMatchObject({ others: 3, owing: [{ key: 'h/service[other.service]' }] });
});

test.each<[string, readonly Resource[], Readonly<Record<string, Observed>>, string]>([
  [
    'one that is up to date',
    [service('a.service', {})],
    { 'h/service[a.service]': { running: true, enabled: true, loaded: 'current', reread: 'current' } },
    'Adopted 1 running unit on 1 host: what they have loaded is noted.',
  ],
  [
    'nothing that runs',
    [conf],
    {},
    'Adopted 0 running units on 1 host: there is no service among what is declared.',
  ],
  [
    'only what is not there yet, or stopped',
    [service('a.service', {}), service('b.service', {})],
    { 'h/service[a.service]': 'absent', 'h/service[b.service]': { running: false, enabled: true } },
    'Adopted 0 running units on 1 host: of 2 units, 2 do not run.',
  ],
  [
    'some of each',
    [service('a.service', {}), service('b.service', {}), service('c.service', {})],
    {
      'h/service[a.service]': 'absent',
      'h/service[b.service]': { running: true, enabled: true, loaded: 'before /x changed', reread: 'current' },
      'h/service[c.service]': { running: true, enabled: false, loaded: 'current', reread: 'current' },
    },
    'Adopted 0 running units on 1 host: of 3 units, 1 does not run, 1 owes a restart or reload, apply changes 1.',
  ],
  ['no host', [], {}, 'Adopted 0 running units on 0 hosts: no host could be read.'],
])('what is adopted is told: %s', (_title, resources, states, line) => {
  const plan = makePlan(buildGraph([{ host: 'h', resources }]), new Map(Object.entries(states)));
  expect(tellAdopted(planAdoption(plan, false), resources.length > 0 ? 1 : 0)).toBe(line);
});
