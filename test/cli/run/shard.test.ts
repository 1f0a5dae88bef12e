import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { splitHosts } from '../../../src/cli/run/shard.ts';
import { gatdeploy, type JsonLine, records } from '../../support/cli.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

const need = (by: string, of: string) => ({ by, of, reason: `amqp:${of}//pulsar/${by}` });

describe('hosts', () => {
  test.each([
    [
      'are shared out evenly',
      ['a', 'b', 'c', 'd', 'e'],
      [],
      2,
      [
        ['a', 'c', 'e'],
        ['b', 'd'],
      ],
    ],
    [
      'whatever order the inventory has',
      ['e', 'd', 'c', 'b', 'a'],
      [],
      2,
      [
        ['a', 'c', 'e'],
        ['b', 'd'],
      ],
    ],
    [
      'that need each other stay together',
      ['a', 'b', 'c', 'd'],
      [need('d', 'a')],
      2,
      [
        ['a', 'd'],
        ['b', 'c'],
      ],
    ],
    ['fewer than jobs leave jobs without work', ['a'], [], 3, [['a'], [], []]],
  ])('%s', (_title, hosts, needs, count, shards) => {
    expect(splitHosts(hosts, needs, count)).toEqual(shards);
  });

  test('that all need one host are refused, with the names of two', () => {
    const needs = [need('p1', 'g'), need('p2', 'g')];
    expect(() => splitHosts(['g', 'p1', 'p2'], needs, 2)).toThrow(/cannot split 3 hosts over 2 jobs: p1 needs g/);
  });

  test('are each in exactly one shard, and those that need each other in the same', () => {
    const host = fc.nat(30).map((number) => `host${number}`);
    const given = fc.record({
      hosts: fc.uniqueArray(host, { minLength: 1 }),
      pairs: fc.array(fc.tuple(host, host), { maxLength: 8 }),
      count: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(given, ({ hosts, pairs, count }) => {
        const needs = pairs.filter(([a, b]) => hosts.includes(a) && hosts.includes(b)).map(([a, b]) => need(a, b));
        const shards = tryTo(() => splitHosts(hosts, needs, count));
        if (!shards) return;
        expect(shards.flat().sort()).toEqual([...hosts].sort());
        for (const { by, of } of needs) expect(shards.find((one) => one.includes(by))).toContain(of);
      }),
    );
  });
});

function tryTo<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

describe('--shard', () => {
  function project(): string {
    const folder = mkdtempSync(join(tmpdir(), 'gatdeploy-shard-'));
    folders.push(folder);
    const hosts = ['p1', 'p2', 'p3'].map((name) => `${name}.example.org ansible_user=debian`).join('\n');
    writeFileSync(join(folder, 'hosts'), `[workers]\n${hosts}\n`);
    const task = '{ansible.builtin.file: {path: /srv/work, state: directory}}';
    writeFileSync(join(folder, 'site.yml'), `- hosts: workers\n  tasks:\n    - ${task}\n`);
    return folder;
  }
  const plan = (cwd: string, ...args: readonly string[]) =>
    gatdeploy(['plan', ...args, '-i', 'hosts', '--offline', '--no-lint', '--json'], { cwd });
  const hostsOf = (lines: readonly JsonLine[]): readonly string[] => {
    const changes = lines.find(({ type }) => type === 'plan')?.changes as readonly { readonly host: string }[];
    return [...new Set(changes.map(({ host }) => host))].sort();
  };

  test('takes each host into one of the jobs', async () => {
    const cwd = project();
    const shards = await Promise.all(['1/2', '2/2'].map((shard) => plan(cwd, 'site', '--shard', shard)));
    expect(shards.map((one) => hostsOf(records(one)))).toEqual([
      ['p1.example.org', 'p3.example.org'],
      ['p2.example.org'],
    ]);
  });

  test.each(['0/2', '3/2', '2', 'a/b', '1/0'])('refuses %s', async (shard) => {
    expect(await plan(project(), 'site', '--shard', shard)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('it is not one of so many jobs'),
    });
  });
});
