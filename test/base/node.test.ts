import { expect, test } from 'vitest';
import { type Node, nodeOf, sameNode } from '../../src/base/node.ts';

const at = (data: unknown, line = 1, template = true): Node =>
  nodeOf(data, { file: 'x.yml', line, column: 1 }, template);

test.each<[string, Node, Node, boolean]>([
  ['a text, elsewhere', at('a', 1), at('a', 2), true],
  ['another text', at('a'), at('b'), false],
  ['a number and its text', at(1), at('1'), false],
  ['a text that is no template', at('{{ a }}'), at('{{ a }}', 1, false), false],
  ['a list', at(['a', ['b']]), at(['a', ['b']], 3), true],
  ['a longer list', at(['a']), at(['a', 'b']), false],
  ['a list in another order', at(['a', 'b']), at(['b', 'a']), false],
  ['a dict in another order', at({ a: 1, b: [2] }), at({ b: [2], a: 1 }), true],
  ['a dict with another key', at({ a: 1 }), at({ b: 1 }), false],
  ['a dict and a list', at({}), at([]), false],
  ['a list and nothing', at([]), at(null), false],
])('the same or not: %s', (_title, a, b, same) => {
  expect([sameNode(a, b), sameNode(b, a)]).toEqual([same, same]);
});
