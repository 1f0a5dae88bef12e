/** Servers, connections and a home for one test; all of them gone after it. */

import ssh2 from 'ssh2';
import { afterEach, beforeEach } from 'vitest';
import type { GatError } from '../../src/base/errors.ts';
import { connect } from '../../src/transport/connect.ts';
import type { Connection } from '../../src/transport/connection.ts';
import { type SshHome, sshHome } from './ssh-home.ts';
import { publicBlob, startServer, type TestServer, type TestServerOptions } from './ssh-server.ts';

export let home: SshHome;
export const cleanUps: (() => unknown)[] = [];

/** Gives each test of the file that calls this a home of its own. */
export function useSshWorld(): void {
  beforeEach(() => {
    home = sshHome();
    cleanUps.push(() => home.remove());
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });
}

/** Starts a server. */
export async function serve(options?: TestServerOptions): Promise<TestServer> {
  const server = await startServer(options);
  cleanUps.push(() => server.close());
  return server;
}

/** A server whose key is known, and a connection to it. */
export async function connected(
  options?: TestServerOptions,
  vars = {},
): Promise<{ server: TestServer; connection: Connection }> {
  const server = await serve(options);
  home.know(server);
  const connection = await connect(home.target(server.port, vars));
  cleanUps.push(() => connection.close());
  return { server, connection };
}

/** The error that a promise fails with. */
export const failure = (promise: Promise<unknown>): Promise<GatError> =>
  promise.then(
    () => {
      throw new Error('it did not fail');
    },
    (error) => error,
  );

/** Accepts just this key. */
export const acceptKey =
  (privateKey: string): NonNullable<TestServerOptions['authenticate']> =>
  (context) => {
    if (context.method !== 'publickey') return context.reject(['publickey']);
    if (!context.key.data.equals(publicBlob(privateKey))) return context.reject(['publickey']);
    if (!context.signature || !context.blob) return context.accept();
    const key = ssh2.utils.parseKey(privateKey);
    if (key instanceof Error || key.verify(context.blob, context.signature, context.hashAlgo) !== true)
      return context.reject();
    context.accept();
  };
