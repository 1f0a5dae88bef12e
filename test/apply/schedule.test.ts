import { describe, expect, test } from 'vitest';
import type { Work } from '../../src/apply/board.ts';
import { makeBoard } from '../../src/apply/board.ts';
import { hasMorePackagesSoon, nextWork } from '../../src/apply/schedule.ts';
import { certificate } from '../../src/base/capability.ts';
import { buildGraph } from '../../src/graph/graph.ts';
import {
  aptPackage,
  certificateCopy,
  existingFile,
  file,
  type Resource,
  reload,
} from '../../src/resources/index.ts';

const copy = certificateCopy('/etc/ssl/user/key.pem', { source: '/etc/letsencrypt/live/x/privkey.pem' });
const key = existingFile('/etc/ssl/user/key.pem', {});
const nginx = reload('nginx.service', { rereads: [key] });

/** One host's work: the decisions of the plan, in order. */
function worksOf(resources: readonly Resource[], statuses: readonly ('same' | 'unknown')[]) {
  const graph = buildGraph([{ host: 'h', resources }]);
  const works = new Map(
    [...graph.nodes.values()].map((node, index): [string, Work] => {
      const status = statuses[index] ?? 'same';
      const decision = status === 'same' ? { status } : { status, reason: 'not yet' };
      return [node.key, { node, phase: 'waiting', observed: {}, decision, readAt: 0, doneAt: 0 } as Work];
    }),
  );
  return { graph, works };
}

const names = (works: readonly Work[]) => works.map((work) => work.node.resource.id);

describe('what can be done next', () => {
  test('settles nothing that comes after what is only being read, or its activation would be lost', () => {
    const { graph, works } = worksOf([copy, key, nginx], ['unknown', 'same', 'same']);
    const next = nextWork(makeBoard(graph, works), 'h');
    expect(names(next.read)).toEqual([copy.id]);
    expect(names(next.settled)).toEqual([]);
  });

  test('settles what is as wanted, one after the other, in one go', () => {
    const { graph, works } = worksOf([copy, key, nginx], ['same', 'same', 'same']);
    expect(names(nextWork(makeBoard(graph, works), 'h').settled)).toEqual([copy.id, key.id, nginx.id]);
  });
});

describe('what was read and is still unknown', () => {
  const source = file('/etc/x.pem', { content: 'x' });
  const behind = certificateCopy('/etc/y.pem', { source: '/etc/x.pem', after: [source] });

  test.each<[string, number, Work['phase'], readonly string[]]>([
    ['is read at once the first time', 0, 'waiting', [behind.id]],
    ['waits for what it follows', 1, 'waiting', []],
    ['is read again when that is done', 1, 'done', [behind.id]],
  ])('%s', (_title, readAt, phase, read) => {
    const { graph, works } = worksOf([source, behind], ['same', 'unknown']);
    const [first, second] = [works.get(`h/${source.id}`), works.get(`h/${behind.id}`)];
    if (first) Object.assign(first, { phase, status: 'changed', decision: { status: 'create', changes: [] } });
    if (second) second.readAt = readAt;
    const next = nextWork(makeBoard(graph, works), 'h');
    expect(names(next.read)).toEqual(read);
    expect(next.quick.map(({ work }) => work.node.resource.id)).toEqual(read.length > 0 ? [] : [source.id]);
  });
});

describe('what follows a restart that is put off', () => {
  test.each<[string, boolean, readonly string[]]>([
    ['stays where it is to go: the process still works with it', true, ['file[/gone]']],
    ['is done where it is to come', false, []],
  ])('%s', (_title, absent, blocked) => {
    const after = absent
      ? file('/gone', { absent, after: [nginx] })
      : file('/gone', { content: '', after: [nginx] });
    const { graph, works } = worksOf([copy, key, nginx, after], ['same', 'same', 'same', 'unknown']);
    const restart = works.get(`h/${nginx.id}`);
    if (restart) Object.assign(restart, { phase: 'done', status: 'deferred' });
    expect(names(nextWork(makeBoard(graph, works), 'h').blocked)).toEqual(blocked);
  });
});

