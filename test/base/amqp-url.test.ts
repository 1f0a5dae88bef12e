import { describe, expect, test } from 'vitest';
import { parseAmqpUrl } from '../../src/base/amqp-url.ts';
import { Secret } from '../../src/base/secret.ts';

describe('an AMQP URL', () => {
  test.each<[string, string, Record<string, unknown>]>([
    [
      'with two slashes has a virtual host that begins with one',
      'pyamqp://galaxy_au:pw@galaxy.example.org:5671//pulsar/galaxy_au?ssl=1',
      {
        scheme: 'pyamqp',
        user: 'galaxy_au',
        host: 'galaxy.example.org',
        port: 5671,
        vhost: '/pulsar/galaxy_au',
        tls: true,
      },
    ],
    ['with one slash has one that does not', 'pyamqp://u:p@h:5671/pulsar/x', { vhost: 'pulsar/x', tls: false }],
    ['without a path means the virtual host /', 'amqp://u:p@h', { vhost: '/', port: 5672 }],
    ['with a path of one slash means it too', 'amqp://u:p@h/', { vhost: '/' }],
    ['by amqps has another port and TLS', 'amqps://u:p@h/v', { port: 5671, tls: true, tlsByQuery: false }],
    ['takes TLS even from ssl=0, as kombu does', 'pyamqp://u:p@h/v?ssl=0', { tls: true, tlsByQuery: true }],
    ['takes no TLS from an empty ssl', 'pyamqp://u:p@h/v?ssl=', { tls: false }],
    ['decodes user and virtual host', 'pyamqp://a%40b:p@h/%2Fv%20w', { user: 'a@b', vhost: '/v w' }],
    ['leaves a lone percent sign', 'pyamqp://a%:p@h/v', { user: 'a%' }],
    ['takes the last @ for the border, as Python does', 'pyamqp://u:p@w@h/v', { user: 'u', host: 'h' }],
    ['without a host has an empty one', 'pyamqp://u:p@:5671//v?ssl=1', { host: '', port: 5671 }],
    ['with an IPv6 address has it without brackets', 'pyamqp://u:p@[2001:db8::1]:5671/v', { host: '2001:db8::1' }],
    ['without user has an empty one', 'pyamqp://h/v', { user: '' }],
  ])('%s', (_title, url, expected) => expect(parseAmqpUrl(url)).toMatchObject(expected));

  test('keeps its password secret', () => {
    const url = parseAmqpUrl(new Secret('pyamqp://u:p%40w@h/v'));
    expect(url?.password.reveal()).toBe('p@w');
    expect(JSON.stringify(url)).not.toContain('p@w');
  });

  test.each(['', 'galaxy.example.org', '//h/v', 'pyamqp:u@h'])('is not %j', (text) =>
    expect(parseAmqpUrl(text)).toBeUndefined(),
  );
});
