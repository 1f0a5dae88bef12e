import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { certificate } from '../../src/base/capability.ts';
import type { RunEvent } from '../../src/base/events.ts';
import { buildGraph } from '../../src/graph/graph.ts';
import { createReporter } from '../../src/report/create-reporter.ts';
import { directory, type Resource } from '../../src/resources/index.ts';
import type { CommonProps } from '../../src/resources/kind.ts';
import { needingOthers, soonEnough, withDownstream } from '../../src/session/patience.ts';
import { planSession } from '../../src/session/plan-session.ts';
import { openSession } from '../../src/session/session.ts';
import type { Planned } from '../../src/session/session-types.ts';
import { openStack } from '../../src/stack/open-stack.ts';
import { cleanUps, home, serve, useSshWorld } from '../support/ssh-world.ts';

useSshWorld();

const nowhere = { write: () => true };
const hostsOf = ({ plan }: Planned) => [...new Set(plan.entries.map(({ node }) => node.host))].sort();

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatdeploy-patience-'));
  cleanUps.push(() => rmSync(folder, { recursive: true }));
  vi.stubEnv('XDG_CACHE_HOME', folder);
  cleanUps.push(() => vi.unstubAllEnvs());
});

/** A project with two hosts that answer, and others that do so only when they may; its tasks are a text in YAML. */
async function slowProject(tasks: string, names: readonly string[] = ['slow']) {
  const [may, asked] = [join(folder, 'may'), join(folder, 'asked')];
  const wait = (name: string) => `touch ${asked}; while ! test -e ${may}-${name}; do sleep 0.02; done`;
  const quick = await serve();
  const shell = (name: string) => (command: string) =>
    ['/bin/sh', '-c', `${wait(name)}; exec ${command}`] as const;
  const slow = await Promise.all(names.map((name) => serve({ loginShell: shell(name) })));
  home.know(quick, ...slow);
  const line = (name: string, port: number) => `${name} ansible_host=127.0.0.1 ansible_port=${port}\n`;
  const vars = '[all:vars]\nansible_user=root\nansible_password=pw\n';
  const known = `ansible_ssh_common_args='-o UserKnownHostsFile=${home.path}/.ssh/known_hosts'\n`;
  const slowLines = names.map((name, at) => line(name, slow[at]?.port ?? 0));
  const hosts = [line('one', quick.port), line('two', quick.port), ...slowLines].join('');
  writeFileSync(join(folder, 'hosts'), hosts + vars + known);
  writeFileSync(join(folder, 'site.yml'), `- hosts: all\n  gather_facts: false\n  tasks:\n${tasks}`);
  const stack = await openStack(['site'], { directory: folder, inventory: [join(folder, 'hosts')] });
  const events: RunEvent[] = [];
  const reporter = {
    ...createReporter({ mode: 'json', stdout: nowhere, stderr: nowhere }),
    emit: (event: RunEvent) => void events.push(event),
  };
  const options = { reporter, clock: () => 0, patienceMs: 500 };
  const session = await openSession(stack, options);
  cleanUps.push(() => session.close());
  const letAnswer = (name = 'slow') => writeFileSync(`${may}-${name}`, '');
  return { session, options, events, wasAsked: () => existsSync(asked), letAnswer };
}

const OWN_FILE = '    - ansible.builtin.copy: {dest: "/nowhere/{{ inventory_hostname }}", content: x}\n';

