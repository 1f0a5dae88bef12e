import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/base/secret.ts';
import { amqpLogin, parseFrames } from '../../src/verify/checks/amqp-login.ts';

const recorded = (name: string): string => readFileSync(`test/verify/amqp/${name}.out`, 'utf8');

const check = amqpLogin({
  id: 'login',
  from: 'gat-1',
  address: '127.0.0.1',
  port: 5671,
  user: 'fixture',
  password: new Secret('pw'),
  vhost: '/pulsar/galaxy_au',
});

describe('a login to a recorded broker', () => {
  test.each<[string, string, { ok: boolean; got: RegExp }]>([
    ['is let in', 'good', { ok: true, got: /^logged in/ }],
    ['with a wrong password is refused', 'wrong-password', { ok: false, got: /^refused: ACCESS_REFUSED/ }],
    ['without a permission is refused', 'no-permission', { ok: false, got: /access to vhost '\/' refused/ }],
    ['to no virtual host is refused', 'no-vhost', { ok: false, got: /vhost \/nowhere not found/ }],
  ])('%s', (_title, name, expected) => {
    const verdict = check.judge({ code: 0, stdout: recorded(name), stderr: '' });
    expect(verdict.ok).toBe(expected.ok);
    expect(verdict.got).toMatch(expected.got);
  });

  test('that gets no answer says what openssl said', () => {
    const verdict = check.judge({ code: 1, stdout: '', stderr: 'connect:errno=111\n' });
    expect(verdict).toMatchObject({ ok: false, got: 'connect:errno=111' });
  });

  test('parses the frames of a whole conversation', () =>
    expect(parseFrames(recorded('good')).map((one) => one.method)).toEqual(['10.10', '10.30', '10.41', '10.51']));

  test('takes output that is cut in the middle of a frame', () =>
    expect(parseFrames(recorded('good').slice(0, 600)).length).toBeLessThan(2));
});

test('the password stands in the program only, as bytes for printf, and never in what is shown', () => {
  expect(check.script.redacted).not.toContain('160\\167');
  expect(check.script.source).toContain('\\160\\167');
});
