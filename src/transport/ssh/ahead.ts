/**
 * Saves the round trips in which a client asks for something that it is about to be given and waits: to run a command, before
 * its input is sent. RFC 4254, section 5.2, lets data follow as soon as the channel is open. ssh2 has no option for it, so its
 * own objects are wrapped; where those have changed, all stays as it is.
 */
import type { Client } from 'ssh2';

type Channel = {
  readonly outgoing?: { readonly id?: number };
  readonly _callbacks?: ((refused: boolean) => void)[];
  close?(): void;
};
type Inside = {
  readonly _protocol?: { exec?: (id: number, command: string, wantsReply: boolean) => void };
  readonly _chanMgr?: { readonly _channels?: Readonly<Record<string, Channel>> };
};

/** Lets a connecting client write to a command as soon as it was asked for; one that is refused ends without a word. */
export function writeAhead(client: Client): void {
  const { _protocol: protocol, _chanMgr: manager } = client as unknown as Inside;
  const ask = protocol?.exec;
  const channels = manager?._channels;
  if (!protocol || typeof ask !== 'function' || !channels) return;
  protocol.exec = (id, command, wantsReply) => {
    ask.call(protocol, id, command, wantsReply);
    const channel = Object.values(channels).find((one) => one.outgoing?.id === id);
    const answered = channel?._callbacks?.pop();
    if (!answered) return;
    channel?._callbacks?.push((refused) => refused && channel.close?.());
    answered(false);
  };
}
