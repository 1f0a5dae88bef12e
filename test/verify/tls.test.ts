import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { listeners, parseListeners } from '../../src/verify/checks/listeners.ts';
import { certificateLife, tlsHandshake } from '../../src/verify/checks/tls.ts';

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

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

const { judge } = certificateLife({ id: 'life', host: 'one', file: '/etc/ssl/cert.pem' });
const dates = 'notBefore=Dec  1 23:59:59 2027 GMT\nnotAfter=Feb 29 23:30:00 2028 GMT\n';

test.each(['UTC', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Kiritimati'])(
  'the life of a certificate that ends on a leap day is the same in the zone %s (F19)',
  (name) => {
    process.env.TZ = name;
    const at = (now: string) => judge({ code: 0, stdout: `${Date.parse(now) / 1000}\n${dates}`, stderr: '' });
    expect(at('2028-01-30T23:30:00Z')).toEqual({ ok: true, got: '30 days left, until 2028-02-29' });
    expect(at('2028-02-29T23:29:00Z')).toMatchObject({ ok: false, got: '0 days left, until 2028-02-29' });
    expect(at('2028-03-01T00:00:00Z')).toMatchObject({ ok: false, got: '-1 days left, until 2028-02-29' });
    expect(at('2027-12-01T23:59:58Z').ok).toBe(false);
  },
);
