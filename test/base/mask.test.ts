import fc from 'fast-check';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import { showNames } from '../../src/base/mask.ts';
import { maskKnown, Secret } from '../../src/base/secret.ts';

const CANARY = 'kJ7&q"Zé/p\'x w$%Q+9`b\\';

describe('maskKnown', () => {
  const secret = new Secret(CANARY);
  const forms: readonly (readonly [string, string])[] = [
    ['as it is', secret.reveal()],
    ['in base64', Buffer.from(CANARY).toString('base64')],
    ['in base64 for URLs', Buffer.from(CANARY).toString('base64url')],
    ['in a basic-auth header', Buffer.from(`galaxy:${CANARY}`).toString('base64').slice(10)],
    ['URL-encoded', encodeURIComponent(CANARY)],
    ['as a query', new URLSearchParams({ p: CANARY }).toString().slice(2)],
    ['URL-encoded in lower case', encodeURIComponent(CANARY).replace(/%../g, (code) => code.toLowerCase())],
    ['in JSON', JSON.stringify(CANARY).slice(1, -1)],
    ['in ASCII JSON', 'kJ7&q\\"Z\\u00e9/p\'x w$%Q+9`b\\\\'],
    ['in single quotes of a shell', CANARY.replaceAll("'", "'\\''")],
    ['in single quotes by Python', CANARY.replaceAll("'", `'"'"'`)],
    ['in double quotes of a shell', 'kJ7&q\\"Zé/p\'x w\\$%Q+9\\`b\\\\'],
    ['in YAML single quotes', CANARY.replaceAll("'", "''")],
    ['in XML', 'kJ7&amp;q"Zé/p\'x w$%Q+9`b\\'],
  ];

  test.each(forms)('hides a secret %s', (_title, form) => {
    expect(maskKnown(`before ${form} after`)).toBe('before *** after');
  });

  it('hides each line of a key, but not its armour', () => {
    const lines = ['MIIEvQIBADANBgkqhkiG9w0BAQEFAASC', 'BKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj'];
    new Secret(`-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`);
    expect(maskKnown(`x ${lines[1]} y`)).toBe('x *** y');
    expect(maskKnown('-----BEGIN PRIVATE KEY-----')).toBe('-----BEGIN PRIVATE KEY-----');
  });

  it('hides the password inside a URL that is a secret as a whole', () => {
    new Secret('amqp://pulsar:tr%C3%A4sor-42@broker.example.org:5671//pulsar');
    expect(maskKnown('login with träsor-42 refused')).toBe('login with *** refused');
  });

  it('hides what was clean before it became known', () => {
    expect(maskKnown('token becomes-known')).toBe('token becomes-known');
    new Secret('becomes-known');
    expect(maskKnown('token becomes-known')).toBe('token ***');
  });

  it('hides a beginning that was cut off', () => {
    new Secret('0123456789abcdef-cut');
    expect(maskKnown('token 0123456789abcd')).toBe('token ***');
    expect(maskKnown('token 0123456789abcd…')).toBe('token ***…');
    expect(maskKnown('the series 0123456789abcd ends')).toBe('the series 0123456789abcd ends');
  });

  test.each(['abc', 'galaxy', 'true', '5671', '15672', '     ', ''])('leaves the too common %j alone', (text) => {
    new Secret(text);
    expect(maskKnown(`say ${text} twice: ${text}`)).toBe(`say ${text} twice: ${text}`);
  });

  test.each([
    ['module', 'error[task/unknown-module]: cannot run'],
    ['undef', "error[var/undefined]: 'nope' is undefined"],
    ['task/', 'error[task/parameter]'],
    ['group', 'group_vars/all.yml:3:1'],
    ['hosts', 'at hosts:12:1'],
    ['site.', 'site.yml:4:54'],
  ])('leaves the short %j alone within words, codes and places', (text, line) => {
    new Secret(text);
    onTestFinished(() => showNames([text])); // other files' tests may say it
    expect(maskKnown(line)).toBe(line);
    for (const open of ['x ', '"', 'password=', 'amqp://user:'])
      expect(maskKnown(`${open}${text} ${open}${text}@host`)).toBe(`${open}*** ${open}***@host`);
  });

  it('hides a short text that is no word within others', () => {
    new Secret('hunt3r');
    expect(maskKnown('mysql -phunt3r')).toBe('mysql -p***');
  });

  it('shows what equals a name that everybody reads, and only that, whichever was known first', () => {
    new Secret('collectd');
    new Secret('collectd-token-1');
    expect(maskKnown('package[collectd]')).toBe('package[***]');
    showNames(['collectd', 'telegraf']);
    new Secret('collectd');
    new Secret('telegraf');
    expect(maskKnown('package[collectd], package[telegraf]')).toBe('package[collectd], package[telegraf]');
    expect(maskKnown('with collectd-token-1')).toBe('with ***');
  });

  it('does not remember a text with a redacted form of its own', () => {
    new Secret('listen 0.0.0.0 with pw', 'listen 0.0.0.0 with ***');
    expect(maskKnown('listen 0.0.0.0 with pw')).toBe('listen 0.0.0.0 with pw');
  });

  it('hides the longest of several that begin alike', () => {
    new Secret('begins-alike');
    new Secret('begins-alike-and-goes-on');
    expect(maskKnown('begins-alike-and-goes-on, begins-alike')).toBe('***, ***');
  });

  it('never lets a secret through, whatever surrounds it', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 8, maxLength: 40 })
      .filter((one) => one.trim().length >= 8);
    fc.assert(
      fc.property(text, fc.string(), fc.string(), (canary, before, after) => {
        new Secret(canary);
        const raw = `${before} ${canary} ${after}`;
        const encoded = Buffer.from(`${before}${canary}${after}`).toString('base64');
        expect(maskKnown(raw).includes(canary)).toBe(false);
        expect(Buffer.from(maskKnown(encoded), 'base64').toString().includes(canary)).toBe(false);
        expect(maskKnown(JSON.stringify(raw)).includes(JSON.stringify(canary).slice(1, -1))).toBe(false);
      }),
      { numRuns: 200 },
    );
  });

  it('stays quick with many secrets and much text', () => {
    for (let n = 0; n < 5000; n++) new Secret(`many-secrets-${n}-${n * 7919}`);
    expect(maskKnown('the first one: many-secrets-0-0, and many-secrets-4999-39587081.')).toBe(
      'the first one: ***, and ***.',
    );
    const text = 'Unpacking rabbitmq-server (3.10.8-1) over nothing at all\n'.repeat(2000);
    const start = performance.now();
    maskKnown(text);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
