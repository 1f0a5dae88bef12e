import { expect, test } from 'vitest';
import { shownOf } from '../../src/verify/shown.ts';

test.each([
  ['url https://g.example.org/api/jobs/1/files?job_key=69d8ab&path=x', 'job_key=***&path=x'],
  ['GET /jobs?private_token=se.cret HTTP/1.1', '?private_token=*** HTTP/1.1'],
  ['a plain line', 'a plain line'],
])('keys in addresses are hidden: %s', (said, shown) => expect(shownOf(said)).toContain(shown));
