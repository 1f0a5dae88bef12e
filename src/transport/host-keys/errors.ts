/** Errors about host keys: each shows the fingerprints and says how a person makes sure and goes on. */
import { GatError, type Where } from '../../base/errors.ts';
import type { SshTarget } from '../target/target.ts';
import { fingerprint, type KnownHost, typeOf } from './known-hosts.ts';

type Parts = {
  readonly code: string;
  readonly what: string;
  readonly why: string;
  readonly fix?: string;
  readonly at?: readonly KnownHost[];
  readonly cause?: unknown;
};

function hostKeyError(target: SshTarget, { at = [], code, ...parts }: Parts): GatError {
  const where: Where[] = [{ host: target.name }, ...at.map(({ file, line }) => ({ file, line, column: 0 }))];
  return new GatError({ ...parts, code: `ssh/${code}`, where, class: 'unreachable' });
}

/** No known_hosts file knows the host. */
export function hostKeyUnknown(target: SshTarget, key: Buffer): GatError {
  return hostKeyError(target, {
    code: 'host-key-unknown',
    what: `cannot trust ${target.name}: its host key is not known`,
    why: `${shown(target)} shows the key ${described(key)}, and no known_hosts file has an entry for ${target.knownHostName}`,
    fix: `compare the fingerprint with the host's own (ssh-keygen -lf /etc/ssh/ssh_host_…_key.pub), then:\n  ${target.trustCommand}`,
  });
}

type Changed = { readonly entries: readonly KnownHost[]; readonly sameType: boolean };

/** The host shows another key than the known one. */
export function hostKeyChanged(target: SshTarget, { entries, sameType }: Changed, key: Buffer): GatError {
  const known = entries.map((entry) => described(Buffer.from(entry.key, 'base64'))).join(', ');
  return hostKeyError(target, {
    code: sameType ? 'host-key-changed' : 'host-key-other-type',
    what: `cannot trust ${target.name}: its host key ${sameType ? 'has changed' : 'is of another type than the known one'}`,
    at: entries,
    why: `${shown(target)} shows ${described(key)}, but ${known} is known; the host was set up anew, or somebody is in between`,
    fix: `ask who runs the host; if the new key is right:\n  ${target.trustCommand}${sameType ? ' --replace' : ''}`,
  });
}

/** The key is marked as revoked. */
export function hostKeyRevoked(target: SshTarget, entry: KnownHost, key: Buffer): GatError {
  return hostKeyError(target, {
    code: 'host-key-revoked',
    what: `cannot trust ${target.name}: its host key is revoked`,
    at: [entry],
    why: `${shown(target)} shows ${described(key)}, which is marked @revoked: somebody else may have it`,
    fix: 'give the host a new key (ssh-keygen -A), and trust that one',
  });
}

/** Only a certificate authority stands in known_hosts. */
export function hostKeyAuthority(target: SshTarget, entry: KnownHost, key: Buffer): GatError {
  return hostKeyError(target, {
    code: 'host-key-authority',
    what: `cannot trust ${target.name}: only a certificate authority is known for it`,
    at: [entry],
    why: `host certificates (@cert-authority) are not supported; the host shows the plain key ${described(key)}`,
    fix: `pin its plain key as well:\n  ${target.trustCommand}`,
  });
}

/** A known_hosts file is there but can't be read. */
export function knownHostsUnreadable(target: SshTarget, file: string, cause: unknown): GatError {
  return hostKeyError(target, {
    code: 'known-hosts',
    what: `cannot check the host key of ${target.name}: ${file} can't be read`,
    why: `${cause instanceof Error ? cause.message : cause}; without it nobody knows whether the host is the right one`,
    fix: `chmod u+r ${file}`,
    cause,
  });
}

/** A key's type and fingerprint, as `ssh-keygen -l` shows them. */
export function described(key: Buffer): string {
  return `${typeOf(key.toString('base64')) ?? 'unknown type'} ${fingerprint(key)}`;
}

function shown(target: SshTarget): string {
  return `${target.address} port ${target.port}`;
}
