/** Failures say what, where and what may be meant. */
import { describe, expect, test } from 'vitest';
import { GatError, renderWhere } from '../../src/base/errors.ts';
import type { Node, Scope } from '../../src/base/node.ts';
import { createTemplar } from '../../src/render/templar.ts';

const at = (line: number, column: number) => ({ file: 'group_vars/all.yml', line, column });
const scalar = (value: string, position = at(3, 10)): Node => ({
  kind: 'scalar',
  value,
  position,
  template: true,
});
const variables = new Map<string, Node>([
  ['galaxy_root', scalar('/srv/galaxy', at(1, 14))],
  ['inner', scalar('x {{ galaxy_rot }}', at(7, 8))],
  ['one', scalar('{{ two }}', at(8, 6))],
  ['two', scalar('{{ three }}', at(9, 6))],
  ['three', scalar('{{ one }}', at(10, 8))],
  ['text', scalar('a: 1\n{{ nope }}\n', at(12, 7))],
  [
    'big',
    {
      kind: 'dict',
      position: at(20, 1),
      entries: new Map([
        ['good', scalar('{{ galaxy_root }}/a')],
        ['bad', scalar('{{ nope }}')],
        ['gone', scalar('{{ omit }}')],
      ]),
    },
  ],
]);
const scope: Scope = { lookup: (name) => variables.get(name), names: () => variables.keys() };

function failure(run: () => unknown): GatError {
  try {
    run();
  } catch (error) {
    if (error instanceof GatError) return error;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('a failing evaluation', () => {
  const templar = createTemplar({ scope });
  test.each([
    ['{{ galaxy_rot }}', 'var/undefined', 'group_vars/all.yml:3:13', 'did you mean `galaxy_root`?'],
    ['abc {{ 1 / 0 }}', 'template/value', 'group_vars/all.yml:3:19', undefined],
    [
      '{{ 1 + }}',
      'template/syntax',
      'group_vars/all.yml:3:17',
      expect.stringMatching(/^look whether each \{\{ has/),
    ],
    [
      '{{ "a" | nosuchthing }}',
      'template/unknown-plugin',
      'group_vars/all.yml:3:19',
      expect.stringMatching(/^correct/),
    ],
    ['{{ "a" | lowwer }}', 'template/unknown-plugin', 'group_vars/all.yml:3:19', 'did you mean `lower`?'],
    [`{{ lookup('fil', 'x') }}`, 'lookup/failed', 'group_vars/all.yml:3:13', 'did you mean `file`?'],
    ['{{ 1 is evven }}', 'template/unknown-plugin', 'group_vars/all.yml:3:15', 'did you mean `even`?'],
    [
      '{{ {"galaxyservers": 1}.galaxy_servers }}',
      'var/undefined',
      'group_vars/all.yml:3:34',
      'did you mean `galaxyservers`?',
    ],
    ['{{ inner }}', 'var/undefined', 'group_vars/all.yml:7:13', 'did you mean `galaxy_root`?'],
    [
      '{{ text }}',
      'var/undefined',
      'group_vars/all.yml:14',
      'correct the name, or define nope in group_vars or host_vars',
    ],
    ["{{ lookup('pipe', 'id') }}", 'lookup/forbidden', 'group_vars/all.yml:3:13', undefined],
    ["{{ lookup('env', 'HOME') }}", 'lookup/forbidden', 'group_vars/all.yml:3:13', undefined],
    ["{{ lookup('file', '/etc/passwd') }}", 'lookup/forbidden', 'group_vars/all.yml:3:13', undefined],
  ])('of %s names its place', (text, code, where, fix) => {
    const error = failure(() => templar.evaluate(scalar(text)));
    expect([error.code, error.where.map(renderWhere).join(), error.fix]).toEqual([code, where, fix]);
  });

  test('of a condition with one = says how values are compared', () => {
    const error = failure(() => templar.condition('galaxy_root = 1', at(5, 9)));
    expect(error.what).toContain('two values are compared with ==');
  });

  test('names the chain of variables that refer to one another', () => {
    const error = failure(() => templar.variable('one'));
    expect(error.code).toBe('var/recursion');
    expect(error.what).toContain('one → two → three → one');
  });

  test('in one leaf leaves its siblings as they are', () => {
    const node = variables.get('big');
    expect(node && templar.leafwise(node)).toEqual(
      new Map<string, unknown>([
        ['good', '/srv/galaxy/a'],
        [
          'bad',
          new Map([
            ['__error__', 'undefined'],
            ['detail', "cannot evaluate value: 'nope' is undefined"],
          ]),
        ],
      ]),
    );
  });

  test('in a template file names its line and column', () => {
    const error = failure(() => templar.renderTemplate('ok\n  {{ galaxy_rot }}\n', 'templates/a.j2'));
    expect(error.where.map(renderWhere)).toEqual(['templates/a.j2:2:6']);
  });
});

test('tells which variables a template uses', () => {
  const uses: string[] = [];
  const templar = createTemplar({ scope, onUse: ({ name, by }) => uses.push(`${by} uses ${name}`) });
  templar.leafwise(scalar('{{ one }}'));
  expect(uses).toEqual([' uses one', 'one uses two', 'two uses three', 'three uses one']);
});
