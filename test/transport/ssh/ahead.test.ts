import type { Client } from 'ssh2';
import { expect, test } from 'vitest';
import { writeAhead } from '../../../src/transport/ssh/ahead.ts';

/** What ssh2 keeps of a client with two open channels, the second of which asks for a command. */
function clientWithChannels() {
  const told: string[] = [];
  const callbacks: ((refused: boolean) => void)[] = [(refused) => told.push(`refused: ${refused}`)];
  const inside = {
    _protocol: { exec: (id: number, command: string) => void told.push(`${command} on ${id}`) },
    _chanMgr: {
      _channels: {
        0: { outgoing: { id: 7 }, _callbacks: [] },
        1: { outgoing: { id: 8 }, _callbacks: callbacks, close: () => told.push('closed') },
      },
    },
  };
  return { client: inside as unknown as Client, inside, callbacks, told };
}

test('a command counts as granted as soon as it was asked for', () => {
  const { client, inside, callbacks, told } = clientWithChannels();
  writeAhead(client);
  inside._protocol.exec(8, '/bin/sh -s');
  expect(told).toEqual(['/bin/sh -s on 8', 'refused: false']);
  callbacks.shift()?.(false);
  expect(told).toHaveLength(2);
});

test('one that is refused after all ends', () => {
  const { client, inside, callbacks, told } = clientWithChannels();
  writeAhead(client);
  inside._protocol.exec(8, '/bin/sh -s');
  callbacks.shift()?.(true);
  expect(told.at(-1)).toBe('closed');
});

test('where ssh2 has changed, all stays as it is', () => {
  const exec = () => {};
  const inside = { _protocol: { exec } };
  writeAhead(inside as unknown as Client);
  expect(inside._protocol.exec).toBe(exec);
  expect(() => writeAhead({} as unknown as Client)).not.toThrow();
});
