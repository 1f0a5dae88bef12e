/** Opens the connection to a host, whichever transport it needs. */
import type { Connection, ConnectOptions } from './connection.ts';
import { localConnection } from './local.ts';
import { sshConnection } from './ssh/ssh.ts';
import type { Target } from './target/target.ts';

/** Connects to a host. @throws GatError ssh/… when it can't be reached, trusted or logged in to */
export async function connect(target: Target, options: ConnectOptions = {}): Promise<Connection> {
  for (const warning of target.warnings) options.onWarning?.(warning);
  return target.kind === 'local' ? localConnection(target.name) : sshConnection(target, options);
}
