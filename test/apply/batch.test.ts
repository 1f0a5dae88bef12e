import { describe, expect, test } from 'vitest';
import { batchReader, type StepEnd } from '../../src/apply/batch.ts';
import { Secret } from '../../src/base/secret.ts';

/** What a batch's reader makes of this output. */
function endsOf(...output: readonly string[]): readonly StepEnd[] {
  const ends: StepEnd[] = [];
  const read = batchReader('f00d', {
    begin: () => {},
    line: () => {},
    end: (end) => ends.push(end),
    outside: () => {},
  });
  for (const chunk of output) read(Buffer.from(chunk));
  return ends;
}

describe('what a batch tells of its steps', () => {
  test.each<[string, string, Partial<StepEnd>]>([
    [
      'an end in good time',
      '@f00d begin s0 10\nsaid\n@f00d end s0 0 12\n',
      { code: 0, output: 'said', seconds: 2 },
    ],
    ['a late one', '@f00d begin s0 10\n@f00d late s0\n@f00d end s0 124 40\n', { code: 124, isLate: true }],
    [
      'a remark on an end that is good',
      '@f00d begin s0 10\n@f00d remark it waits for b\n@f00d end s0 0 12\n',
      { code: 0, remark: 'it waits for b' },
    ],
    [
      'a remark that the host forged is output',
      '@f00d begin s0 10\n@beef remark all is well\n@f00d end s0 0 12\n',
      { code: 0, output: '@beef remark all is well' },
    ],
  ])('%s', (_title, output, expected) => {
    expect(endsOf(output)).toMatchObject([{ name: 's0', ...expected }]);
  });

  test('how much of a long output is left out', () => {
    const lines = Array.from({ length: 1500 }, (_, index) => `line ${index + 1}`);
    const [end] = endsOf(`@f00d begin s0 10\n${lines.join('\n')}\n@f00d end s0 1 12\n`);
    expect(end?.output.split('\n').slice(0, 2)).toEqual(['(1440 earlier lines are left out)', 'line 1441']);
    expect(end?.output.split('\n').at(-1)).toBe('line 1500');
  });

  test('no part of a secret where a line without end is cut', () => {
    new Secret('straddles-the-cut-of-a-line');
    const line = `before straddles-the-cut-of-a-line ${'y'.repeat(65_536 - 12)}`;
    const [end] = endsOf('@f00d begin s0 10\n', line, '\n', '@f00d end s0 1 12\n');
    expect(end?.output.slice(0, 12)).toBe('before *** y');
    const cut = `${'y'.repeat(1990)} straddles-the-cut-of-a-line\n`;
    expect(endsOf('@f00d begin s0 10\n', cut, '@f00d end s0 1 12\n')[0]?.output).not.toContain('straddles');
  });

  test('a step that was left out', () =>
    expect(endsOf('@f00d skip s1\n')).toMatchObject([{ name: 's1', code: 'skipped' }]));
});
