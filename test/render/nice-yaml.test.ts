import { expect, test } from 'vitest';
import { Secret } from '../../src/base/secret.ts';
import { Float } from '../../src/base/value.ts';
import { renderNiceYaml } from '../../src/render/nice-yaml.ts';

const value = new Map<string, never>(
  Object.entries({
    retries: 5,
    message_queue_url: new Secret('pyamqp://a:b@h//v?ssl=1', 'pyamqp://a:***@h//v?ssl=1'),
    interval: new Float(2),
    on: true,
    empty: new Map(),
    none: null,
    word: 'yes',
    digits: '0750',
    resolvers: [
      new Map<string, string | boolean>([
        ['type', 'conda'],
        ['auto_init', true],
      ]),
    ],
  }) as [string, never][],
);

test('a value is written with sorted keys, quoted where it must be, secrets hidden from view', () => {
  const text = renderNiceYaml(value);
  expect(String(text)).toMatchInlineSnapshot(`
    "digits: '0750'
    empty: {}
    interval: 2.0
    message_queue_url: pyamqp://a:***@h//v?ssl=1
    none: null
    'on': true
    resolvers:
    -   auto_init: true
        type: conda
    retries: 5
    word: 'yes'
    "
  `);
  expect(text instanceof Secret && text.reveal()).toContain('message_queue_url: pyamqp://a:b@h//v?ssl=1\n');
});
