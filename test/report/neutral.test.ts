import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Secret } from '../../src/base/secret.ts';
import { draw } from '../../src/report/line.ts';
import { MAX_LINE, neutralise, neutralLines } from '../../src/report/neutral.ts';

/** What a terminal or a CI runner could obey. */
const DANGEROUS = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|^\s*::|##\[|##vso\[|##teamcity\[|section_(start|end):/u;

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '\u001b[2J',
        '\u001b]0;title\u0007',
        '\u001b]8;;http://x\u001b\\',
        '\u009b31m',
        '\u001b',
        '\r',
        '\n',
        '\t',
        '\0',
      ),
      fc.constantFrom(
        '::',
        ':',
        '::set-output name=a::b',
        '##',
        '[',
        '##vso[task.x]',
        '##teamcity[',
        'section_start:1:a',
        '\u202e',
        '\uD800',
        '\uFEFF',
      ),
    ),
  )
  .map((parts) => parts.join(''));

describe('neutralise', () => {
  test.each<[string, string, string]>([
    ['drops colours and cursor movements', 'a\u001b[31mred\u001b[0m\u001b[2Jb', 'aredb'],
    ['drops a window title', '\u001b]0;owned\u0007text', 'text'],
    ['spells out control characters', 'a\u0007b\u0000c\u0085d', 'a\\x07b\\x00c\\x85d'],
    ['spells out a newline inside of a name', 'a\nb', 'a\\nb'],
    ['spells out marks that turn text around', 'user\u202etxt.exe', 'user\\u{202e}txt.exe'],
    ['replaces half of a surrogate pair', 'a\uD800b', 'a\uFFFDb'],
    ['breaks commands of Azure and old GitHub', 'x ##vso[a] ##[group]b', 'x # #vso[a] # #[group]b'],
    ['breaks sections of GitLab', 'section_start:1:x', 'section_star t:1:x'],
    ['keeps ordinary text of any language', 'Größe → 日本 👍 ✓', 'Größe → 日本 👍 ✓'],
  ])('%s', (_title, text, expected) => expect(neutralise(text)).toBe(expected));

  it('cuts long lines', () => expect(neutralise('x'.repeat(5000))).toBe(`${'x'.repeat(MAX_LINE - 1)}…`));

  it('finds a secret that an escape sequence splits', () => {
    new Secret('split-canary-77');
    expect(neutralise('pw split-\u001b[1mcanary-77 end')).toBe('pw *** end');
  });

  it('leaves nothing that a terminal or a runner could obey', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const line of draw([[text], ['  ', { text, style: 'bad' }]], (one) => one).split('\n')) {
          expect(line).not.toMatch(DANGEROUS);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('neutralLines', () => {
  it('keeps only the last drawing of a line that was redrawn', () => {
    expect(neutralLines('10 %\r50 %\r100 %\r\nnext\r\n')).toEqual(['100 %', 'next']);
  });

  it('finds a secret of several lines', () => {
    new Secret('first-line-9\nsecond-line-9');
    expect(neutralLines('a first-line-9\nsecond-line-9 b')).toEqual(['a *** b']);
  });
});
