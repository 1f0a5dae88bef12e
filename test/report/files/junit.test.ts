import { describe, expect, test } from 'vitest';
import { GatError, Problems } from '../../../src/base/errors.ts';
import { Secret } from '../../../src/base/secret.ts';
import { renderJunit } from '../../../src/report/files/junit.ts';
import { checks, failure, outcome, unreachable } from '../sample.ts';

const startedAt = Date.UTC(2026, 0, 2, 3, 4, 5);

describe('JUnit', () => {
  test('of a run looks as it should', () =>
    expect(
      renderJunit({
        startedAt,
        events: [],
        outcome,
        checks,
        errors: [],
        unreachable: [{ host: 'gat-9', error: unreachable }],
      }),
    ).toMatchFileSnapshot('./run.junit.xml'));

  test('of nothing has a case, as tools ask for one', () =>
    expect(renderJunit({ startedAt, events: [], errors: [] })).toContain('tests="1" failures="0"'));

  test('names each of several errors', () =>
    expect(renderJunit({ startedAt, events: [], errors: [new Problems([failure, unreachable])] })).toContain(
      'tests="2" failures="0" errors="2"',
    ));

  test('has no line that a runner obeys, should it print the file', () => {
    const error = new GatError({
      code: 'x/y',
      what: 'cannot',
      why: 'said:\n::error::forged\n##[group]g\nsection_end:1:x',
    });
    const xml = renderJunit({ startedAt, events: [], errors: [error] });
    expect(xml).toContain('forged');
    expect(xml).not.toMatch(/^\s*::|##\[|section_end:/m);
  });

  test('holds no secret, no control character and no markup of a host', () => {
    const secret = new Secret('junit-canary-secret');
    const error = new Error(`\u0000\u001b]0;title\u0007 ]]> <script> & " ${secret.reveal()} \uFFFF`);
    const xml = renderJunit({ startedAt, events: [], errors: [error] });
    expect(xml).not.toMatch(/junit-canary|<script|\]\]>|[^\P{Cc}\n\t]/u);
  });
});
