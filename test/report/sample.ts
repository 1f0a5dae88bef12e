/** A small run with everything in it: what the golden files of this folder show. */
import type { Outcome, Result } from '../../src/apply/outcome.ts';
import { amqp, certificate } from '../../src/base/capability.ts';
import { GatError } from '../../src/base/errors.ts';
import type { RunEvent } from '../../src/base/events.ts';
import { Secret } from '../../src/base/secret.ts';
import { sh } from '../../src/base/shell.ts';
import { buildGraph, type Graph } from '../../src/graph/graph.ts';
import { makePlan, type Plan } from '../../src/plan/plan.ts';
import type { Output } from '../../src/report/output.ts';
import { aptPackage, command, directory, file, service, user } from '../../src/resources/index.ts';
import type { Observed } from '../../src/resources/kind.ts';
import type { CheckResult } from '../../src/verify/run.ts';

/** Collects what is written. */
export function collector(): Output & { text(): string } {
  const parts: string[] = [];
  return { write: (text) => parts.push(text), text: () => parts.join(''), columns: 80, rows: 24 };
}

const server = aptPackage('rabbitmq-server', {});
const config = file('/etc/rabbitmq/rabbitmq.conf', {
  content: 'listeners.tcp = none\n',
  mode: '0640',
  after: [server],
});
const site = file('/etc/nginx/sites-enabled/a-site-with-a-name-beyond-all-columns.conf', {
  content: 'server {}\n',
});
const login = amqp('gat-1', '/pulsar/pulsar_au', 'pulsar_au');

/** Two hosts with a capability between them. */
export const graph: Graph = buildGraph([
  {
    host: 'gat-1',
    resources: [
      server,
      config,
      site,
      service('rabbitmq-server.service', { loads: [config], requires: [certificate('gat-1')] }),
      service('nginx.service', { rereads: [site] }),
      command('rabbitmq-user', { run: sh`true`, after: [server], provides: [login] }),
      user('guest', { absent: true }),
    ],
  },
  {
    host: 'pulsar-1',
    resources: [
      directory('/srv/pulsar', {}),
      file('/srv/pulsar/app.yml', { content: 'a: 1\n' }),
      command('consume', { run: sh`true`, requires: [login] }),
    ],
  },
]);

const running = { running: true, enabled: true, loaded: 'current', reread: 'current' };
const observed: Readonly<Record<string, Observed>> = {
  'gat-1/package[rabbitmq-server]': { installed: true, version: '3.10.8-1' },
  'gat-1/file[/etc/rabbitmq/rabbitmq.conf]': {
    type: 'file',
    mode: '0644',
    owner: 'root',
    group: 'root',
    content: 'c0ffee',
  },
  [`gat-1/${site.id}`]: { type: 'file', mode: '0644', owner: 'galaxy', group: 'root', content: 'c0ffee' },
  'gat-1/service[rabbitmq-server.service]': { ...running, enabled: false },
  'gat-1/service[nginx.service]': { ...running, reread: 'before /etc/ssl/cert.pem changed' },
  'gat-1/command[rabbitmq-user]': { unknown: 'rabbitmqctl is not installed yet' },
  'gat-1/user[guest]': { uid: 1000 },
  'pulsar-1/directory[/srv/pulsar]': { type: 'directory', mode: '0755', owner: 'root', group: 'root' },
  'pulsar-1/file[/srv/pulsar/app.yml]': 'absent',
  'pulsar-1/command[consume]': 'absent',
};

/** Something of each: create, update with restart and reload, remove, known after apply, unchanged. */
export const plan: Plan = makePlan(graph, new Map(Object.entries(observed)));

/** A plan with nothing to do. */
export const emptyPlan: Plan = { entries: plan.entries.filter((entry) => entry.status === 'same') };

export const failure = new GatError({
  code: 'apply/failed',
  class: 'apply',
  what: 'cannot apply service[rabbitmq-server.service] on gat-1: exit 1 after 4.2 s',
  where: [
    { host: 'gat-1', resource: 'service[rabbitmq-server.service]' },
    { file: 'group_vars/galaxyservers.yml', line: 307, column: 3 },
  ],
  why: 'the host said:\nJob for rabbitmq-server.service failed.\n\u001b[31m::error::forged\u001b[0m',
  fix: 'look at the unit, then run apply again:\n  ssh gat-1 journalctl -u rabbitmq-server -n 50',
});

export const unreachable = new GatError({
  code: 'ssh/unreachable',
  class: 'unreachable',
  what: 'cannot reach gat-9: no answer from 10.0.0.9:22',
  where: { host: 'gat-9' },
  why: 'nothing answered within 10 s; the machine may be off, or a firewall between drops what is sent to it',
  fix: 'see whether it answers:\n  nc -vz 10.0.0.9 22',
});

const result = (
  host: string,
  resource: string,
  status: 'changed' | 'failed' | 'blocked' | 'unchanged',
  ms: number,
  summary: string,
) => [`${host}/${resource}`, { host, resource, status, ms, summary }] as const;

