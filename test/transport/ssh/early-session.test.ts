import { randomBytes } from 'node:crypto';
import type { Client } from 'ssh2';
import { describe, expect, test } from 'vitest';
import { sh } from '../../../src/base/shell.ts';
import { connect } from '../../../src/transport/connect.ts';
import { openAtOnce } from '../../../src/transport/ssh/early-session.ts';
import { connected, failure, home, serve, useSshWorld } from '../../support/ssh-world.ts';

useSshWorld();

const software = 'OpenSSH_9.2p1';

describe('a host that works off what it is sent in order', () => {
  test('runs scripts that came with the request for their session', async () => {
    const { server, connection } = await connected({ software });
    for (const word of ['one', 'two']) {
      const { stdout, code } = await connection.exec({ script: sh`echo ${word}` });
      expect([String(stdout), code]).toEqual([`${word}\n`, 0]);
    }
    expect(server.counts.connections).toBe(1);
    await connection.close();
  });

  test('gets a script whole that is longer than what is written ahead', async () => {
    const { connection } = await connected({ software });
    const noise = randomBytes(300_000).toString('base64');
    const { stdout } = await connection.exec({ script: sh`printf %s ${noise} | wc -c` });
    expect(String(stdout).trim()).toBe(String(noise.length));
    await connection.close();
  });

  test('and refuses sessions says so as any other', async () => {
    const server = await serve({ software, maxSessions: 0 });
    home.know(server);
    const connection = await connect(home.target(server.port));
    expect(await failure(connection.exec({ script: sh`echo` }))).toMatchObject({ code: 'ssh/no-session' });
    expect(server.counts.connections).toBe(2);
    await connection.close();
  });
});

/** What ssh2 has of a client, with notes of what reaches it. */
function clientOf(remote: string) {
  const told: string[] = [];
  const note =
    (what: string) =>
    (_from: unknown, ...args: unknown[]): void =>
      void told.push(`${what} ${JSON.stringify(args)}`);
  const protocol = {
    session: (...args: number[]): void => void told.push(`session ${JSON.stringify(args)}`),
    _handlers: {
      CHANNEL_OPEN_CONFIRMATION: note('open'),
      CHANNEL_OPEN_FAILURE: note('failure'),
      CHANNEL_WINDOW_ADJUST: note('window'),
      DISCONNECT: note('disconnect'),
    },
  };
  const inside = { _remoteVer: remote, _protocol: protocol, destroy: () => void told.push('destroyed') };
  return { told, protocol, early: openAtOnce(inside as unknown as Client) };
}

const opened = (recipient: number, sender: number, window = 0) => ({
  recipient,
  sender,
  window,
  packetSize: 32_768,
});

test('the first session is open at once, and what was written ahead counts when its window opens', () => {
  const { told, protocol, early } = clientOf(software);
  protocol.session(5, 100, 10);
  expect(told).toEqual([
    'session [5,100,10]',
    'open [{"recipient":5,"sender":0,"window":65536,"packetSize":32768}]',
  ]);
  protocol._handlers.CHANNEL_OPEN_CONFIRMATION(undefined, opened(5, 0));
  protocol._handlers.CHANNEL_WINDOW_ADJUST(undefined, 5, 65_000);
  protocol._handlers.CHANNEL_WINDOW_ADJUST(undefined, 5, 1000);
  protocol._handlers.CHANNEL_WINDOW_ADJUST(undefined, 5, 1000);
  expect(told.slice(2)).toEqual(['window [5,0]', 'window [5,464]', 'window [5,1000]']);
  expect(early.refused).toBe(false);
});

test('a later session waits to be open, and not for its window', () => {
  const { told, protocol } = clientOf(software);
  protocol.session(5, 100, 10);
  protocol.session(6, 100, 10);
  expect(told.slice(2)).toEqual(['session [6,100,10]']);
  protocol._handlers.CHANNEL_OPEN_CONFIRMATION(undefined, opened(6, 1));
  protocol._handlers.CHANNEL_OPEN_FAILURE(undefined, 7);
  expect(told.slice(3)).toEqual([
    'open [{"recipient":6,"sender":1,"window":65536,"packetSize":32768}]',
    'failure [7]',
  ]);
});

test.each<[string, (handlers: ReturnType<typeof clientOf>['protocol']['_handlers']) => void]>([
  ['the host refuses it', (handlers) => handlers.CHANNEL_OPEN_FAILURE(undefined, 5)],
  ['it has another number', (handlers) => handlers.CHANNEL_OPEN_CONFIRMATION(undefined, opened(5, 3))],
  ['the host takes it for a fault', (handlers) => handlers.DISCONNECT(undefined, 2, 'nonexistent channel 0')],
])('the connection is given up where %s', (_why, answer) => {
  const { told, protocol, early } = clientOf(software);
  protocol.session(5, 100, 10);
  answer(protocol._handlers);
  expect(told.at(-1)).toBe('destroyed');
  expect(early.refused).toBe(true);
});

test('a host that ends a session which it had granted is told as it is', () => {
  const { told, protocol, early } = clientOf(software);
  protocol.session(5, 100, 10);
  protocol._handlers.CHANNEL_OPEN_CONFIRMATION(undefined, opened(5, 0));
  protocol._handlers.DISCONNECT(undefined, 11, 'bye');
  expect(told.at(-1)).toBe('disconnect [11,"bye"]');
  expect(early.refused).toBe(false);
});

test.each(['dropbear_2022.83', 'ssh2js1.17.0', ''])('nothing is taken for granted of %s', (remote) => {
  const { told, protocol } = clientOf(remote);
  protocol.session(5, 100, 10);
  expect(told).toEqual(['session [5,100,10]']);
});

test('where ssh2 has changed, all stays as it is', () => {
  const client = { _remoteVer: software, _protocol: { session: () => {}, _handlers: {} } };
  expect(openAtOnce(client as unknown as Client)).toEqual({ refused: false });
  expect(openAtOnce({} as unknown as Client)).toEqual({ refused: false });
});
