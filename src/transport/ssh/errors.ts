/** Errors of making an SSH connection. */
import { GatError } from '../../base/errors.ts';
import { printable } from '../errors.ts';
import type { SshTarget } from '../target/target.ts';

type Parts = { readonly code: string; readonly why: string; readonly fix?: string; readonly cause?: unknown };

function unreachable(target: SshTarget, { code, ...parts }: Parts): GatError {
  return new GatError({
    code: `ssh/${code}`,
    what: `cannot connect to ${placeOf(target)}`,
    where: { host: target.name },
    class: 'unreachable',
    ...parts,
  });
}

/** What the system's codes mean. */
const REASONS: Readonly<Record<string, string>> = {
  EHOSTUNREACH: 'no host answers at this address',
  ENETUNREACH: 'no way leads to its network from here',
  ETIMEDOUT: 'nothing answers',
  ECONNRESET: 'the connection was cut off',
  EADDRNOTAVAIL: 'this is no address of a host',
};

/** The TCP connection could not be made. */
export function socketFailed(target: SshTarget, cause: unknown): GatError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? '';
  const at = `${target.address} port ${target.port}`;
  if (code === 'ECONNREFUSED') {
    return unreachable(target, {
      code: 'refused',
      why: `${at} refuses the connection: nothing listens there, or a firewall says no`,
      fix: `is sshd running there, and is the port right (ansible_port)?\n  ssh -p ${target.port} ${target.user}@${target.address}`,
      cause,
    });
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'EAI_FAIL') {
    return unreachable(target, {
      code: 'unknown-name',
      why: `the name ${target.address} can't be resolved`,
      fix: nameAdvice(target),
      cause,
    });
  }
  const reason = REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return unreachable(target, {
    code: 'unreachable',
    why: `${at} can't be reached: ${reason}`,
    fix: `is the host on, and the address right (ansible_host)?\n  ping ${target.address}`,
    cause,
  });
}

function nameAdvice({ address, name }: SshTarget): string {
  const [, host, port] = /^([^:]+):(\d+)$/.exec(address) ?? [];
  if (port !== undefined) return `the port has a variable of its own: ansible_host=${host} ansible_port=${port}`;
  return `is the name right? If its address is another one, set ansible_host for ${name}`;
}

/** Nothing answered in time. */
export function connectTimedOut(target: SshTarget): GatError {
  const seconds = target.connectTimeoutMs / 1000;
  return unreachable(target, {
    code: 'timeout',
    why: `${target.address} port ${target.port} did not answer within ${seconds} s`,
    fix: 'is the host up, and does a firewall drop the packets? For a slow link raise ConnectTimeout in ~/.ssh/config',
  });
}

/** The host closed the connection before it said who it is. */
export function handshakeDropped(target: SshTarget, said: string): GatError {
  const words = said ? ` after saying: ${printable(said.trim())}` : '';
  return unreachable(target, {
    code: 'dropped',
    why: `${target.address} port ${target.port} closed the connection before the handshake${words}`,
    fix: 'is sshd overloaded (MaxStartups) or does it refuse this address? Try again with fewer hosts at once: --forks 2',
  });
}

/** The handshake failed. */
export function handshakeFailed(target: SshTarget, cause: Error): GatError {
  if (/no matching/.test(cause.message)) {
    return unreachable(target, {
      code: 'no-common-algorithm',
      why: `the host offers only algorithms that are no longer safe (${cause.message})`,
      fix: 'update the SSH server of the host',
      cause,
    });
  }
  return unreachable(target, {
    code: 'handshake',
    why: `the handshake failed: ${printable(cause.message)}`,
    cause,
  });
}

/** The host did not accept any key or password. */
export function authFailed(target: SshTarget, tried: readonly string[], cause?: unknown): GatError {
  const list =
    tried.length > 0 ? tried.map((line) => `\n  ${line}`).join('') : ' there was no key and no password to try';
  return new GatError({
    code: 'ssh/auth-failed',
    what: `cannot log in to ${placeOf(target)} as ${target.user}`,
    where: { host: target.name },
    class: 'unreachable',
    why: `none of these was accepted:${list}`,
    fix: `try it by hand; when this works, name its key in ansible_ssh_private_key_file:\n  ssh -v -p ${target.port} ${target.user}@${target.address} true`,
    cause,
  });
}

/** A jump host can't or won't connect further. */
export function jumpRefused(target: SshTarget, hop: SshTarget, cause: unknown): GatError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return unreachable(target, {
    code: 'jump-refused',
    why: `the jump host ${hop.name} can't connect to ${target.address} port ${target.port}: ${printable(reason)}`,
    fix: `is the host up, and does ${hop.name} allow forwarding (AllowTcpForwarding)?\n  ssh -W ${target.address}:${target.port} ${hop.name}`,
    cause,
  });
}

function placeOf(target: SshTarget): string {
  return target.address === target.name ? target.name : `${target.name} (${target.address})`;
}
