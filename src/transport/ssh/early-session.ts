/**
 * Saves the round trips in which a client waits for its session, and for the room to write to it: the first session is asked for
 * together with its command and the command's input. That takes three facts about OpenSSH: it works off what it is sent in
 * order, its first channel has the number 0, and a session's window is open once its command has begun (serverloop.c, session.c and
 * channels.c of OpenSSH 9). ssh2 has no option for it, so its own objects are wrapped; where those have changed, all stays as it is.
 */
import type { Client } from 'ssh2';
import { isOpenSsh, type WithSoftware } from './software.ts';

/** What a host says to the request for a channel; the window is in bytes. */
type Opened = {
  readonly recipient: number;
  readonly sender: number;
  readonly window: number;
  readonly packetSize: number;
};
type Handlers = {
  CHANNEL_OPEN_CONFIRMATION: (protocol: unknown, opened: Opened) => void;
  CHANNEL_OPEN_FAILURE: (protocol: unknown, recipient: number, ...why: unknown[]) => void;
  CHANNEL_WINDOW_ADJUST: (protocol: unknown, recipient: number, bytes: number) => void;
  DISCONNECT: (protocol: unknown, ...why: unknown[]) => void;
};
type Protocol = {
  session: (id: number, window: number, packetSize: number) => void;
  readonly _handlers: Handlers;
};

/** The session that was asked for ahead. */
export type EarlySession = {
  /** The host would not have it so: nothing was run, and the connection is of no use any more. */
  readonly refused: boolean;
};

/** The bytes that may be written before the host has opened a window: as a rule more than a script is long. */
const CREDIT = 64 * 1024;
/** The largest packet of a session that OpenSSH takes. */
const PACKET_SIZE = 32 * 1024;

/** Lets a client that has logged in ask for its first session and all that it is for at once. */
export function openAtOnce(client: Client): EarlySession {
  const inside = client as unknown as WithSoftware & { readonly _protocol?: Partial<Protocol> };
  const { _protocol: protocol } = inside;
  if (!isOpenSsh(inside) || !isKnown(protocol)) return { refused: false };
  lendWindows(protocol._handlers);
  return openFirst(protocol, () => client.destroy());
}

const NEEDED = [
  'CHANNEL_OPEN_CONFIRMATION',
  'CHANNEL_OPEN_FAILURE',
  'CHANNEL_WINDOW_ADJUST',
  'DISCONNECT',
] as const;

function isKnown(protocol: Partial<Protocol> | undefined): protocol is Protocol {
  const handlers: Partial<Handlers> = protocol?._handlers ?? {};
  return protocol?.session !== undefined && NEEDED.every((name) => handlers[name] !== undefined);
}

/** Lets sessions whose window is still closed be written to; what was written ahead counts when it opens. */
function lendWindows(handlers: Handlers): void {
  const { CHANNEL_OPEN_CONFIRMATION: confirm, CHANNEL_WINDOW_ADJUST: adjust } = handlers;
  const lent = new Map<number, number>();
  handlers.CHANNEL_OPEN_CONFIRMATION = (from, opened) => {
    if (opened.window > 0) return confirm(from, opened);
    lent.set(opened.recipient, CREDIT);
    confirm(from, { ...opened, window: CREDIT });
  };
  handlers.CHANNEL_WINDOW_ADJUST = (from, recipient, bytes) => {
    const owed = lent.get(recipient) ?? 0;
    const repaid = Math.min(owed, bytes);
    if (owed > 0) lent.set(recipient, owed - repaid);
    adjust(from, recipient, bytes - repaid);
  };
}

/** Takes the first session for granted as soon as it was asked for. */
function openFirst(protocol: Protocol, giveUp: () => void): EarlySession {
  const { session, _handlers: handlers } = protocol;
  const { CHANNEL_OPEN_CONFIRMATION: confirm, CHANNEL_OPEN_FAILURE: fail, DISCONNECT: disconnect } = handlers;
  const state = { refused: false };
  let first: number | undefined;
  let isAnswered = false;
  const refuse = (): void => {
    state.refused = true;
    giveUp();
  };
  protocol.session = (id, window, packetSize) => {
    session.call(protocol, id, window, packetSize);
    if (first !== undefined) return;
    first = id;
    confirm(protocol, { recipient: id, sender: 0, window: 0, packetSize: PACKET_SIZE });
  };
  handlers.CHANNEL_OPEN_CONFIRMATION = (from, opened) => {
    if (opened.recipient !== first) return confirm(from, opened);
    isAnswered = true;
    if (opened.sender !== 0) refuse();
    else if (opened.window > 0) handlers.CHANNEL_WINDOW_ADJUST(from, first, opened.window);
  };
  handlers.CHANNEL_OPEN_FAILURE = (from, recipient, ...why) => {
    if (recipient === first) refuse();
    else fail(from, recipient, ...why);
  };
  handlers.DISCONNECT = (from, ...why) => {
    if (first !== undefined && !isAnswered) refuse();
    else disconnect(from, ...why);
  };
  return state;
}