describe('a host that answers much later than the others', () => {
  test('is planned for later, also when nothing is known of it yet', async () => {
    const { session, options, events, letAnswer } = await slowProject(OWN_FILE);
    const planned = await planSession(session, options);
    expect(hostsOf(planned)).toEqual(['one', 'two']);
    expect(events.filter(({ type }) => type === 'warning')).toMatchObject([
      { text: expect.stringContaining("don't wait any longer for slow") },
    ]);
    letAnswer();
    const later = await planned.later?.();
    expect(later && hostsOf(later)).toEqual(['slow']);
    expect(later?.later).toBeUndefined();
  });

  test('is not waited for by others that were late, too', async () => {
    const { session, options, letAnswer } = await slowProject(OWN_FILE, ['late', 'slow']);
    const planned = await planSession(session, options);
    expect(hostsOf(planned)).toEqual(['one', 'two']);
    letAnswer('late');
    const later = await planned.later?.();
    expect(later && hostsOf(later)).toEqual(['late']);
    letAnswer('slow');
    const last = await later?.later?.();
    expect(last && hostsOf(last)).toEqual(['slow']);
    expect(last?.later).toBeUndefined();
  });

  test('is waited for where the run is about all hosts at once', async () => {
    const { session, options, letAnswer } = await slowProject(OWN_FILE);
    const planning = planSession(session, { ...options, patienceMs: undefined });
    letAnswer();
    const planned = await planning;
    expect(hostsOf(planned)).toEqual(['one', 'slow', 'two']);
    expect(planned.later).toBeUndefined();
  });
});

describe('who waits along', () => {
  const file = (fatal?: CommonProps['fatal']): Resource => {
    const one = directory('/srv', {});
    return fatal ? { ...one, props: { ...one.props, fatal } } : one;
  };

  test('is nobody who needs nothing of a late host', () => {
    const graph = buildGraph(['a', 'b'].map((host) => ({ host, resources: [file()] })));
    expect(withDownstream(graph, new Set(['a']))).toEqual(new Set(['a']));
  });

  test('is all of a play whose failures end it for all', () => {
    const fatal = { play: 'site.yml:1', hosts: 2, percent: 0 };
    const parts = ['a', 'b'].map((host) => ({ host, resources: [file(fatal)] }));
    const graph = buildGraph([...parts, { host: 'c', resources: [file()] }]);
    expect(withDownstream(graph, new Set(['b']))).toEqual(new Set(['a', 'b']));
  });

  test('is who needs what a late host provides', () => {
    const needing = { ...file(), props: { ...file().props, requires: [certificate('a')] } };
    const providing = { ...file(), props: { ...file().props, provides: [certificate('a')] } };
    const graph = buildGraph([
      { host: 'a', resources: [providing] },
      { host: 'b', resources: [needing] },
    ]);
    expect(withDownstream(graph, new Set(['a']))).toEqual(new Set(['a', 'b']));
    expect(withDownstream(graph, new Set(['b']))).toEqual(new Set(['b']));
    expect(needingOthers(graph)).toEqual(new Set(['b']));
  });
});

describe('the wait', () => {
  const never = new Promise<void>(() => {});
  const now = Promise.resolve();

  test('ends with the last one', async () => {
    expect(
      await soonEnough(
        new Map([
          ['a', now],
          ['b', now],
        ]),
        60_000,
      ),
    ).toEqual(new Set());
    expect(await soonEnough(new Map(), 60_000)).toEqual(new Set());
  });

  test('is over for those that are left when at least half of all are there', async () => {
    expect(
      await soonEnough(
        new Map([
          ['a', now],
          ['b', never],
        ]),
        1,
      ),
    ).toEqual(new Set(['b']));
  });

  test('is not begun anew for those that were late before', async () => {
    const tasks = new Map([
      ['a', now],
      ['b', now],
      ['c', never],
    ]);
    expect(await soonEnough(tasks, 60_000, new Set(['c']))).toEqual(new Set(['c']));
    expect(await soonEnough(new Map([['c', now]]), 60_000, new Set(['c']))).toEqual(new Set());
  });

  test('goes on as long as more than half are missing', async () => {
    let arrive = (): void => {};
    const later = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const wait = soonEnough(
      new Map([
        ['a', now],
        ['b', later],
        ['c', never],
      ]),
      1,
    );
    const first = await Promise.race([wait, new Promise((resolve) => setTimeout(resolve, 30, 'still waiting'))]);
    expect(first).toBe('still waiting');
    arrive();
    expect(await wait).toEqual(new Set(['c']));
  });
});
