import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/base/secret.ts';
import { sh } from '../../src/base/shell.ts';
import { buildGraph } from '../../src/graph/graph.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { type PlannedPart, parseSavedPlan, requireOwn, requireSame, savePlan } from '../../src/plan/saved.ts';
import { aptPackage, command, file, type Observed, type Resource } from '../../src/resources/index.ts';

const task = command('task', { run: sh`true` });
const part: PlannedPart = { stacks: ['galaxy'], project: 'ours', limit: ['gat-1'], extraVars: false };
const key = new Secret('0123456789abcdef0123456789abcdef');
const otherKey = new Secret('fedcba9876543210fedcba9876543210');

function planned(observed: Observed, { serial = '3', resource = task, version = '1.0' } = {}) {
  const graph = buildGraph([{ host: 'h', resources: [resource as Resource] }]);
  const plan = makePlan(graph, new Map([[`h/${resource.id}`, observed]]));
  return {
    graph,
    plan,
    serials: new Map([['h', serial]]),
    candidates: new Map([['h/package[nginx]', version]]),
  };
}

const saved = savePlan(part, planned({ done: false }), key);

describe('a saved plan', () => {
  test('fits while nothing has moved, also after a way through a file', () => {
    const again = parseSavedPlan(JSON.stringify(saved), 'a.plan');
    expect(() => requireOwn(again, 'ours', key)).not.toThrow();
    expect(() => requireSame(again, planned({ done: false }), key)).not.toThrow();
  });

  test('fits although a run of its own tells more of the host than the counter', () => {
    expect(() => requireSame(saved, planned({ done: false }, { serial: '3\nleft' }), key)).not.toThrow();
  });

  test.each<[string, Parameters<typeof planned>, string]>([
    ['the host', [{ done: true }], 'plan/hosts-moved'],
    ['only the counter of the host', [{ done: false }, { serial: '4' }], 'plan/hosts-moved'],
    ['the project', [{ done: false }, { resource: command('other', { run: sh`true` }) }], 'plan/config-moved'],
    ['the version of a package', [{ done: false }, { version: '1.1' }], 'plan/packages-moved'],
  ])('is refused when %s has moved', (_title, now, code) => {
    expect(() => requireSame(saved, planned(...now), key)).toThrow(
      expect.objectContaining({ code, class: 'stale' }),
    );
  });

  test('names what is asked for or found otherwise, though the same would be done', () => {
    const asking = (content: string, now: string) =>
      planned(
        { type: 'file', mode: '0644', owner: 'root', group: 'root', content: now },
        { resource: file('/etc/x', { content }) },
      );
    const one = savePlan(part, asking('new', 'c0ffee'), key);
    expect(() => requireSame(one, asking('newer', 'c0ffee'), key)).toThrow(
      expect.objectContaining({
        code: 'plan/config-moved',
        why: 'h/file[/etc/x]: update content as planned, but to something else',
      }),
    );
    expect(() => requireSame(one, asking('new', 'facade'), key)).toThrow(
      expect.objectContaining({
        code: 'plan/hosts-moved',
        why: 'h/file[/etc/x]: update content as planned, but from something else',
      }),
    );
    expect(() => requireSame(one, asking('new', 'c0ffee'), key)).not.toThrow();
  });

  test('holds of each change less than would tell a right guess of its content from a wrong one', () => {
    const marks = Object.values(saved.marks ?? {});
    expect(marks).toHaveLength(1);
    for (const mark of marks) expect(mark).toMatch(/^[0-9a-f]{4} [0-9a-f]{4}$/);
  });

  test('says which version it was made for, and which one it would be now', () => {
    expect(() => requireSame(saved, planned({ done: false }, { version: '1.1' }), key)).toThrow(
      expect.objectContaining({ why: 'h/package[nginx]: version 1.0, now 1.1' }),
    );
  });

  test.each<[string, object]>([
    ['other stacks', { stacks: ['pulsar'] }],
    ['more hosts', { limit: undefined }],
    ['another inventory', { inventory: ['elsewhere'] }],
    ['other changes to show', { changes: {} }],
    ['another counter', { serials: { h: '4' } }],
    ['another state', { observed: saved.desired }],
    ['another seal', { seal: saved.salt }],
  ])('is refused when somebody has written %s into it', (_title, edit) => {
    const edited = parseSavedPlan(JSON.stringify({ ...saved, ...edit }), 'a.plan');
    expect(() => requireOwn(edited, 'ours', key)).toThrow(expect.objectContaining({ code: 'plan/edited' }));
  });

  test('is refused with another key, and in another project', () => {
    expect(() => requireOwn(saved, 'ours', otherKey)).toThrow(expect.objectContaining({ code: 'plan/edited' }));
    expect(() => requireOwn(saved, 'theirs', key)).toThrow(
      expect.objectContaining({ code: 'plan/other-project' }),
    );
  });

  test.each([
    ['{}', 'plan/not-a-plan'],
    ['[]', 'plan/not-a-plan'],
    ['{"gatdeployPlan": 1}', 'plan/not-a-plan'],
    ['{"gatdeployPlan": 99}', 'plan/newer'],
    [JSON.stringify(saved).slice(0, -5), 'plan/not-a-plan'],
    [JSON.stringify({ ...saved, stacks: 'galaxy' }), 'plan/not-a-plan'],
    [JSON.stringify({ ...saved, limit: [1] }), 'plan/not-a-plan'],
  ])('is no plan when the file holds %s', (text, code) => {
    expect(() => parseSavedPlan(text, 'a.plan')).toThrow(expect.objectContaining({ code }));
  });

  test('holds no digest that stands for one content, and nothing that shows that two plans are the same', () => {
    const secret = file('/etc/secret', { content: 'hunter2', mode: '0600' });
    const texts = [1, 2].map(() => JSON.stringify(savePlan(part, planned('absent', { resource: secret }), key)));
    expect(texts[0]).not.toMatch(/hunter2|f52fbd32b2b3b86ff88ef6c490628285f482af15ddcb29541f94bcf526a3f6c7/);
    expect(texts[0]).not.toBe(texts[1]);
  });

  test('shows which versions of packages it installs', () => {
    const nginx = aptPackage('nginx', {});
    expect(savePlan(part, planned('absent', { resource: nginx }), key).candidates).toEqual({
      'h/package[nginx]': '1.0',
    });
  });
});