describe('what follows a failure', () => {
  const one = (host: string, percent: number) => ({
    host,
    resources: [
      file('/failed', { content: '', fatal: { play: 'site.yml:1', hosts: 2, percent } }),
      file('/free', { content: '' }),
    ],
  });

  test.each([
    [
      'is left on all hosts once more hosts have failed than the play allows',
      0,
      ['b/file[/failed]', 'b/file[/free]'],
    ],
    ['goes on while the play allows as many', 50, []],
  ])('%s', (_title, percent, blocked) => {
    const graph = buildGraph([one('a', percent), one('b', percent)]);
    const works = new Map(
      [...graph.nodes.values()].map((node): [string, Work] => {
        const isFailed = node.key === 'a/file[/failed]';
        const decision = { status: 'unknown', reason: 'not yet' } as const;
        const state = isFailed ? { phase: 'done', status: 'failed' } : { phase: 'waiting' };
        return [node.key, { node, observed: {}, decision, readAt: 0, doneAt: 0, ...state } as Work];
      }),
    );
    expect(nextWork(makeBoard(graph, works), 'b').blocked.map((work) => work.node.key)).toEqual(blocked);
  });
});

describe('who is looked at again when something has ended', () => {
  const shared = certificate('shared');
  const providing = file('/provides', { content: '', provides: [shared] });
  const needing = file('/needs', { content: '', requires: [shared] });
  const fatal = { play: 'site.yml:1', hosts: 2, percent: 0 };
  const concerned = (more: Parameters<typeof buildGraph>[0] = []) => {
    const graph = buildGraph([
      { host: 'a', resources: [providing] },
      { host: 'b', resources: [needing] },
      { host: 'c', resources: [file('/alone', { content: '' })] },
      ...more,
    ]);
    const works = new Map([...graph.nodes.values()].map((node) => [node.key, { node } as Work]));
    return makeBoard(graph, works);
  };

  test('is the host itself, and who needs something of it', () => {
    const board = concerned();
    expect([...board.concernedBy('a')]).toEqual(['a', 'b']);
    expect(['b', 'c'].map((host) => [...board.concernedBy(host)])).toEqual([['b'], ['c']]);
  });

  test('is everybody where a failure may end all', () => {
    const board = concerned([{ host: 'd', resources: [file('/all', { content: '', fatal })] }]);
    expect([...board.concernedBy('c')].sort()).toEqual(['a', 'b', 'c', 'd']);
  });
});

describe('one thing in two states', () => {
  test('is read again for the second when the first was changed', () => {
    const [first, second] = [file('/x', { content: 'a' }), file('/x', { content: 'b', after: [file('/x', {})] })];
    const { graph, works } = worksOf([first, { ...second, id: 'file[/x (again)]' }], ['unknown', 'same']);
    expect(names(nextWork(makeBoard(graph, works), 'h').read)).toEqual([first.id]);
    const done = works.get('h/file[/x]');
    if (done) Object.assign(done, { phase: 'done', status: 'changed', doneAt: 5 });
    const next = nextWork(makeBoard(graph, works), 'h');
    expect([names(next.read), names(next.settled)]).toEqual([['file[/x (again)]'], []]);
  });
});

describe('packages that wait', () => {
  const config = file('/etc/before.conf', { content: '' });
  const server = aptPackage('server', { after: [config] });

  test.each<[string, Work['phase'], boolean]>([
    ['for a file that is being written come along', 'busy', true],
    ['for nothing more are ready by themselves', 'done', false],
    ['for a file whose turn is not yet hold up no others', 'waiting', false],
  ])('%s', (_title, phase, soon) => {
    const { graph, works } = worksOf([config, server], ['unknown', 'unknown']);
    const work = works.get(`h/${config.id}`);
    if (work) work.phase = phase;
    expect(hasMorePackagesSoon(makeBoard(graph, works), 'h')).toBe(soon);
  });
});
