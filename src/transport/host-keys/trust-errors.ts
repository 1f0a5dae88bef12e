/** Errors of making a host key known. */
import { GatError } from '../../base/errors.ts';
import type { SshTarget } from '../target/target.ts';
import { described } from './errors.ts';
import type { KnownHost } from './known-hosts.ts';

/** Nobody has confirmed a key, and there is no terminal to ask at. */
export function trustNotConfirmed(target: SshTarget, keys: readonly Buffer[]): GatError {
  return new GatError({
    code: 'ssh/trust-unconfirmed',
    what: `cannot trust ${target.name} without a person who confirms its key`,
    where: { host: target.name },
    why: `there is no terminal to ask at; the host shows ${keys.map(described).join(', ')}`,
    fix: `look the fingerprint up on the host itself (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then:\n  ${target.trustCommand} --fingerprint SHA256:…`,
    class: 'unreachable',
  });
}

/** The person at the terminal said no, or not yes. */
export function trustDeclined(target: SshTarget): GatError {
  return new GatError({
    code: 'ssh/trust-declined',
    what: `cannot trust ${target.name}: its key was not confirmed`,
    where: { host: target.name },
    why: 'neither "yes" nor a fingerprint of one of its keys was typed; nothing was written',
    class: 'unreachable',
  });
}

/** None of the fingerprints that were expected is shown. */
export function fingerprintDiffers(
  target: SshTarget,
  expected: readonly string[],
  keys: readonly Buffer[],
): GatError {
  return new GatError({
    code: 'ssh/fingerprint-differs',
    what: `cannot trust ${target.name}: it shows none of the expected fingerprints`,
    where: { host: target.name },
    why: `expected is ${expected.join(' or ')}, the host shows ${keys.map(described).join(', ')}; somebody may be in between`,
    class: 'unreachable',
  });
}

/** An old key stands in a line that is about other hosts too. */
export function oldKeyStays(target: SshTarget, { file, line, hosts }: KnownHost): GatError {
  return new GatError({
    code: 'ssh/old-key',
    what: `cannot replace the known key of ${target.name}`,
    where: { file, line, column: 0 },
    why: `the line is about other hosts too (${hosts})`,
    fix: `change the line by hand, then:\n  ${target.trustCommand}`,
  });
}

/** The known_hosts file can't be written. */
export function trustNotWritten(target: SshTarget, file: string, cause: Error): GatError {
  return new GatError({
    code: 'ssh/known-hosts-write',
    what: `cannot write the key of ${target.name} to ${file}`,
    where: { host: target.name },
    why: cause.message,
    cause,
  });
}