/** A run that failed in the middle. */
export const outcome: Outcome = {
  results: new Map<string, Result>([
    result('pulsar-1', 'file[/srv/pulsar/app.yml]', 'changed', 90, 'create'),
    result('pulsar-1', 'directory[/srv/pulsar]', 'unchanged', 0, 'as it should be'),
    result('gat-1', 'package[rabbitmq-server]', 'changed', 64_200, 'create'),
    [
      'gat-1/service[rabbitmq-server.service]',
      { ...result('gat-1', 'service[rabbitmq-server.service]', 'failed', 4200, failure.what)[1], error: failure },
    ],
    [
      'gat-1/command[rabbitmq-user]',
      {
        ...result(
          'gat-1',
          'command[rabbitmq-user]',
          'blocked',
          0,
          'waits for gat-1/service[rabbitmq-server.service]',
        )[1],
        blockedBy: 'gat-1/service[rabbitmq-server.service]',
      },
    ],
  ]),
};

/** A run in which all went well. */
export const goodOutcome: Outcome = {
  results: new Map(
    [...outcome.results].filter(([, one]) => one.status === 'changed' || one.status === 'unchanged'),
  ),
};

const check = (host: string, id: string, title: string, asks: string) => ({
  id,
  host,
  title,
  asks,
  script: sh`true`,
  judge: () => ({ ok: true, got: '' }),
});

export const checks: readonly CheckResult[] = [
  {
    check: check('gat-1', 'rabbitmq/listeners', '5672 listens on loopback only', 'ss -Hltn sport = :5672'),
    verdict: { ok: true, got: '127.0.0.1:5672' },
    ms: 120,
  },
  {
    check: check(
      'pulsar-1',
      'rabbitmq/tls',
      'gat-1:5671 shows a valid certificate',
      'openssl s_client -connect gat-1:5671',
    ),
    verdict: { ok: true, got: 'CN=gat-1.example.org, valid for 89 days' },
    ms: 450,
  },
  {
    check: check(
      'pulsar-1',
      'pulsar/consumers',
      'Pulsar consumes from its queues',
      'rabbitmqctl list_queues name consumers',
    ),
    verdict: {
      ok: false,
      got: 'pulsar_au__setup: 0 consumers',
      fix: 'restart it:\n  ssh pulsar-1 systemctl restart pulsar',
    },
    ms: 12_300,
  },
];

/** Old and new text of the two files that differ. */
export const texts = new Map([
  [
    'gat-1/file[/etc/rabbitmq/rabbitmq.conf]',
    {
      before: 'listeners.tcp = 5672\n# a\n# b\n# c\n# d\npassword = old\n',
      after: new Secret(
        'listeners.tcp = none\n# a\n# b\n# c\n# d\npassword = new-canary-9\n',
        'listeners.tcp = none\n# a\n# b\n# c\n# d\npassword = ***\n',
      ),
    },
  ],
  [`gat-1/${site.id}`, { before: new Secret('k=1111111', 'k=***'), after: new Secret('k=2222222', 'k=***') }],
]);

/** What the engine tells during such a run. */
export const events: readonly RunEvent[] = [
  { type: 'connecting', at: 0, host: 'gat-1' },
  { type: 'connected', at: 310, host: 'gat-1', ms: 310 },
  { type: 'unreachable', at: 400, host: 'gat-9', error: unreachable },
  { type: 'probed', at: 700, host: 'gat-1', resources: 7, ms: 390 },
  { type: 'warning', at: 710, host: 'gat-1', text: 'its clock is 90 s ahead' },
  { type: 'warning', at: 711, text: 'the vault has no id' },
  { type: 'started', at: 800, host: 'gat-1', resource: 'package[rabbitmq-server]', summary: 'create' },
  {
    type: 'output',
    at: 900,
    host: 'gat-1',
    resource: 'package[rabbitmq-server]',
    line: 'Unpacking\u001b[2J rabbitmq',
  },
  {
    type: 'done',
    at: 65_000,
    host: 'gat-1',
    resource: 'package[rabbitmq-server]',
    status: 'changed',
    ms: 64_200,
    summary: 'create',
  },
  {
    type: 'done',
    at: 65_001,
    host: 'gat-1',
    resource: 'file[/etc/motd]',
    status: 'unchanged',
    ms: 0,
    summary: 'as it should be',
  },
  {
    type: 'done',
    at: 69_200,
    host: 'gat-1',
    resource: 'service[rabbitmq-server.service]',
    status: 'failed',
    ms: 4200,
    summary: failure.what,
    error: failure,
  },
  {
    type: 'done',
    at: 69_201,
    host: 'gat-1',
    resource: 'command[rabbitmq-user]',
    status: 'blocked',
    ms: 0,
    summary: 'waits for gat-1/service[rabbitmq-server.service]',
  },
  {
    type: 'checked',
    at: 70_000,
    host: 'gat-1',
    check: 'a',
    title: '5672 listens on loopback only',
    ok: true,
    asks: 'ss',
    got: '127.0.0.1',
    ms: 10,
  },
  {
    type: 'checked',
    at: 70_001,
    host: 'gat-1',
    check: 'b',
    title: 'nginx answers',
    ok: false,
    asks: 'curl',
    got: '502',
    fix: 'see its log',
    ms: 10,
  },
];
