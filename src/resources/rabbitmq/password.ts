/** Whether a password is the one whose hash the broker keeps. See rabbitmq.com, "Password hashing". */
import { createHash } from 'node:crypto';
import { reveal, type Text } from '../../base/secret.ts';

const DIGESTS: Readonly<Record<string, string>> = {
  rabbit_password_hashing_sha256: 'sha256',
  rabbit_password_hashing_sha512: 'sha512',
  rabbit_password_hashing_md5: 'md5',
};

const SALT_BYTES = 4;

/**
 * Compares a password with a hash such as `a8Hwoqz4gY9Y…`: base64 of four bytes of salt and the digest of salt and
 * password. An algorithm that isn't the broker's own is never a match, so that the password is set anew.
 */
export function matchesHash(password: Text, hash: string, algorithm: string): boolean {
  const digest = DIGESTS[algorithm];
  const bytes = Buffer.from(hash, 'base64');
  if (digest === undefined || bytes.length <= SALT_BYTES) return false;
  const salt = bytes.subarray(0, SALT_BYTES);
  const expected = createHash(digest).update(salt).update(reveal(password)).digest();
  return expected.equals(bytes.subarray(SALT_BYTES));
}
