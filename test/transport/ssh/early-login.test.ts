import type { Client } from 'ssh2';
import { expect, test } from 'vitest';
import { ignoreAnnouncedKeys } from '../../../src/transport/ssh/announced-keys.ts';
import { logInAtOnce } from '../../../src/transport/ssh/early-login.ts';

/** What ssh2 has of a client that connects, with notes of what reaches it. */
function clientOf(remote: string) {
  const told: string[] = [];
  const protocol = {
    service: (name: string): void => void told.push(`asks for ${name}`),
    _handlers: {
      SERVICE_ACCEPT: (_from: unknown, name: string): void => void told.push(`logs in after ${name}`),
      EXT_INFO: (_from: unknown, extensions: unknown): void => void told.push(`knows ${extensions}`),
      GLOBAL_REQUEST: (_from: unknown, name: string): void => void told.push(`answers ${name}`),
    },
  };
  const client = { _remoteVer: remote, _protocol: protocol } as unknown as Client;
  logInAtOnce(client);
  ignoreAnnouncedKeys(client);
  return { told, protocol };
}

test('OpenSSH, which tells its signatures first, is logged in to without waiting for leave', () => {
  const { told, protocol } = clientOf('OpenSSH_9.2p1');
  protocol.service('ssh-userauth');
  protocol._handlers.EXT_INFO(undefined, 'signatures');
  expect(told).toEqual(['asks for ssh-userauth', 'knows signatures', 'logs in after ssh-userauth']);
  protocol._handlers.SERVICE_ACCEPT(undefined, 'ssh-userauth');
  expect(told).toHaveLength(3);
});

test.each<[string, string, readonly string[]]>([
  ['that says nothing of signatures', 'OpenSSH_6.7', []],
  ['of another kind', 'dropbear_2022.83', ['signatures']],
])('a host %s is waited for', (_what, remote, extensions) => {
  const { told, protocol } = clientOf(remote);
  protocol.service('ssh-userauth');
  for (const extension of extensions) protocol._handlers.EXT_INFO(undefined, extension);
  expect(told.some((line) => line.startsWith('logs in'))).toBe(false);
  protocol._handlers.SERVICE_ACCEPT(undefined, 'ssh-userauth');
  expect(told.at(-1)).toBe('logs in after ssh-userauth');
});

test('signatures that are told before the login is asked for begin nothing', () => {
  const { told, protocol } = clientOf('OpenSSH_9.2p1');
  protocol._handlers.EXT_INFO(undefined, 'signatures');
  expect(told).toEqual(['knows signatures']);
});

test('announced keys pass, other requests are answered', () => {
  const { told, protocol } = clientOf('OpenSSH_9.2p1');
  const { _handlers: handlers } = protocol;
  const ask = handlers.GLOBAL_REQUEST as (from: unknown, name: string, wantsReply?: boolean) => void;
  ask(undefined, 'hostkeys-00@openssh.com', false);
  ask(undefined, 'keepalive@openssh.com', true);
  expect(told).toEqual(['answers keepalive@openssh.com']);
});

test('where ssh2 has changed, all stays as it is', () => {
  for (const make of [logInAtOnce, ignoreAnnouncedKeys]) {
    const protocol = { service: () => {}, _handlers: {} };
    make({ _protocol: protocol } as unknown as Client);
    expect(protocol._handlers).toEqual({});
    expect(() => make({} as unknown as Client)).not.toThrow();
  }
});
