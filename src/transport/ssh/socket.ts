/** The byte stream under an SSH connection: TCP, a channel of a jump host, or the user's own ProxyCommand. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import type { NodeSSH } from 'node-ssh';
import type { SshTarget } from '../target/target.ts';
import { jumpRefused, socketFailed } from './errors.ts';

/** Opens the stream to a host, through the last jump host when there is one. @throws GatError ssh/… */
export async function openSocket(target: SshTarget, jump: Jump | undefined, signal: AbortSignal): Promise<Duplex> {
  if (jump) return throughJump(target, jump);
  if (target.proxyCommand) return throughCommand(target, target.proxyCommand);
  return overTcp(target, signal);
}

/** A jump host that is connected already. */
export type Jump = { readonly target: SshTarget; readonly ssh: NodeSSH };

/**
 * How long one of several addresses may take before the next is tried. Node's own 0.25 s give up those behind a slow link; this is long
 * enough for a first packet that was lost.
 */
const ADDRESS_MS = 2500;

async function overTcp(target: SshTarget, signal: AbortSignal): Promise<Duplex> {
  const socket = connect({
    host: target.address,
    port: target.port,
    noDelay: true,
    keepAlive: true,
    autoSelectFamilyAttemptTimeout: ADDRESS_MS,
  });
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw socketFailed(target, error);
  }
}

async function throughJump(target: SshTarget, { target: hop, ssh }: Jump): Promise<Duplex> {
  try {
    return await ssh.forwardOut('127.0.0.1', 0, target.address, target.port);
  } catch (error) {
    throw jumpRefused(target, hop, error);
  }
}

async function throughCommand(target: SshTarget, command: string): Promise<Duplex> {
  const child = spawn('/bin/sh', ['-c', `exec ${command}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  child.on('error', (error) => stream.destroy(socketFailed(target, error)));
  stream.on('close', () => child.kill());
  return stream;
}
