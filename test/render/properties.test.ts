/** Whatever a template says, it ends: with a value or with a positioned error. */
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { GatError } from '../../src/base/errors.ts';
import { type Node, nodeOf, type Scope } from '../../src/base/node.ts';
import { createTemplar } from '../../src/render/templar.ts';

vi.setConfig({ testTimeout: 60_000 });

const position = { file: 'vars.yml', line: 1, column: 1 };
const variables = nodeOf(
  { a: 1, s: 'text', l: [3, 1, 2], d: { k: { z: null } }, t: '{{ a }}-{{ s }}', r: '{{ r }}' },
  position,
);
const entries = variables.kind === 'dict' ? variables.entries : new Map<string, Node>();
const scope: Scope = { lookup: (name) => entries.get(name), names: () => [...entries.keys()].map(String) };
const limits = { steps: 200_000, size: 1_000_000, timeMs: 2_000 };

/** Evaluates a text in every mode; anything but a value or a user's error is a failure of the test. */
function survives(text: string): void {
  const templar = createTemplar({ scope, limits });
  const modes = [
    () => templar.evaluate({ kind: 'scalar', value: text, position, template: true }),
    () => templar.renderTemplate(text, 'x.j2'),
    () => templar.condition(text, position),
  ];
  for (const run of modes) {
    try {
      run();
    } catch (error) {
      expect(error).toBeInstanceOf(GatError);
      if (!(error instanceof GatError)) return;
      expect(error.what).toMatch(/^cannot /);
      expect(error.where.length).toBe(1);
    }
  }
}

const WORDS = [
  '{{',
  '}}',
  '{%',
  '%}',
  '{#',
  '#}',
  '-',
  '+',
  '|',
  '.',
  ',',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  ':',
  '=',
  '==',
  '~',
  '*',
  '**',
  '/',
  '//',
  '%',
  '<',
  '>',
  'a',
  's',
  'l',
  'd',
  't',
  'r',
  'nope',
  'if',
  'else',
  'elif',
  'endif',
  'for',
  'in',
  'endfor',
  'set',
  'endset',
  'macro',
  'endmacro',
  'call',
  'endcall',
  'filter',
  'endfilter',
  'raw',
  'endraw',
  'with',
  'endwith',
  'block',
  'endblock',
  'include',
  'extends',
  'import',
  'from',
  'is',
  'not',
  'and',
  'or',
  'defined',
  'default',
  'upper',
  'map',
  'join',
  'length',
  'items',
  'loop',
  'recursive',
  'range',
  'lookup',
  'namespace',
  "'x'",
  '"y"',
  '1',
  '2.5',
  '0',
  '9999999999',
  ' ',
  '\n',
  '\\',
  "'",
  '"',
  '#jinja2:',
  '__class__',
  '__proto__',
  'constructor',
];

describe('any text', () => {
  const words = fc.array(fc.constantFrom(...WORDS), { maxLength: 25 }).map((parts) => parts.join(' '));
  test('of template words ends in a value or a positioned error', () => {
    fc.assert(fc.property(words, survives), { numRuns: 1500 });
  });
  test('inside {{ }} ends in a value or a positioned error', () => {
    fc.assert(
      fc.property(words, (text) => survives(`{{ ${text} }}`)),
      { numRuns: 1500 },
    );
  });
  test('of any characters ends in a value or a positioned error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => survives(`{{ ${text}`)),
      { numRuns: 500 },
    );
  });
});

describe('any data', () => {
  const data = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes('-0'));
  const evaluate = (value: unknown, text: string) => {
    const node = nodeOf(value, position, false);
    const templar = createTemplar({
      scope: { lookup: (name) => (name === 'x' ? node : undefined), names: () => ['x'] },
    });
    return templar.evaluate({ kind: 'scalar', value: text, position, template: true });
  };
  test('survives JSON and YAML and back', () => {
    const ints = data.filter((value) => !/\d(?:\.|e)|\d{16}/.test(JSON.stringify(value)));
    const sameAfter = (round: string) =>
      fc.property(ints, (value) => evaluate(value, `{{ x | ${round} == x }}`) === true);
    for (const round of ['to_json | from_json', 'to_nice_yaml | from_yaml', 'to_yaml | from_yaml'])
      fc.assert(sameAfter(round));
  });
});

