/** What beginners write that is no YAML, and what they are told. */
import { expect, test } from 'vitest';
import { GatError } from '../../src/base/errors.ts';
import { renderPosition } from '../../src/base/position.ts';
import { parseSyntax } from '../../src/project/yaml/parse.ts';

function told(text: string): string {
  try {
    parseSyntax(text, 'f.yml');
  } catch (error) {
    if (!(error instanceof GatError)) throw error;
    const places = error.where.map((one) => ('file' in one ? renderPosition(one).replace('f.yml:', '') : ''));
    return `${places} ${error.what.replace('cannot parse f.yml: ', '')} | ${error.fix ?? ''}`;
  }
  throw new Error('it was read');
}

const written: readonly (readonly [string, string])[] = [
  ['an item further left than the others', 'a:\n   - x: 1\n     y: 2\n  - x: 3\n'],
  ['an item further right', 'a:\n  - x: 1\n   - x: 3\n'],
  ['a key of an item further left', 'a:\n  - x: 1\n   y: 3\n'],
  ['a key further right', 'a:\n  b: 1\n   c: 2\n'],
  ['a key further left', 'a:\n    b: 1\n  c: 2\n'],
  ['a key below a value', 'a: 1\n  b: 2\n'],
  ['a line without a colon', 'a: 1\nfoo\nb: 2\n'],
  ['a play without a colon', '- hosts x\n  roles:\n   - a\n'],
  ['a colon without a space', 'a:1\nb: 2\n'],
  ['a dash without a space', '-a\n-b\nc: 1\n'],
  ['a second colon', 'a: b: c\n'],
  ['an item among keys', 'a: 1\n- b\n'],
  ['an open quote', 'b: 1\na: "x\nc: 2\n'],
  ['an apostrophe', "a: 'it's'\nb: 2\n"],
  ['text after a quote', 'a: "x"/y\n'],
  ['an open bracket', 'a: [1, 2\nb: 3\n'],
  ['an open brace', 'a: {x: 1\nb: 3\n'],
  ['a template', 'a: {{ x }}/y\n'],
  ['an at sign', 'a: @x\n'],
  ['a Windows path', 'a: "C:\\path"\n'],
  ['a merge', 'a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n'],
  ['a tab', 'a:\n\tb: 1\n'],
];

test('each mistake has its place, its reason and its remedy', () => {
  const all = written.map(([title, text]) => `${title}\n  ${told(text).replace(' | ', '\n  ')}`);
  expect(`\n${all.join('\n')}\n`).toMatchInlineSnapshot(`
    "
    an item further left than the others
      4:3 this line has 2 spaces before it, which fits no line above
      begin it with 3 spaces, to fit line 2
    an item further right
      3:4 this line has 3 spaces before it, which fits no line above
      begin it with 2 spaces, to fit line 2
    a key of an item further left
      3:4 this line has 3 spaces before it, which fits no line above
      begin it with 4 spaces, to fit line 2
    a key further right
      3:4 this line has 3 spaces before it, though the line above has its value already
      begin it with 2 spaces, like the line above
    a key further left
      3:3 this line has 2 spaces before it, which fits no line above
      begin it with 4 spaces, to fit line 2
    a key below a value
      2:3 this line has 2 spaces before it, though the line above has its value already
      begin it with no space, like the line above
    a line without a colon
      2:1 this line has no colon after its name
      write: name: value
    a play without a colon
      1:3 this line has no colon after its name
      write: name: value
    a colon without a space
      1:1 there is no space after the colon
      write: name: value
    a dash without a space
      1:1 there is no space after the -
      write: - item
    a second colon
      1:4 there is a second colon in the value
      put the value into quotes: name: "…"
    an item among keys
      2:1 an item of a list stands among names
      indent it below the name that it belongs to, or take out the -
    an open quote
      2:4 this quote is not closed
      end the value with "
    an apostrophe
      1:8 the value goes on after its closing quote
      put quotes around all of it; in '…' a quote is written twice: 'it''s'
    text after a quote
      1:7 the value goes on after its closing quote
      put quotes around all of it; in '…' a quote is written twice: 'it''s'
    an open bracket
      2:1 a [ above is not closed
      close it with ]
    an open brace
      2:1 a { above is not closed
      close it with }
    a template
      1:11 a value that begins with {{ must stand in quotes
      put quotes around all of the value: "{{ … }}"
    an at sign
      1:4 a value cannot begin with @
      put the value into quotes
    a Windows path
      1:7 in "…" a backslash begins a special character
      write '…' instead, or the backslash twice
    a merge
      2:1 a merge that was not finished is left in it
      decide which lines are right, and take out those that begin with <<<<<<<, ======= and >>>>>>>
    a tab
      2:1 tabs are not allowed as indentation
      replace the tab at the start of this line by spaces
    "
  `);
});
