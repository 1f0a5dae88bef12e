/** YAML as PyYAML reads it for Ansible: values, positions, limits. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatError } from '../../src/base/errors.ts';
import type { Node } from '../../src/base/node.ts';
import { renderPosition } from '../../src/base/position.ts';
import { Secret } from '../../src/base/secret.ts';
import { rawValue, renderJson } from '../../src/project/json-text.ts';
import type { Warning } from '../../src/project/yaml/context.ts';
import { parseValues } from '../../src/project/yaml/load.ts';

const parse = (text: string): Node => parseValues(text, { file: 'f.yml' });
const json = (text: string): string =>
  renderJson(rawValue(parse(text)), { keepTypes: true })
    .replace(/\n\s*/g, ' ')
    .trim();

function errorOf(text: string): GatError {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof GatError) return error;
    throw error;
  }
  throw new Error(`no error for ${JSON.stringify(text)}`);
}

describe('plain scalars are those of YAML 1.1', () => {
  test.each([
    ['yes', 'true'],
    ['Off', 'false'],
    ['y', '"y"'],
    ['tRue', '"tRue"'],
    ['010', '8'],
    ['0o17', '"0o17"'],
    ['08', '"08"'],
    ['0x1F', '31'],
    ['0b11', '3'],
    ['1_000', '1000'],
    ['1:30', '90'],
    ['190:20:30.15', '685230.15'],
    ['1e3', '"1e3"'],
    ['1.0e+3', '1000.0'],
    ['1.', '1.0'],
    ['-.inf', '{"__float__": "-inf"}'],
    ['12345678901234567890', '12345678901234567890'],
    ['2021-01-01', '{"__date__": "2021-01-01"}'],
    ['2001-12-14t21:59:43.10-05:00', '{"__datetime__": "2001-12-14T21:59:43.100000-05:00"}'],
    ['2021-1-1', '"2021-1-1"'],
    ['~', 'null'],
    ['nULL', '"nULL"'],
    ["'yes'", '"yes"'],
    ['!!str yes', '"yes"'],
    ['!!int "0x10"', '16'],
    ['!unsafe "yes"', 'true'],
  ])('%s is %s', (text, expected) => expect(json(`a: ${text}\n`)).toBe(`{ "a": ${expected} }`));
});

