/** The algorithms that are offered: no SHA-1, no CBC, nothing that OpenSSH does not offer by default itself. */
import type { Algorithms } from 'ssh2';

/** Host key algorithms by the type of key in known_hosts, in the order of preference. */
const HOST_KEYS: readonly (readonly [string, readonly string[]])[] = [
  ['ssh-ed25519', ['ssh-ed25519']],
  ['ecdsa-sha2-nistp256', ['ecdsa-sha2-nistp256']],
  ['ecdsa-sha2-nistp384', ['ecdsa-sha2-nistp384']],
  ['ecdsa-sha2-nistp521', ['ecdsa-sha2-nistp521']],
  ['ssh-rsa', ['rsa-sha2-512', 'rsa-sha2-256']],
];

/** Host key algorithms in groups of which a host has one key each, as a rule. */
export const HOST_KEY_GROUPS: readonly (readonly string[])[] = ['ssh-ed25519', 'ecdsa-', 'ssh-rsa'].map((prefix) =>
  HOST_KEYS.filter(([type]) => type.startsWith(prefix)).flatMap(([, names]) => names),
);

/** Builds the offer; the host is asked for a key of a known type before all others, as OpenSSH does. */
export function offeredAlgorithms(knownTypes: readonly string[]): Algorithms {
  const known = HOST_KEYS.filter(([type]) => knownTypes.includes(type));
  const others = HOST_KEYS.filter(([type]) => !knownTypes.includes(type));
  return algorithms([...known, ...others].flatMap(([, names]) => names));
}

/** Builds an offer with just these host key algorithms. */
export function algorithms(hostKeyAlgorithms: readonly string[]): Algorithms {
  return {
    kex: [
      'curve25519-sha256',
      'curve25519-sha256@libssh.org',
      'ecdh-sha2-nistp256',
      'ecdh-sha2-nistp384',
      'ecdh-sha2-nistp521',
      'diffie-hellman-group16-sha512',
      'diffie-hellman-group18-sha512',
      'diffie-hellman-group14-sha256',
    ] as Algorithms['kex'] & string[],
    // GCM first: Terrapin cannot touch it even where the other side lacks strict key exchange.
    cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes256-ctr', 'aes192-ctr', 'aes128-ctr'],
    hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
    serverHostKey: [...hostKeyAlgorithms] as Algorithms['serverHostKey'] & string[],
    compress: ['none'],
  };
}
