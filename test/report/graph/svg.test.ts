import { describe, expect, test } from 'vitest';
import { buildGraph } from '../../../src/graph/graph.ts';
import { layOut } from '../../../src/report/graph/layout.ts';
import { renderHtml, renderSvg } from '../../../src/report/graph/svg.ts';
import { file, type Resource, user } from '../../../src/resources/index.ts';

const HOSTILE = `/srv/</title><script>alert("x")</script>&'\u0000\u001b[31m\ud800`;
const named = user(HOSTILE, {});
const hostile = buildGraph([{ host: '<b>', resources: [named, user(`${HOSTILE}/x`, { after: [named] })] }]);

describe.each([
  ['an SVG', renderSvg],
  ['a page', renderHtml],
])('%s', (_title, render) => {
  const text = render(hostile).flat().join('\n');

  test('has no markup and no control character from a name', () => {
    expect(text).not.toMatch(/<script|<b>|\bon\w+=|javascript:/);
    expect(text).not.toMatch(/(?!\n)\p{Cc}|\p{Cs}/u);
  });

  test('loads nothing from anywhere', () => {
    expect(text.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /https?:|src=|href=|@import|url\((?!#)/,
    );
  });
});

test('every arrow of a drawing goes to the right, and no two boxes lie on each other', () => {
  const chain = (length: number, name: string): Resource[] => {
    const all: Resource[] = [];
    for (let at = 0; at < length; at++) all.push(file(`/${name}${at}`, { after: all.slice(-2) }));
    return all;
  };
  const graph = buildGraph([
    { host: 'a', resources: [...chain(7, 'x'), ...chain(4, 'y')] },
    { host: 'b', resources: chain(3, 'z') },
  ]);
  const { boxes, arrows } = layOut(graph);
  expect(boxes).toHaveLength(14);
  for (const { from, to } of arrows) expect(to.x).toBeGreaterThan(from.x + from.width);
  for (const a of boxes)
    for (const b of boxes) if (a !== b) expect(a.x !== b.x || Math.abs(a.y - b.y) >= a.height).toBe(true);
});
