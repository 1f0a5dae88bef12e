import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/base/secret.ts';
import { feed, nothing, quoteWord, sh, steps } from '../../src/base/shell.ts';

/** Text that would love to be something else in a shell. */
const hostile = fc.string({
  unit: fc.constantFrom(
    'a',
    ' ',
    "'",
    '"',
    '$',
    '`',
    '\\',
    '\n',
    '\t',
    ';',
    '&',
    '|',
    '(',
    ')',
    '*',
    '~',
    '-',
    '!',
    'é',
    '{',
    '}',
    '#',
    '%',
  ),
  maxLength: 40,
});

describe('quoting', () => {
  test('gives a program exactly the words that went in, whatever they hold', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 5 }), (words) => {
        const script = sh`for word in ${words}; do printf '%s\\0' "$word"; done`;
        const output = execFileSync('/bin/sh', ['-s'], { input: script.source, encoding: 'utf8' });
        expect(output.split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 60 },
    );
  });

  test('feeds a text to standard input byte for byte', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(execFileSync('/bin/sh', ['-s'], { input: feed(text, sh`cat`).source, encoding: 'utf8' })).toBe(
          text,
        );
      }),
      { numRuns: 60 },
    );
  });

  test('refuses a NUL byte', () => expect(() => quoteWord('a\0b')).toThrow('NUL'));

  test('leaves plain words as they are', () =>
    expect(sh`stat -- ${'/etc/hosts'}`.source).toBe('stat -- /etc/hosts'));
});

describe('a script with a secret', () => {
  const script = steps(sh`login ${new Secret("it's secret")}`, nothing);
  test('holds it in its source', () => expect(script.source).toContain("'it'\\''s secret'"));
  test('shows it nowhere else', () => {
    expect([script.redacted, String(script), JSON.stringify(script), `${script}`].join()).not.toContain('secret');
    expect(script.isSecret).toBe(true);
  });
});
