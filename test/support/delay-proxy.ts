/** A TCP proxy that holds the bytes of each direction for half a round trip, or lets few through at a time: a far host near by. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { PassThrough } from 'node:stream';

export type DelayProxy = {
  readonly port: number;
  /** How many bytes went to the host, and came back, so far. */
  readonly bytes: { readonly up: number; readonly down: number };
  /** Cuts all connections at once, as a network does that fails with an error. */
  cut(): void;
  /** Lets all bytes of the connections that are there vanish without an error from now on: half-open links. */
  freeze(): void;
  close(): Promise<void>;
};

type Far = {
  readonly host?: string;
  readonly port: number;
  /** Of each direction; default: no limit. */
  readonly bytesPerSecond?: number;
  /** Every so-manieth piece is lost: it and what is behind it arrive when it was sent again. */
  readonly losesEvery?: number;
};

/** What TCP waits beyond a round trip before it sends again, at least. */
const RETRANSMISSION_MS = 200;

/** Starts a proxy to a port; the connection itself takes one round trip as well. */
export async function startDelayProxy(rttMs: number, to: Far): Promise<DelayProxy> {
  const sockets = new Set<Socket>();
  const bytes = { up: 0, down: 0 };
  let made = 0;
  let frozenUpTo = 0;
  const pass = (from: Socket, into: Socket | PassThrough, way: 'up' | 'down', number: number) => {
    let freeAt = 0;
    let sent = 0;
    const later = (size: number, action: () => void) => {
      const now = performance.now();
      freeAt = Math.max(now, freeAt) + (to.bytesPerSecond ? (size * 1000) / to.bytesPerSecond : 0);
      sent += 1;
      if (to.losesEvery && sent % to.losesEvery === 0) freeAt += rttMs + RETRANSMISSION_MS;
      setTimeout(() => number > frozenUpTo && action(), rttMs / 2 + freeAt - now);
    };
    from.on('data', (chunk) => {
      bytes[way] += chunk.length;
      for (const piece of pieces(chunk, to.bytesPerSecond))
        later(piece.length, () => into.writable && into.write(piece));
    });
    from.on('end', () => later(0, () => into.end()));
    from.on('close', () => later(0, () => into.destroy()));
    from.on('error', () => {});
  };
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (near) => {
    sockets.add(near);
    near.on('error', () => {});
    // The kernel has answered the near side already; the round trip which that takes in truth is made up for here.
    setTimeout(() => near.resume(), rttMs);
    const toFar = new PassThrough();
    const number = ++made;
    pass(near, toFar, 'up', number);
    setTimeout(() => {
      const far = connect({ host: to.host ?? '127.0.0.1', port: to.port, noDelay: true });
      sockets.add(far);
      toFar.pipe(far);
      pass(far, near, 'down', number);
    }, rttMs * 1.5);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    bytes,
    cut() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    freeze() {
      frozenUpTo = made;
    },
    async close() {
      frozenUpTo = 0;
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A slow link delivers a little at a time, not all of a write at its end. */
function pieces(chunk: Buffer, bytesPerSecond: number | undefined): readonly Buffer[] {
  if (bytesPerSecond === undefined) return [chunk];
  const size = Math.ceil(bytesPerSecond / 4);
  return Array.from({ length: Math.ceil(chunk.length / size) }, (_, index) =>
    chunk.subarray(index * size, (index + 1) * size),
  );
}
