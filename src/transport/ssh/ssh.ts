/** The SSH transport: one connection per host for the whole run, several scripts on it at the same time. */
import type { Client, ClientChannel } from 'ssh2';
import { GatError } from '../../base/errors.ts';
import type { Connection, ConnectOptions, ExecOptions, ExecResult } from '../connection.ts';
import { connectionClosed, connectionLost, sessionRefused } from '../errors.ts';
import { NotUnpacked, type Prepared, prepare, runFramed, type Shell, type StreamName } from '../run.ts';
import type { ShellEnd } from '../shell-end.ts';
import type { SshTarget } from '../target/target.ts';
import { type Dialled, dial } from './dial.ts';
import { type EarlySession, openAtOnce } from './early-session.ts';
import { SessionRefused, type ShellPool, shellPool } from './shell-pool.ts';

/** A fixed command line, which every login shell understands alike (bash, dash, fish, csh, busybox). */
const COMMAND = '/bin/sh -s';

const LAST_WORDS_MS = 1000;

/** Connects to a host over SSH. @throws GatError ssh/… */
export async function sshConnection(target: SshTarget, options: ConnectOptions): Promise<Connection> {
  let onLost = (_error: GatError) => {};
  const lost = new Promise<GatError>((resolve) => {
    onLost = resolve;
  });
  const open = async (isEarly: boolean): Promise<Link> => {
    const dialled = await dial(target, options);
    const early = isEarly ? openAtOnce(dialled.client) : { refused: false };
    const state = watchClose(target, dialled, (error) => !early.refused && onLost(error));
    return { dialled, early, state, pool: shellPool(() => openShell(dialled.client, state)) };
  };
  const first = await open(true);
  let again: Promise<Link> | undefined;
  const linkPlainly = (): Promise<Link> => {
    again ??= open(false);
    return again;
  };
  const running: Running = { link: first, linkPlainly, packs: true };
  return {
    host: target.name,
    lost,
    exec: (execOptions) => run(target, running, execOptions),
    async close() {
      first.state.closing = true;
      const { dialled, state } = (await again?.catch(() => undefined)) ?? first;
      state.closing = true;
      dialled.client.end();
      for (const hop of dialled.hops) hop.dispose();
      await state.closed;
    },
  };
}

/** A connection that has logged in, and what runs on it. */
type Link = {
  readonly dialled: Dialled;
  readonly early: EarlySession;
  readonly state: CloseState;
  readonly pool: ShellPool;
};

/** How a connection ends. */
type CloseState = {
  closing: boolean;
  /** Resolves with the error for whoever still waits for something, however it ended. */
  readonly closed: Promise<GatError>;
};

function watchClose(target: SshTarget, { client }: Dialled, onLost: (error: GatError) => void): CloseState {
  let reason: Error | undefined;
  client.on('error', (error) => {
    reason ??= error;
  });
  const closed = new Promise<GatError>((resolve) => {
    client.on('close', () => {
      if (state.closing) return resolve(connectionClosed(target.name));
      const error = connectionLost(target.name, reason?.message ?? 'the host closed it', reason);
      onLost(error);
      resolve(error);
    });
  });
  const state: CloseState = { closing: false, closed };
  return state;
}

type Running = {
  link: Link;
  /** Connects again in the plain way; the same attempt for all that run. */
  readonly linkPlainly: () => Promise<Link>;
  /** Whether the host can unpack long scripts; believed until it says no. */
  packs: boolean;
};

async function run(target: SshTarget, running: Running, options: ExecOptions): Promise<ExecResult> {
  const { pool, state, early } = running.link;
  options.signal?.throwIfAborted();
  if (state.closing) throw connectionClosed(target.name);
  const prepared = prepare({ host: target.name, user: target.user }, options, running.packs);
  try {
    return await runIn(pool, prepared);
  } catch (error) {
    if (early.refused && !state.closing) running.link = await running.linkPlainly();
    else if (error instanceof NotUnpacked) running.packs = false;
    else if (!(error instanceof SpareWasGone))
      throw error instanceof SessionRefused ? sessionRefused(target.name, error) : error;
    return run(target, running, options);
  }
}

/** A shell that had been started ahead was gone before it was given a script. */
class SpareWasGone extends Error {}

async function runIn(pool: ShellPool, prepared: Prepared): Promise<ExecResult> {
  const { shell, spare } = await pool.take();
  const result = runFramed(shell, prepared);
  pool.warmUp();
  return await result.catch((error) => {
    const isUnused = spare && error instanceof GatError && error.code === 'ssh/no-shell';
    throw isUnused ? new SpareWasGone() : error;
  });
}

async function openShell(client: Client, state: CloseState): Promise<Shell> {
  const opened = new Promise<Shell>((resolve, reject) => {
    const onOpened = (error: Error | undefined, channel: ClientChannel) => {
      if (error) reject(new SessionRefused(error.message));
      else resolve(shellOf(channel, state));
    };
    // It throws on a connection that is closing; then the end of the connection, soon to come, is the answer.
    attempt(() => client.exec(COMMAND, onOpened));
  });
  return Promise.race([opened, state.closed.then((error) => Promise.reject(error))]);
}

function shellOf(channel: ClientChannel, state: CloseState): Shell {
  const early: [Buffer, StreamName][] = [];
  let onChunk: (chunk: Buffer, name: StreamName) => void = (chunk, name) => {
    early.push([chunk, name]);
  };
  channel.on('data', (chunk: Buffer) => onChunk(chunk, 'stdout'));
  channel.stderr.on('data', (chunk: Buffer) => onChunk(chunk, 'stderr'));
  channel.on('error', () => {}); // a channel that is gone shows in its end
  let end: ShellEnd = { code: null };
  let released = false;
  channel.on('exit', (code: number | null, signal?: string) => {
    end = signal ? { code, signal } : { code };
  });
  const gone = new Promise<ShellEnd>((resolve, reject) => {
    // A channel that closes without saying how it ended goes down with its connection, as a rule.
    channel.on('close', () => {
      const unexplained = !released && end.code === null && !end.signal;
      if (!unexplained) resolve(end);
      else if (!state.closing) setTimeout(resolve, LAST_WORDS_MS, end);
    });
    state.closed.then(reject);
  });
  gone.catch(() => {});
  return {
    write: (script) => channel.write(script),
    endInput: () => channel.end(),
    listen(listener) {
      onChunk = listener;
      for (const [chunk, name] of early.splice(0)) listener(chunk, name);
    },
    ended: gone,
    release() {
      released = true;
      // The shell is remembered as long as its connection is; what ran in it and what that said shall not be.
      onChunk = () => {};
      attempt(() => channel.close());
    },
    kill() {
      released = true;
      attempt(() => {
        channel.signal('TERM');
        channel.close();
      });
    },
  };
}

/** Does what ssh2 refuses, by throwing, on a connection that is closing. */
function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // the end of the connection tells more
  }
}
