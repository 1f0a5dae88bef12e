/**
 * Saves the round trip in which a client that has asked for the login waits to hear that it may log in (RFC 4253, section 10).
 * OpenSSH says what signatures it takes (RFC 8308) before it is asked; then all is known, and the login follows the request at once.
 * ssh2 has no option for it, so its own objects are wrapped; where those have changed, all stays as it is.
 */
import type { Client } from 'ssh2';
import { isOpenSsh, type WithSoftware } from './software.ts';

type Handlers = {
  SERVICE_ACCEPT?: (protocol: unknown, name: string) => void;
  EXT_INFO?: (protocol: unknown, extensions: unknown) => void;
};
type Inside = WithSoftware & {
  readonly _protocol?: { service?: (name: string) => void; readonly _handlers?: Handlers };
};

/** Makes a client that is connecting log in without waiting for leave. */
export function logInAtOnce(client: Client): void {
  const inside = client as unknown as Inside;
  const { _protocol: protocol } = inside;
  const { service, _handlers: handlers } = protocol ?? {};
  const { SERVICE_ACCEPT: begin, EXT_INFO: note } = handlers ?? {};
  if (!protocol || !handlers || !service || !begin || !note) return;
  let isAsked = false;
  let hasBegun = false;
  protocol.service = (name) => {
    service.call(protocol, name);
    isAsked = true;
  };
  handlers.SERVICE_ACCEPT = (from, name) => {
    if (!hasBegun) begin(from, name);
    hasBegun = true;
  };
  handlers.EXT_INFO = (from, extensions) => {
    note(from, extensions);
    if (isAsked && isOpenSsh(inside)) handlers.SERVICE_ACCEPT?.(from, 'ssh-userauth');
  };
}
