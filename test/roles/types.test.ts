import { describe, expect, test } from 'vitest';
import { listOf, word } from '../../src/roles/types.ts';

describe('a list of words', () => {
  test.each<[string, unknown, readonly string[]]>([
    ['as it is', ['a', 'b'], ['a', 'b']],
    ['of one, written without brackets', 'a', ['a']],
    ['of an address in brackets', '[::1]', ['[::1]']],
    ['of nothing', [], []],
  ])('is taken %s', (_title, value, expected) => expect(listOf(word).parse(value)).toEqual(expected));

  test.each([['["a"]'], ["['a', 'b']"], ['[]'], [' [{"name": "a"}] ']])('is not taken from the text %s', (value) =>
    expect(listOf(word).safeParse(value).error?.issues[0]?.message).toMatch(/^is text that looks like a list/),
  );
});
