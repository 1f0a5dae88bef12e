import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { CommanderError } from 'commander';
import { describe, expect, it, test } from 'vitest';
import type { Result } from '../../src/apply/outcome.ts';
import { type ErrorClass, GatError, Problems } from '../../src/base/errors.ts';
import { EXIT, exitCodeFor, exitCodeOf, renderExitCodes } from '../../src/cli/exit-codes.ts';
import type { CheckResult } from '../../src/verify/run.ts';

const error = (of: ErrorClass): GatError => new GatError({ code: 'a/b', what: 'cannot do it', class: of });

describe('exit codes', () => {
  it('are never renumbered', () => {
    expect(EXIT).toEqual({
      ok: 0,
      bug: 1,
      config: 2,
      unreachable: 3,
      apply: 4,
      verify: 5,
      lock: 6,
      pending: 7,
      stale: 8,
      interrupted: 130,
      terminated: 143,
    });
  });

  it('are documented', () => {
    expect(readFileSync(resolve(import.meta.dirname, '../../docs/exit-codes.md'), 'utf8')).toBe(renderExitCodes());
  });

  test.each<[string, unknown, number]>([
    ['a wrong variable', error('config'), 2],
    ['a host that is away', error('unreachable'), 3],
    ['a busy lock', error('lock'), 6],
    ['a stale plan', error('stale'), 8],
    ['several wrong variables', new Problems([error('config'), error('config')]), 2],
    ['a wrong variable and a failed change', new Problems([error('config'), error('apply')]), 4],
    ['an unknown option', new CommanderError(1, 'commander.unknownOption', 'error: unknown option'), 2],
    ['help', new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)'), 0],
    ['a bug', new TypeError('x is not a function'), 1],
    ['something that is no error', 'text', 1],
  ])('of %s', (_title, thrown, code) => expect(exitCodeFor(thrown)).toBe(code));

  const outcome = (...statuses: Result['status'][]) => ({
    results: new Map(
      statuses.map((status, n) => [`${n}`, { host: 'a', resource: `file[/${n}]`, status, summary: '', ms: 0 }]),
    ),
  });
  const check = (ok: boolean): CheckResult => ({ verdict: { ok, got: '' }, ms: 0 }) as CheckResult;

  test.each<[string, Parameters<typeof exitCodeOf>[0], number]>([
    ['a good run', { outcome: outcome('changed', 'unchanged'), checks: [check(true)] }, 0],
    ['a failed change, even if a host is away', { outcome: outcome('failed', 'blocked'), unreachable: true }, 4],
    [
      'a host that is away, even if a check fails',
      { outcome: outcome(), unreachable: true, checks: [check(false)] },
      3,
    ],
    ['a failed check', { outcome: outcome('changed'), checks: [check(true), check(false)] }, 5],
    ['a run that was stopped', { outcome: outcome('changed', 'skipped') }, 130],
  ])('of %s', (_title, run, code) => expect(exitCodeOf(run)).toBe(code));
});
