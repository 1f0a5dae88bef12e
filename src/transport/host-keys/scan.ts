/** Asks a host for its keys of all types, without logging in and without trusting any: for a first contact. */
import { type Config, NodeSSH } from 'node-ssh';
import { GatError } from '../../base/errors.ts';
import type { ConnectOptions } from '../connection.ts';
import { algorithms, HOST_KEY_GROUPS } from '../ssh/algorithms.ts';
import { dialHop } from '../ssh/dial.ts';
import { connectTimedOut, handshakeDropped, handshakeFailed } from '../ssh/errors.ts';
import { type Jump, openSocket } from '../ssh/socket.ts';
import type { SshTarget } from '../target/target.ts';
import { loadKnownHosts } from './host-key.ts';
import { type HostKeyJudgement, judgeHostKey } from './known-hosts.ts';

/** One key that a host shows. */
export type ShownKey = { readonly key: Buffer; readonly judgement: HostKeyJudgement };

/** All keys of one host on the way to a target, the target itself being the last. */
export type HostKeyScan = { readonly target: SshTarget; readonly keys: readonly ShownKey[] };

/** Decides about the keys of one host; the way leads on through it only if it throws nothing. */
export type Judge = (scan: HostKeyScan) => Promise<void>;

/**
 * Shows the keys of each host on the way to a target, from here on, to `judge`. A jump host is logged in to only after
 * `judge` has made it known. @throws GatError ssh/…
 */
export async function scanWay(target: SshTarget, judge: Judge, options: ConnectOptions = {}): Promise<void> {
  const passed: NodeSSH[] = [];
  let jump: Jump | undefined;
  try {
    for (const hop of [...target.hops, target]) {
      await judge(await scanHostKeys(hop, jump));
      if (hop === target) return;
      const ssh = await dialHop(hop, jump, options);
      passed.push(ssh);
      jump = { target: hop, ssh };
    }
  } finally {
    for (const ssh of passed.reverse()) ssh.dispose();
  }
}

async function scanHostKeys(target: SshTarget, jump: Jump | undefined): Promise<HostKeyScan> {
  const entries = loadKnownHosts(target);
  const answers = await Promise.all(HOST_KEY_GROUPS.map((group) => showKey(target, jump, group)));
  const shown = answers.flatMap(({ key }) => key ?? []);
  if (shown.length === 0) throw answers.find(({ error }) => error)?.error ?? handshakeDropped(target, '');
  const keys = shown.map((key) => ({ key, judgement: judgeHostKey(entries, target.knownHostName, key) }));
  return { target, keys };
}

type Answer = { readonly key?: Buffer; readonly error?: unknown };

/** Asks for the key of one type; there is none when the host has none of that type. */
async function showKey(
  target: SshTarget,
  jump: Jump | undefined,
  hostKeyAlgorithms: readonly string[],
): Promise<Answer> {
  const limit = AbortSignal.timeout(target.connectTimeoutMs);
  let shown: Buffer | undefined;
  const ssh = new NodeSSH();
  try {
    const socket = await openSocket(target, jump, limit);
    limit.addEventListener('abort', () => socket.destroy(), { once: true });
    const connecting = ssh.connect({
      username: target.user,
      sock: socket,
      algorithms: algorithms(hostKeyAlgorithms),
      readyTimeout: 0,
      hostVerifier: (key: Buffer) => {
        shown = key;
        return false; // the key is looked at; nothing is sent to a host that is not trusted
      },
    } as Config);
    ssh.connection?.on('error', () => {});
    await connecting;
    return {};
  } catch (error) {
    if (shown) return { key: shown };
    if (limit.aborted) return { error: connectTimedOut(target) };
    return { error: error instanceof GatError ? error : handshakeFailed(target, error as Error) };
  } finally {
    ssh.dispose();
  }
}
