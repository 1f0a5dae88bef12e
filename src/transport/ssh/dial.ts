/** Makes an authenticated SSH connection to a host, hop by hop; there is no way around the check of the host's key. */
import type { Duplex } from 'node:stream';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import type { Config, NodeSSH } from 'node-ssh';
import type { Client, ConnectConfig } from 'ssh2';
import { GatError } from '../../base/errors.ts';
import type { ConnectOptions, Prompt } from '../connection.ts';
import { type HostKeyCheck, loadHostKeyCheck } from '../host-keys/host-key.ts';
import type { SshTarget } from '../target/target.ts';
import { writeAhead } from './ahead.ts';
import { offeredAlgorithms } from './algorithms.ts';
import { ignoreAnnouncedKeys } from './announced-keys.ts';
import { type Authentication, authentication } from './authentication.ts';
import { logInAtOnce } from './early-login.ts';
import { signAtOnce } from './early-signature.ts';
import { authFailed, connectTimedOut, handshakeDropped, handshakeFailed, socketFailed } from './errors.ts';
import type { KeyRing } from './identities.ts';
import { type Jump, openSocket } from './socket.ts';
import { watchSilence } from './watchdog.ts';

/** An open connection, and those of the jump hosts under it. */
export type Dialled = { readonly client: Client; readonly hops: readonly NodeSSH[] };

const ATTEMPTS = 5;
const RETRY_MS = 300;

/** Connects through all hops and logs in at each. @throws GatError ssh/… */
export async function dial(target: SshTarget, options: ConnectOptions): Promise<Dialled> {
  const hops: NodeSSH[] = [];
  let jump: Jump | undefined;
  try {
    for (const hop of [...target.hops, target]) {
      const ssh = await dialHop(hop, jump, options);
      hops.push(ssh);
      jump = { target: hop, ssh };
    }
  } catch (error) {
    for (const hop of hops.reverse()) hop.dispose();
    throw error;
  }
  const client = hops.pop()?.connection;
  if (!client) throw handshakeDropped(target, '');
  return { client, hops };
}

/** Retries, with some chance in the waiting, what sshd drops when too many connect at once (MaxStartups). */
export async function dialHop(
  target: SshTarget,
  jump: Jump | undefined,
  options: ConnectOptions,
): Promise<NodeSSH> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await dialOnce(target, jump, options);
    } catch (error) {
      const dropped = error instanceof GatError && error.code === 'ssh/dropped';
      if (!dropped || attempt >= ATTEMPTS) throw error;
      await sleep(RETRY_MS * 2 ** (attempt - 1) * (0.5 + Math.random()), undefined, { signal: options.signal });
    }
  }
}

async function dialOnce(target: SshTarget, jump: Jump | undefined, options: ConnectOptions): Promise<NodeSSH> {
  const check = loadHostKeyCheck(target);
  const clock = timeLimit(target.connectTimeoutMs, options.signal);
  const prompt: Prompt | undefined = options.prompt && clock.pausing(options.prompt);
  let ssh: NodeSSH | undefined;
  try {
    const opening = openSocket(target, jump, clock.signal);
    whenOpen(opening, clock.signal);
    await setImmediate(); // it is on its way before what takes a while to load
    const { NodeSSH } = await import('node-ssh');
    const { loadKeyRing } = await import('./identities.ts');
    const ring = await loadKeyRing(target.identities, prompt);
    const socket = await stillOpen(opening, target, clock.signal);
    ssh = new NodeSSH();
    const login = authentication(target, ring, prompt);
    const attempt: Attempt = { target, check, login, said: '', greeted: false, refusal: undefined };
    const connecting = ssh.connect({ ...configOf(attempt), sock: socket } as Config);
    if (ssh.connection) prepareClient(ssh.connection, attempt, ring);
    socket.on('data', clock.renew);
    await connecting.catch((error) => Promise.reject(failure(attempt, error)));
    socket.off('data', clock.renew);
    watchSilence(socket, target);
    return ssh;
  } catch (error) {
    ssh?.dispose();
    if (options.signal?.aborted) throw options.signal.reason;
    throw clock.expired ? connectTimedOut(target) : error;
  } finally {
    clock.stop();
  }
}

