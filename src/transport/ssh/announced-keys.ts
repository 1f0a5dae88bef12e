/**
 * OpenSSH announces all its host keys once somebody has logged in, for clients that keep them. ssh2 has it prove each, for an event to
 * which nobody listens here: a signature per key on the host, and 1.4 KB. ssh2 has no option for it, so its own object is
 * wrapped; where that has changed, all stays as it is.
 */
import type { Client } from 'ssh2';

type GlobalRequest = (protocol: unknown, name: string, wantsReply: boolean, data: unknown) => void;
type Inside = { readonly _protocol?: { readonly _handlers?: { GLOBAL_REQUEST?: GlobalRequest } } };

const ANNOUNCEMENT = 'hostkeys-00@openssh.com';

/** Makes a client that is connecting let announced keys pass. */
export function ignoreAnnouncedKeys(client: Client): void {
  const handlers = (client as unknown as Inside)._protocol?._handlers;
  const answer = handlers?.GLOBAL_REQUEST;
  if (!handlers || !answer) return;
  handlers.GLOBAL_REQUEST = (protocol, name, wantsReply, data) => {
    if (name !== ANNOUNCEMENT || wantsReply) answer(protocol, name, wantsReply, data);
  };
}
