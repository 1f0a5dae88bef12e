import { expect, test } from 'vitest';
import { lastLine } from '../../../src/verify/job/finding.ts';

const REASON = "[Errno 111] Connection refused'))";

test.each<[string, string, string | RegExp]>([
  ['is what a text ends with', 'Traceback\nKeyError: x\n\n', /^KeyError: x$/],
  ['of nothing is nothing', '', /^$/],
  [
    'is told with its end when it is long, as that says why',
    `ConnectionError${'a'.repeat(1000)}${REASON}`,
    /^Conn.* … a+\[Errno 111\] Connection refused'\)\)$/,
  ],
])('the last line %s', (_title, text, expected) => {
  expect(lastLine(text)).toMatch(expected);
  expect(lastLine(text).length).toBeLessThan(400);
});
