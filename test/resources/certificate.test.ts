import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { certificate, certificateCopy } from '../../src/resources/index.ts';
import type { Observed, State } from '../../src/resources/kind.ts';

const recorded = (name: string): string => readFileSync(`test/resources/certificate/${name}.out`, 'utf8');

const galaxy = certificate('galaxy.lab.test', {
  domains: ['galaxy.lab.test'],
  server: 'https://acme.lab.test:14000/dir',
  webroot: '/srv/nginx/_well-known_root',
  challenge: ['--webroot', '-w', '/srv/nginx/_well-known_root'],
  options: ['-m', 'admin@lab.test', '--agree-tos'],
});
const items = [{ name: galaxy.name, props: galaxy.props }];
const good = galaxy.kind.desired(galaxy) as State;

const read = (text: string): Observed | undefined => galaxy.kind.probe.parse(text, items).get(galaxy.name);

describe('a certificate as it was read', () => {
  test('is as it should be', () => expect(read(recorded('certificate-good'))).toEqual(good));

  test('has no fitting key when that is gone', () =>
    expect(read(recorded('certificate-key-gone'))).toEqual({ ...good, key: 'does not fit' }));

  test('is absent when its file is broken', () =>
    expect(read(recorded('certificate-good').replace('MIIC', '!!!!'))).toBeUndefined());

  test('is absent when there is none, whatever certbot remembers', () =>
    expect(read(recorded('certificate-none'))).toBeUndefined());

  test.each([
    ['long enough, 31 days before the end', '2031-10-22T19:13:53Z', 'long enough'],
    ['nearly over, 29 days before the end', '2031-10-24T19:13:54Z', 'nearly over'],
    ['expired', '2031-11-22T19:13:54Z', 'expired'],
  ])('its life is %s', (_title, now, life) => {
    const text = recorded('certificate-good').replace(/^now \d+/, `now ${Date.parse(now) / 1000}`);
    expect(read(text)).toMatchObject({ life });
  });

  test('of six days counts as long enough until its last third', () => {
    const short = recorded('certificate-six-days');
    const at = (day: string) => short.replace(/^now \d+/, `now ${Date.parse(`2026-11-${day}Z`) / 1000}`);
    expect(read(at('26T18:30'))).toMatchObject({ life: 'long enough' });
    expect(read(at('26T20:30'))).toMatchObject({ life: 'nearly over' });
  });
});

describe.each(['UTC', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Kiritimati'])(
  'a certificate that ends on a leap day, as read in the zone %s (F19)',
  (zone) => {
    const before = process.env.TZ;
    beforeEach(() => {
      process.env.TZ = zone;
    });
    afterEach(() => {
      if (before === undefined) delete process.env.TZ;
      else process.env.TZ = before;
    });

    test.each([
      ['a second before its last third', '2028-01-30T23:39:59Z', 'long enough'],
      ['as soon as that begins', '2028-01-30T23:40:00Z', 'nearly over'],
      ['in its last second', '2028-02-29T23:29:59Z', 'nearly over'],
      ['when it is over', '2028-02-29T23:30:00Z', 'expired'],
      ['a day later', '2028-03-01T00:00:00Z', 'expired'],
    ])('%s', (_title, now, life) => {
      const text = recorded('certificate-leap-day').replace(/^now 0/, `now ${Date.parse(now) / 1000}`);
      expect(read(text)).toMatchObject({ life });
    });
  },
);

describe('getting a certificate', () => {
  const commands = (before: State | undefined, ...keys: string[]) =>
    galaxy.kind.apply([{ name: galaxy.name, props: galaxy.props, keys: new Set(keys), before, after: good }])
      .source;

  test('asks the authority with all that the admin said', () => {
    const script = commands(undefined);
    expect(script).toContain('--server https://acme.lab.test:14000/dir --webroot -w /srv/nginx/_well-known_root');
    expect(script).toContain('--cert-name galaxy.lab.test');
    expect(script).not.toContain('--force-renewal');
  });

  test('forces a new one where the old one is wrong', () =>
    expect(commands({ ...good, server: 'https://other' }, 'server')).toContain('--force-renewal'));

  test('clears the records away only when certbot could not read them', () => {
    expect(commands({ ...good, names: 'x' }, 'names')).not.toContain('rm -rf');
    expect(commands({ ...good, key: 'does not fit' }, 'key')).toContain('rm -rf -- /etc/letsencrypt/live/galaxy');
  });
});

describe('a copy of a key', () => {
  const copy = certificateCopy('/etc/ssl/user/privkey-rabbitmq.pem', {
    source: '/etc/letsencrypt/live/galaxy.lab.test/privkey.pem',
    owner: 'rabbitmq',
  });
  const state = (name: string) =>
    copy.kind.probe.parse(recorded(name), [{ name: copy.name, props: copy.props }]).get(copy.name);

  test.each<[string, string, Observed | undefined]>([
    ['is as its source', 'copies-good', { content: 'as its source', owner: 'as declared', mode: '0640' }],
    ['was edited', 'copies-edited', { content: 'another one', owner: '0:104', mode: '0640' }],
    ['is gone', 'copies-gone', undefined],
    ['has no source yet', 'copies-no-source', { unknown: 'there is no certificate to copy yet' }],
  ])('%s', (_title, name, expected) => expect(state(name)).toEqual(expected));
});
