/** The password hashes `$5$` and `$6$`. See Ulrich Drepper, "Unix crypt using SHA-256 and SHA-512". */
import { createHash } from 'node:crypto';

export type ShaCrypt = { readonly algorithm: 'sha256' | 'sha512'; readonly salt: string; readonly rounds: number };

/** The letters that crypt writes with. */
export const shaCryptLetters = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Hashes a password; the rounds are written unless they are the usual 5000. */
export function shaCrypt(password: string, { algorithm, salt, rounds }: ShaCrypt): string {
  const key = Buffer.from(password, 'utf8');
  const saltBytes = Buffer.from(salt, 'utf8');
  const hash = (...parts: readonly Buffer[]): Buffer =>
    createHash(algorithm).update(Buffer.concat(parts)).digest();
  const first = initialDigest(key, saltBytes, hash);
  const p = repeatTo(hash(...Array.from({ length: key.length }, () => key)), key.length);
  const s = repeatTo(hash(...Array.from({ length: 16 + (first[0] ?? 0) }, () => saltBytes)), saltBytes.length);
  let digest = first;
  for (let round = 0; round < rounds; round++) {
    const parts = [round % 2 ? p : digest];
    if (round % 3) parts.push(s);
    if (round % 7) parts.push(p);
    parts.push(round % 2 ? digest : p);
    digest = hash(...parts);
  }
  const id = algorithm === 'sha512' ? '6' : '5';
  const written = rounds === 5000 ? '' : `rounds=${rounds}$`;
  return `$${id}$${written}${salt}$${encode(digest, algorithm)}`;
}

type Hash = (...parts: readonly Buffer[]) => Buffer;

function initialDigest(key: Buffer, salt: Buffer, hash: Hash): Buffer {
  const alternate = hash(key, salt, key);
  const parts = [key, salt, repeatTo(alternate, key.length)];
  for (let bits = key.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? alternate : key);
  return hash(...parts);
}

function repeatTo(digest: Buffer, length: number): Buffer {
  return Buffer.alloc(length, digest);
}

/** The order in which three bytes at a time are written: each step goes on from the other third of the digest. */
function encode(digest: Buffer, algorithm: ShaCrypt['algorithm']): string {
  const third = algorithm === 'sha512' ? 21 : 10;
  let [a, b, c] = [0, third, 2 * third];
  let text = '';
  for (let group = 0; group < third; group++) {
    text += cryptLetters((at(digest, a) << 16) | (at(digest, b) << 8) | at(digest, c), 4);
    [a, b, c] = algorithm === 'sha512' ? [b + 1, c + 1, a + 1] : [c + 1, a + 1, b + 1];
  }
  if (algorithm === 'sha512') return text + cryptLetters(at(digest, 63), 2);
  return text + cryptLetters((at(digest, 31) << 8) | at(digest, 30), 3);
}

const at = (bytes: Buffer, index: number): number => bytes[index] ?? 0;

/** Writes a number six bits at a time, the lowest first. */
export function cryptLetters(value: number, count: number): string {
  let rest = value;
  let text = '';
  for (let i = 0; i < count; i++) {
    text += shaCryptLetters[rest & 63];
    rest >>>= 6;
  }
  return text;
}
