/** An SSH server inside the test process, which runs commands on this machine as the current user. */
import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { connect } from 'node:net';
import ssh2, { type Algorithms, type AuthContext, type Connection, type ServerChannel } from 'ssh2';

export type TestServerOptions = {
  /** Private host keys in PEM; default: one fresh ed25519 key. */
  readonly hostKeys?: readonly string[];
  readonly authenticate?: (context: AuthContext) => void;
  /** Where it listens; default: 127.0.0.1. */
  readonly address?: string;
  /** Replaces the command to run at the address that was called; default: `/bin/sh -c COMMAND`. */
  readonly loginShell?: (command: string, address: string) => readonly [string, ...string[]];
  readonly environment?: Record<string, string>;
  readonly maxSessions?: number;
  readonly algorithms?: Algorithms;
  readonly allowForwarding?: boolean;
  /** What it says it is; default: ssh2. */
  readonly software?: string;
};

export type TestServer = {
  readonly port: number;
  /** Host keys as blobs. */
  readonly keys: readonly Buffer[];
  /** How many sessions were refused, and how many were open at once at most. */
  readonly counts: { refused: number; peak: number; connections: number; commands: string[] };
  readonly connections: ReadonlySet<Connection>;
  close(): Promise<void>;
};

/** Makes an ed25519 key. ssh2 writes one of some hundred in a form that it can't read again; such a one is thrown away. */
export function newHostKey(passphrase?: string): string {
  for (;;) {
    const { private: key } =
      passphrase === undefined
        ? ssh2.utils.generateKeyPairSync('ed25519')
        : ssh2.utils.generateKeyPairSync('ed25519', { passphrase, cipher: 'aes256-ctr', rounds: 4 });
    if (!(ssh2.utils.parseKey(key, passphrase) instanceof Error)) return key;
  }
}

export const newRsaKey = (): string =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }).privateKey;

export function publicBlob(privateKey: string): Buffer {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error || Array.isArray(key)) throw new Error('no key');
  return key.getPublicSSH();
}

export async function startServer(options: TestServerOptions = {}): Promise<TestServer> {
  const hostKeys = [...(options.hostKeys ?? [newHostKey()])];
  const counts = { refused: 0, peak: 0, connections: 0, commands: [] as string[] };
  const connections = new Set<Connection>();
  const children = new Set<ChildProcess>();
  const algorithms = options.algorithms ? { algorithms: options.algorithms } : {};
  const ident = options.software ? { ident: options.software } : {};
  const server = new ssh2.Server({ hostKeys, ...algorithms, ...ident }, (connection) => {
    counts.connections++;
    connections.add(connection);
    connection.on('close', () => connections.delete(connection));
    connection.on('error', () => {});
    const socket = (connection as unknown as { _sock: Socket })._sock;
    socket.setNoDelay(true);
    const called = socket.localAddress ?? '';
    connection.on('authentication', options.authenticate ?? ((context) => context.accept()));
    let open = 0;
    connection.on('session', (accept, reject) => {
      if (open >= (options.maxSessions ?? 10)) {
        counts.refused++;
        return reject();
      }
      open++;
      counts.peak = Math.max(counts.peak, open);
      const session = accept();
      session.on('exec', (acceptExec, _reject, { command }) => {
        counts.commands.push(command);
        const channel = acceptExec();
        const words = options.loginShell?.(command, called) ?? (['/bin/sh', '-c', command] as const);
        const child = runCommand(channel, words, options);
        // As in OpenSSH, a session lasts as long as its process, whatever becomes of the channel.
        children.add(child);
        child.on('exit', () => {
          open--;
          children.delete(child);
        });
        session.on('signal', (_accept, _reject, { name }) => {
          if (child.pid) process.kill(-child.pid, `SIG${name}` as NodeJS.Signals);
        });
      });
    });
    connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
      if (options.allowForwarding === false) return reject();
      const socket: Socket = connect(destPort, destIP, () => {
        const channel = accept();
        socket.pipe(channel).pipe(socket);
        channel.on('error', () => {});
        channel.on('close', () => socket.destroy());
      });
      socket.on('error', () => reject());
    });
  });
  server.listen(0, options.address ?? '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    keys: hostKeys.map(publicBlob),
    counts,
    connections,
    async close() {
      for (const { pid } of children) if (pid) process.kill(-pid, 'SIGKILL');
      for (const connection of connections) connection.end();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function runCommand(
  channel: ServerChannel,
  [file, ...args]: readonly [string, ...string[]],
  { environment }: TestServerOptions,
): ChildProcess {
  const child = spawn(file, args, {
    env: { PATH: process.env.PATH ?? '', HOME: '/', ...environment },
    detached: true,
  });
  channel.pipe(child.stdin);
  child.stdin.on('error', () => {});
  child.stdout.pipe(channel, { end: false });
  child.stderr.pipe(channel.stderr, { end: false });
  child.on('close', (code, signal) => {
    if (signal) channel.exit(signal.replace('SIG', ''));
    else channel.exit(code ?? 1);
    channel.end();
    channel.resume(); // what nobody reads any more would keep the channel open
  });
  return child;
}