describe('structures are those of PyYAML', () => {
  test.each([
    ['a comment right after a value', 'a: [1]# c\nb: "x"#c\n', '{ "a": [ 1 ], "b": "x" }'],
    [
      'a comment right after a header',
      'a: |#c\n  x\nb: {y: 1,#c\n  z: 2}\n',
      '{ "a": "x\\n", "b": { "y": 1, "z": 2 } }',
    ],
    ['the last of two equal keys wins', 'a: 1\na: 2\n', '{ "a": 2 }'],
    [
      'merged keys come first and lose',
      'b: &b {x: 1, y: 2}\na: {y: 3, <<: *b}\n',
      '{ "b": { "x": 1, "y": 2 }, "a": { "x": 1, "y": 3 } }',
    ],
    [
      'of a list of merged dicts the first wins',
      'a: &a {x: 1}\nb: &b {x: 2}\nc: {<<: [*a, *b]}\n',
      '{ "a": { "x": 1 }, "b": { "x": 2 }, "c": { "x": 1 } }',
    ],
    ['a flow list may go on unindented', 'x: [\n1,\n2\n]\ny: "a\nb"\n', '{ "x": [ 1, 2 ], "y": "a b" }'],
    ['CRLF ends lines', 'a: |\r\n  x\r\n  y\r\n', '{ "a": "x\\ny\\n" }'],
    ['a byte order mark is no indentation', '\ufeff- a: 1\n  b: 2\n- c\n', '[ { "a": 1, "b": 2 }, "c" ]'],
    ['a byte order mark is skipped', '\ufeffa: 1\n', '{ "a": 1 }'],
    ['an empty file is null', '# nothing\n---\n', 'null'],
    ['JSON is read as JSON', '{"a": 1e3, "b": 1.0}', '{ "a": 1000.0, "b": 1.0 }'],
    ['what is no JSON is YAML', '{"a": 010}', '{ "a": 8 }'],
    [
      'odd names are just names',
      '__proto__: 1\nconstructor: {__proto__: 2}\n',
      '{ "__proto__": 1, "constructor": { "__proto__": 2 } }',
    ],
  ])('%s', (_title, text, expected) => expect(json(text)).toBe(expected));

  test('keys know their places, and a repeated one is a warning', () => {
    const warnings: Warning[] = [];
    const node = parseValues('a:\n  - 1\nb: 2\na: 3\n', { file: 'f.yml', warn: (one) => warnings.push(one) });
    expect(node.kind === 'dict' && renderPosition(node.keyPositions?.get('b') ?? node.position)).toBe('f.yml:3:1');
    expect(warnings.map((one) => `${renderPosition(one.position)} ${one.text}`)).toEqual([
      'f.yml:4:1 the key a stands in line 1 already; the last one counts',
    ]);
  });

  test('no prototype is touched by hostile keys', () => {
    parse('__proto__: {polluted: yes}\n');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('mistakes name file, line and column', () => {
  test.each([
    ['a tab that indents', 'a:\n\tb: 1\n', 'yaml/syntax', 'f.yml:2:1'],
    ['a template without quotes', 'x: 1\na: {{ b }}\n', 'yaml/syntax', 'f.yml:2:5'],
    ['two documents', 'a: 1\n---\nb: 2\n', 'yaml/syntax', 'f.yml:2:1'],
    ['an unknown tag', 'a: !vaultt x\n', 'yaml/unknown-tag', 'f.yml:1:12'],
    ['an alias of nothing', 'a: *b\n', 'yaml/value', 'f.yml:1:4'],
    ['an anchor in itself', 'a: &x [*x]\n', 'yaml/value', 'f.yml:1:8'],
    ['a day that does not exist', 'a: 2021-13-45\n', 'yaml/value', 'f.yml:1:4'],
    ['a control character', 'a: \u0001\n', 'yaml/syntax', 'f.yml:1:4'],
    ['an open quote', 'b: 1\na: "x\n', 'yaml/syntax', 'f.yml:2:4'],
  ])('%s', (_title, text, code, where) => {
    const error = errorOf(text);
    expect([error.code, error.where.map((one) => ('file' in one ? renderPosition(one) : ''))]).toEqual([
      code,
      [where],
    ]);
  });

  test('an unknown tag comes with the one that was meant', () =>
    expect(errorOf('a: !valut x\n').fix).toBe('did you mean !vault?'));
});

describe('limits hold', () => {
  test('an alias bomb is refused', () => {
    const levels = ['a0: &a0 [x,x,x,x,x,x,x,x,x]'];
    for (let level = 1; level < 10; level++)
      levels.push(
        `a${level}: &a${level} [${Array(9)
          .fill(`*a${level - 1}`)
          .join(',')}]`,
      );
    expect(errorOf(`${levels.join('\n')}\n`).code).toBe('yaml/limit');
  });

  test.each([
    ['flow lists', '['.repeat(100_000)],
    ['flow maps', '{a: '.repeat(20_000)],
    ['block lists', '- '.repeat(5_000)],
    ['JSON lists', `${'['.repeat(3_000)}${']'.repeat(3_000)}`],
    ['indentation', Array.from({ length: 2_000 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('')],
  ])('endless nesting of %s is refused', (_title, text) => expect(errorOf(text)).toBeInstanceOf(GatError));
});

describe('secrets', () => {
  test('texts of a decrypted file are secrets, names and numbers are not', () => {
    const node = parseValues('a: text\nb: 5\n', { file: 'f.yml', secretText: (text) => new Secret(text) });
    expect(JSON.stringify([...(rawValue(node) as Map<string, unknown>)])).toBe('[["a","***"],["b",5]]');
  });

  test('an encrypted value is decrypted when it is read, once for each reader, and is no template', () => {
    let calls = 0;
    const node = parseValues('a: !vault x\nb: 1\n', {
      file: 'f.yml',
      decrypt: () => new Secret(`{{ ${++calls} }}`),
    });
    expect(calls).toBe(0);
    const value = node.kind === 'dict' ? node.entries.get('a') : undefined;
    expect(value?.kind === 'scalar' && [String(value.value), value.template, calls]).toEqual(['***', false, 1]);
  });
});

test('any text gives a value or a positioned error, soon', () => {
  const pieces = fc.constantFrom(
    'a',
    ':',
    ' ',
    '\n',
    '-',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '&x',
    '*x',
    '!t',
    '|',
    '>',
    '#',
    ',',
    '?',
    '\t',
    '<<',
    '%',
    '---\n',
    '0',
    'é',
    '\r',
    '\\',
  );
  const texts = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        parse(text);
      } catch (error) {
        expect(error).toBeInstanceOf(GatError);
        expect((error as GatError).where.length).toBe(1);
      }
    }),
    { numRuns: 1500 },
  );
});

describe('encrypted values must be texts', () => {
  test.each(['x: !vault {a: 1}', 'x: !vault [1]', 'x: !vault |\ny: 1', 'x: !vault'])('%s', (text) => {
    expect(errorOf(text).code).toBe('yaml/value');
  });
});