describe('a hostile template', () => {
  test.each([
    ['{{ range(10**12) | list }}', /cannot/],
    ["{{ 'a' * 10**12 }}", /more than/],
    ['{{ [0] * 10**10 }}', /more than/],
    ['{{ 9**(9**9) }}', /too large/],
    ['{% for a in range(10**9) %}{% endfor %}', /more than/],
    ['{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}', /more than/],
    ["{{ '%1000000000s' % 'x' }}", /more than/],
    ["{{ '{:1000000000}'.format(1) }}", /more than/],
    ["{{ 'x'.ljust(10**10) }}", /more than/],
    ['{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}', /levels deep/],
    ['{{ r }}', /r → r/],
    ['{% set l = [] %}{% set _ = l.append(l) %}{{ l }}', /levels deep/],
    ['{% set l = [] %}{% set _ = l.append(l) %}{{ l | string }}', /too deeply/],
    ['{% set d = {} %}{% set _ = d.update({1: d}) %}{{ d }}', /levels deep/],
    ['{{ range(30) | permutations | list }}', /more than/],
    ['{{ range(40) | combinations(20) | list }}', /more than/],
    ["{{ q('sequence', 'start=0 end=1000000000') }}", /more than/],
    ["{{ ('<' * 9999999) | e }}", /more than/],
    ["{{ '%(' * 10**5 % {} }}", /unsupported format/],
    [
      '{% set l = [1] %}{% for i in range(60) %}{% set _ = l.extend(l) %}{% endfor %}{{ l | length }}',
      /more than/,
    ],
    ["{{ ('a' * 5000 ~ '!') | regex_search('^(a+)+$') }}", /takes too long/],
    [`{{ ${'('.repeat(5000)}1${')'.repeat(5000)} }}`, /nested too deeply/],
    [`{{ ${'not '.repeat(5000)}1 }}`, /nested too deeply/],
    ['{{ (range(300) | product(range(300), range(300))) | length }}', /more than/],
    ["{{ '1' * 100000 | int }}", /./],
  ])('%s ends soon with a clear error', (text, why) => {
    const templar = createTemplar({ scope });
    const started = performance.now();
    let message = '';
    try {
      templar.evaluate({ kind: 'scalar', value: text, position, template: true });
      message = 'a value';
    } catch (error) {
      message = error instanceof GatError ? error.what : `bug: ${String(error)}`;
    }
    expect(message).toMatch(why);
    expect(message).not.toMatch(/^bug/);
    expect(performance.now() - started).toBeLessThan(30_000);
  });

  test.each([
    '__proto__',
    'constructor',
    'prototype',
    '__class__',
    'toString',
    'hasOwnProperty',
    '__defineGetter__',
    'cells',
    'length',
  ])('finds nothing of JavaScript by %s', (name) => {
    const templar = createTemplar({ scope });
    for (const object of [
      'd',
      'l',
      's',
      'a',
      '1.5',
      'range(2)',
      'lookup',
      'namespace(x=1)',
      's.upper',
      '(1,)',
      'none',
    ]) {
      for (const text of [`{{ ${object}.${name} is defined }}`, `{{ ${object}['${name}'] is defined }}`]) {
        expect(templar.evaluate({ kind: 'scalar', value: text, position, template: true })).toBe(false);
      }
    }
  });

  test('may use such names as keys', () => {
    const hostile = nodeOf(
      new Map([
        ['__proto__', 'p'],
        ['constructor', 'c'],
      ]),
      position,
    );
    const templar = createTemplar({ scope: { lookup: () => hostile, names: () => ['h'] } });
    const evaluate = (value: string) => templar.evaluate({ kind: 'scalar', value, position, template: true });
    expect(evaluate("{{ h['__proto__'] }}{{ h.constructor }}")).toBe('pc');
    expect(evaluate('{{ h | dict2items | length }}')).toBe(2);
    expect(evaluate('{{ h | to_json | from_json == h }}')).toBe(true);
    expect(({} as { p?: string }).p).toBeUndefined();
  });
});

describe('a long text takes no time that grows with its square', () => {
  test.each([
    ["{{ ('<' * 10**6) | striptags | length }}", 1_000_000],
    ["{{ ('<!--' * 10**5) | striptags | length }}", 400_000],
    ["{{ ('a-' * 10**5) | wordwrap(10) | length }}", 219_999],
    ["{{ ('-' * 10**5) | wordwrap(10) | length }}", 109_999],
    ["{{ ('../' * 10**5) | normpath | length }}", 299_999],
    ["{{ ('www.' * 10**4) | urlize | length }}", 80_037],
  ])('%s', (text, length) => {
    const position = { file: 'long.j2', line: 1, column: 1 };
    const templar = createTemplar({ scope: { lookup: () => undefined, names: () => [] } });
    expect(templar.evaluate({ kind: 'scalar', value: text, position, template: true })).toBe(length);
  });
});
