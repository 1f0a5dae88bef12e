/** Passwords as PostgreSQL keeps them: made and compared here, so that the server never sees one in plain. See RFC 5803. */
import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';
import { reveal, Secret, type Text } from '../../base/secret.ts';

const SCRAM = /^SCRAM-SHA-256\$(\d+):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$/;
const MD5 = /^md5[0-9a-f]{32}$/;
const ITERATIONS = 4096;

/** Whether a password is the one that is kept: `SCRAM-SHA-256$4096:salt$stored:server`, or the older `md5…`. */
export function matchesStored(password: Text, role: string, stored: string): boolean {
  const plain = reveal(password);
  if (isHashed(plain)) return same(plain, stored);
  const scram = SCRAM.exec(stored);
  if (scram?.[1] && scram[2] && scram[3]) return same(storedKey(plain, scram[2], Number(scram[1])), scram[3]);
  return MD5.test(stored) && same(md5(plain, role), stored);
}

/** The form of a password that is sent to the server: a new SCRAM verifier, or what the admin has hashed himself. */
export function toStored(password: Text): Secret {
  const plain = reveal(password);
  return new Secret(isHashed(plain) ? plain : verifier(plain, randomBytes(16).toString('base64')));
}

function isHashed(text: string): boolean {
  return SCRAM.test(text) || MD5.test(text);
}

function verifier(plain: string, salt: string): string {
  const salted = saltedPassword(plain, salt, ITERATIONS);
  const server = createHmac('sha256', salted).update('Server Key').digest('base64');
  return `SCRAM-SHA-256$${ITERATIONS}:${salt}$${storedKey(plain, salt, ITERATIONS)}:${server}`;
}

function storedKey(plain: string, salt: string, iterations: number): string {
  const client = createHmac('sha256', saltedPassword(plain, salt, iterations))
    .update('Client Key')
    .digest();
  return createHash('sha256').update(client).digest('base64');
}

function saltedPassword(plain: string, salt: string, iterations: number): Buffer {
  return pbkdf2Sync(plain.normalize('NFKC'), Buffer.from(salt, 'base64'), iterations, 32, 'sha256');
}

function md5(plain: string, role: string): string {
  return `md5${createHash('md5').update(`${plain}${role}`).digest('hex')}`;
}

function same(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
}
