import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { listeners, parseListeners } from '../../src/verify/checks/listeners.ts';
import { tlsHandshake } from '../../src/verify/checks/tls.ts';

const recorded = (name: string): string => readFileSync(`test/verify/${name}.out`, 'utf8');
const check = tlsHandshake({
  id: 'x',
  from: 'pulsar',
  address: 'galaxy.lab.test',
  port: 5671,
  name: 'galaxy.lab.test',
});

describe('a TLS handshake', () => {
  test.each<[string, string, number, { ok: boolean; got: RegExp; fix?: RegExp }]>([
    ['is good', 'good', 0, { ok: true, got: /^TLSv1\.3, TLS_AES_256_GCM_SHA384, chain and name verified$/ }],
    ['fails for a wrong name', 'wrong-name', 1, { ok: false, got: /mismatch/, fix: /certbot_domains/ }],
    ['fails for a chain nobody trusts', 'untrusted', 1, { ok: false, got: /local issuer/, fix: /does not trust/ }],
    ['fails where nothing listens', 'refused', 1, { ok: false, got: /refused/, fix: /nothing listens/ }],
    [
      "fails for another's key, though openssl says `Verify return code: 0`",
      'key-of-another',
      1,
      { ok: false, got: /error/, fix: /belong together/ },
    ],
  ])('%s', (_title, name, code, expected) => {
    const verdict = check.judge({ code, stdout: recorded(`tls/${name}`), stderr: '' });
    expect(verdict.ok).toBe(expected.ok);
    expect(verdict.got).toMatch(expected.got);
    if (expected.fix) expect(verdict.fix).toMatch(expected.fix);
  });

  test('gets no answer where a firewall drops packets', () =>
    expect(check.judge({ code: 124, stdout: '', stderr: '' })).toEqual({
      ok: false,
      got: 'no answer in 15 s',
      fix: 'nothing answers: open the port in the firewalls between',
    }));

  test("the output for another's key does hold the misleading line", () =>
    expect(recorded('tls/key-of-another')).toContain('Verify return code: 0 (ok)'));
});

describe('listeners', () => {
  const judge = (port: number, reach: 'network' | 'loopback' | 'nobody') =>
    listeners({ id: 'x', host: 'h', of: 'it', ports: [{ port, reach, use: 'test' }] }).judge({
      code: 0,
      stdout: recorded('ss'),
      stderr: '',
    });

  test.each([
    [5671, 'network', true],
    [5672, 'loopback', true],
    [5672, 'nobody', false],
    [15672, 'loopback', true],
    [80, 'loopback', false],
    [9999, 'nobody', true],
    [9999, 'network', false],
  ] as const)('%i for %s: %s', (port, reach, ok) => expect(judge(port, reach).ok).toBe(ok));

  test('are told apart by address family', () =>
    expect(parseListeners(recorded('ss')).get(443)).toEqual(['0.0.0.0', '[::]']));
});
