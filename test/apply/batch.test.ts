import { describe, expect, test } from 'vitest';
import { batchReader, type StepEnd } from '../../src/apply/batch.ts';

/** What a batch's reader makes of this output. */
function endsOf(output: string): readonly StepEnd[] {
  const ends: StepEnd[] = [];
  const read = batchReader('f00d', {
    begin: () => {},
    line: () => {},
    end: (end) => ends.push(end),
    outside: () => {},
  });
  read(Buffer.from(output));
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

  test('a step that was left out', () =>
    expect(endsOf('@f00d skip s1\n')).toMatchObject([{ name: 's1', code: 'skipped' }]));
});
