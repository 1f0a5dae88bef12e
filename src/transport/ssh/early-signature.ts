/**
 * Saves the round trip in which a client asks whether a key would do before it signs. RFC 4252, section 7, allows to
 * sign at once. ssh2 has no option for it, so its protocol object is wrapped; where that has changed, all stays as it is.
 */
import type { Client, ParsedKey } from 'ssh2';
import type { KeyRing } from './identities.ts';

type Sign = (data: Buffer, done: (signature: Buffer) => void) => void;
type AuthPk = (username: string, key: ParsedKey, algorithm?: string, sign?: Sign) => void;

const HASHES: Readonly<Record<string, 'sha256' | 'sha512'>> = {
  'rsa-sha2-256': 'sha256',
  'rsa-sha2-512': 'sha512',
};

/** Makes a client that is connecting sign with keys that are at hand: unencrypted files, not keys of an agent. */
export function signAtOnce(client: Client, ring: KeyRing): void {
  const protocol = (client as unknown as { _protocol?: { authPK?: AuthPk } })._protocol;
  const ask = protocol?.authPK;
  if (!protocol || typeof ask !== 'function') return;
  protocol.authPK = (username, key, algorithm, sign) => {
    const hash = algorithm === undefined ? undefined : HASHES[algorithm];
    const held = algorithm === undefined || hash ? ring.atHand(key) : undefined;
    const now: Sign | undefined = held && ((data, done) => done(held.sign(data, hash)));
    ask.call(protocol, username, key, algorithm, sign ?? now);
  };
}
