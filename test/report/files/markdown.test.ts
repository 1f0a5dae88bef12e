import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sh } from '../../../src/base/shell.ts';
import { buildGraph } from '../../../src/graph/graph.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import { commentMarker, renderComment } from '../../../src/report/files/markdown.ts';
import { command } from '../../../src/resources/index.ts';
import { emptyPlan, graph, plan, texts, unreachable } from '../sample.ts';

const stacks = ['galaxy', 'pulsar'];

/** A plan that creates files of these names on a host of that name. */
function planOf(host: string, names: readonly string[]) {
  const made = buildGraph([{ host, resources: names.map((name) => command(name, { run: sh`true` })) }]);
  return { graph: made, plan: makePlan(made, new Map([...made.nodes.keys()].map((key) => [key, 'absent']))) };
}

/** What is left when fenced blocks are taken out as CommonMark takes them. */
function outsideOfFences(comment: string): string {
  const left: string[] = [];
  let fence: string | undefined;
  for (const line of comment.split('\n')) {
    const found = /^ {0,3}(`{3,})(.*)$/.exec(line);
    if (fence === undefined && found) fence = found[1];
    else if (fence !== undefined && found && (found[1] ?? '').length >= fence.length && found[2]?.trim() === '')
      fence = undefined;
    else if (fence === undefined) left.push(line);
  }
  expect(fence).toBeUndefined();
  return left.join('\n');
}

describe('a plan as a comment', () => {
  test('looks as it should', () =>
    expect(renderComment(plan, graph, { stacks, texts })).toMatchFileSnapshot('./comment.md'));

  test('begins with the marker by which it is found again', () => {
    expect(renderComment(plan, graph, { stacks }).split('\n')[0]).toBe(commentMarker(stacks));
    expect(commentMarker(stacks)).toBe('<!-- gatdeploy-plan: galaxy pulsar -->');
    expect(commentMarker(['a --> <b>'])).toBe('<!-- gatdeploy-plan: a______b_ -->');
  });

  test('is empty when nothing changes', () =>
    expect(renderComment(emptyPlan, { ...graph, external: [] }, { stacks })).toBe(''));

  test('is there when a host could not be read', () =>
    expect(
      renderComment(emptyPlan, graph, { stacks, unreachable: [{ host: 'gat-9', error: unreachable }] }),
    ).toContain('**Not read:** 1 host'));

  test('stays below the limit and says how much is left out', () => {
    const long = planOf(
      'gat-1',
      Array.from({ length: 5000 }, (_, index) => `srv/${'x'.repeat(60)}/${index}`),
    );
    const comment = renderComment(long.plan, long.graph, { stacks });
    expect(comment.length).toBeLessThan(60_001);
    expect(comment.length).toBeGreaterThan(50_000);
    expect(comment).toMatch(/\*\*\d+ more lines\*\* left out/);
    outsideOfFences(comment);
  });

  test('tells hosts that change in the same way together, and the others apart', () => {
    const hosts = Array.from({ length: 50 }, (_, index) => `p-${index}`);
    const resources = (index: number) => [command(index === 7 ? 'other' : 'one', { run: sh`true` })];
    const made = buildGraph(hosts.map((host, index) => ({ host, resources: resources(index) })));
    const fleet = makePlan(made, new Map([...made.nodes.keys()].map((key) => [key, 'absent'])));
    const comment = renderComment(fleet, made, { stacks });
    expect(comment.match(/(?<=<summary>).*(?=<\/summary>)/g)).toEqual([
      '49 hosts: p-0, p-1, p-2, p-3, p-4 and 44 more: 1 change each',
      'p-7: 1 change',
    ]);
  });

  test('holds nothing that a name could make of it (S21)', () => {
    const hostile = fc.array(
      fc.constantFrom(
        '`',
        '```',
        '\n',
        '<script>',
        '-->',
        '|',
        '@admin',
        '#1',
        '](http://x)',
        '<!--',
        '~~~',
        ' ',
        '::',
      ),
      { minLength: 1, maxLength: 8 },
    );
    fc.assert(
      fc.property(hostile, hostile, (host, name) => {
        const made = planOf(host.join(''), [name.join('')]);
        const rest = outsideOfFences(renderComment(made.plan, made.graph, { stacks }));
        const known = rest
          .replace(commentMarker(stacks), '')
          .replace(/<\/?(?:details open|details|summary)>/g, '')
          .replace(/&#\d+;/g, '');
        expect(known).not.toMatch(/[<>`|@[\]]|#\d|-->|:\/\//);
      }),
    );
  });
});