/** Nobody may be listening yet when the stream fails, or when the attempt is given up. */
function whenOpen(opening: Promise<Duplex>, signal: AbortSignal): void {
  const onOpen = (socket: Duplex): void => {
    socket.on('error', () => {});
    socket.pause(); // ssh2 resumes it, and listens a little later than `dialOnce` does
    if (signal.aborted) socket.destroy();
    else signal.addEventListener('abort', () => socket.destroy(), { once: true });
  };
  opening.then(onOpen, () => undefined);
}

async function stillOpen(opening: Promise<Duplex>, target: SshTarget, signal: AbortSignal): Promise<Duplex> {
  const socket = await opening;
  signal.throwIfAborted();
  if (socket.destroyed) throw socket.errored instanceof GatError ? socket.errored : handshakeDropped(target, '');
  return socket;
}

/** One attempt to connect, and what is learnt on the way that explains a failure. */
type Attempt = {
  readonly target: SshTarget;
  readonly check: HostKeyCheck;
  readonly login: Authentication;
  said: string;
  greeted: boolean;
  refusal: GatError | undefined;
};

function configOf(attempt: Attempt): ConnectConfig {
  const { target, check, login } = attempt;
  return {
    username: target.user,
    algorithms: offeredAlgorithms(check.types),
    hostVerifier: (key: Buffer) => {
      attempt.refusal = check.refusal(key);
      return attempt.refusal === undefined;
    },
    authHandler: login.handler,
    readyTimeout: 0, // the time limit of `dialOnce` holds, which does not run while a person types
    keepaliveInterval: target.aliveIntervalMs,
    keepaliveCountMax: Number.MAX_SAFE_INTEGER, // watchdog.ts decides, which knows of slow links
  };
}

function prepareClient(client: Client, attempt: Attempt, ring: KeyRing): void {
  observe(client, attempt);
  logInAtOnce(client);
  ignoreAnnouncedKeys(client);
  signAtOnce(client, ring);
  writeAhead(client);
}

function observe(client: Client, attempt: Attempt): void {
  client.on('greeting', (text) => {
    attempt.said = text;
  });
  client.on('handshake', () => {
    attempt.greeted = true;
  });
  // Each error fails the connect or, later, shows in `close`; without a listener Node would end the process.
  client.on('error', () => {});
}

function failure(attempt: Attempt, error: Error & { level?: string; code?: unknown }): unknown {
  const { target, login, refusal, greeted, said } = attempt;
  if (refusal) return refusal;
  if (error.level === 'client-authentication' || error.level === 'agent') {
    const remark = error.level === 'agent' ? [error.message] : [];
    return authFailed(target, [...login.tried, ...remark], error);
  }
  if (greeted) return authFailed(target, [...login.tried, `the host ended the login: ${error.message}`], error);
  if (error.level === 'handshake') return handshakeFailed(target, error);
  if (error.level === 'protocol' || error.code === 'ECONNRESET' || error.code === 'ETIMEDOUT') {
    return handshakeDropped(target, said);
  }
  return error.level === 'client-socket' ? socketFailed(target, error) : handshakeFailed(target, error);
}

type TimeLimit = {
  readonly signal: AbortSignal;
  readonly expired: boolean;
  pausing(prompt: Prompt): Prompt;
  /** The host goes on answering: a slow link is no dead one. */
  renew(): void;
  stop(): void;
};

/** How much longer than the limit all of it may take where the host goes on answering. */
const PATIENCE = 8;

/** A limit for the host's silence, which does not run while a person types. */
function timeLimit(limitMs: number, outer: AbortSignal | undefined): TimeLimit {
  const controller = new AbortController();
  let expired = false;
  const expire = () => {
    expired = true;
    controller.abort();
  };
  const endsAt = performance.now() + PATIENCE * limitMs;
  let paused = false;
  let timer = setTimeout(expire, limitMs);
  const onOuter = () => controller.abort(outer?.reason);
  if (outer?.aborted) onOuter();
  outer?.addEventListener('abort', onOuter, { once: true });
  return {
    signal: controller.signal,
    get expired() {
      return expired;
    },
    pausing: (prompt) => async (question) => {
      paused = true;
      clearTimeout(timer);
      try {
        return await prompt(question);
      } finally {
        paused = false;
        timer = setTimeout(expire, limitMs);
      }
    },
    renew() {
      if (paused || performance.now() > endsAt) return;
      clearTimeout(timer);
      timer = setTimeout(expire, limitMs);
    },
    stop() {
      paused = true;
      clearTimeout(timer);
      outer?.removeEventListener('abort', onOuter);
    },
  };
}
