/** A TCP proxy that holds the bytes of each direction for half a round trip: a far host on a near machine. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';

export type DelayProxy = {
  readonly port: number;
  /** Cuts all connections at once, as a network does that fails with an error. */
  cut(): void;
  /** Lets all bytes vanish without an error from now on: a half-open link. */
  freeze(): void;
  close(): Promise<void>;
};

/** Starts a proxy to a port; the connection itself takes one round trip as well. */
export async function startDelayProxy(rttMs: number, to: { host?: string; port: number }): Promise<DelayProxy> {
  const sockets = new Set<Socket>();
  let frozen = false;
  const pass = (from: Socket, into: Socket | PassThrough) => {
    from.on('data', (chunk) => {
      if (!frozen) setTimeout(() => !frozen && into.writable && into.write(chunk), rttMs / 2);
    });
    from.on('end', () => setTimeout(() => !frozen && into.end(), rttMs / 2));
    from.on('close', () => setTimeout(() => !frozen && into.destroy(), rttMs / 2));
    from.on('error', () => {});
  };
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (near) => {
    sockets.add(near);
    near.on('error', () => {});
    // The kernel has answered the near side already; the round trip which that takes in truth is made up for here.
    setTimeout(() => near.resume(), rttMs);
    const toFar = new PassThrough();
    pass(near, toFar);
    setTimeout(() => {
      const far = connect({ host: to.host ?? '127.0.0.1', port: to.port, noDelay: true });
      sockets.add(far);
      toFar.pipe(far);
      pass(far, near);
    }, rttMs * 1.5);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    freeze() {
      frozen = true;
    },
    async close() {
      frozen = false;
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
