import { describe, expect, test } from 'vitest';
import { mismatch } from '../../../src/resources/rabbitmq/erlang-pairing.ts';

describe('a broker and its Erlang', () => {
  test.each([
    ['3.10.8-1.1+deb12u1', '1:25.2.3+dfsg-1+deb12u4'],
    ['4.0.5-6', '1:27.3.4.1+dfsg-1'],
    ['3.8.35-1', '1:24.3.4-1'],
    ['3.13.7-1', '1:26.2.5.6-1'],
    ['9.0.0-1', '1:40.1-1'],
  ])('%s runs on %s', (rabbitmq, erlang) => expect(mismatch(rabbitmq, erlang)).toBeUndefined());

  test.each([
    ['3.8.35-1', '1:25.2.3+dfsg-1', 'RabbitMQ 3.8.35 runs on Erlang 23.2 to 24, not on 25.2.3'],
    ['3.8.35-1', '1:23.1-1', 'RabbitMQ 3.8.35 runs on Erlang 23.2 to 24, not on 23.1'],
    ['4.0.3-1', '1:27.0-1', 'RabbitMQ 4.0.3 runs on Erlang 26.2 to 26, not on 27.0'],
  ])('%s does not run on %s', (rabbitmq, erlang, why) => expect(mismatch(rabbitmq, erlang)).toBe(why));
});
