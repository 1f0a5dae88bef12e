/** A TCP proxy that cuts all connections at the very chunk of bytes that a test names. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Which way bytes go: `up` to the host, `down` to the controller. */
export type Way = 'up' | 'down';

export type CuttingProxy = {
  readonly port: number;
  /** Cuts at the n-th chunk from now on in one direction; that chunk is not delivered. */
  cutAt(way: Way, n: number): void;
  /** Whether the cut has happened. */
  wasCut(): boolean;
  /** Cuts at once. */
  cut(): void;
  close(): Promise<void>;
};

/** Starts a proxy to a host's port. */
export async function startCuttingProxy(to: { host: string; port: number }): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let plan: { way: Way; left: number } | undefined;
  let done = false;
  const cut = (): void => {
    for (const socket of sockets) socket.resetAndDestroy();
    sockets.clear();
  };
  const pass = (from: Socket, into: Socket, way: Way): void => {
    from.on('data', (chunk) => {
      if (plan?.way === way && --plan.left === 0) {
        plan = undefined;
        done = true;
        cut();
      } else if (into.writable) into.write(chunk);
    });
    from.on('close', () => into.destroy());
    from.on('error', () => into.destroy());
  };
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ ...to, noDelay: true });
    for (const socket of [near, far]) sockets.add(socket);
    pass(near, far, 'up');
    pass(far, near, 'down');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cutAt(way, n) {
      done = false;
      plan = { way, left: n };
    },
    wasCut: () => done,
    cut,
    async close() {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
