/** The password hash `$1$`. See crypt(5), "md5crypt". */
import { createHash } from 'node:crypto';
import { cryptLetters } from './sha-crypt.ts';

const md5 = (...parts: readonly Buffer[]): Buffer => createHash('md5').update(Buffer.concat(parts)).digest();

/** Hashes a password in a thousand rounds. */
export function md5Crypt(password: string, salt: string): string {
  const key = Buffer.from(password, 'utf8');
  const saltBytes = Buffer.from(salt, 'utf8');
  let digest = initialDigest(key, saltBytes);
  for (let round = 0; round < 1000; round++) {
    const parts = [round % 2 ? key : digest];
    if (round % 3) parts.push(saltBytes);
    if (round % 7) parts.push(key);
    parts.push(round % 2 ? digest : key);
    digest = md5(...parts);
  }
  return `$1$${salt}$${encode(digest)}`;
}

function initialDigest(key: Buffer, salt: Buffer): Buffer {
  const parts = [key, Buffer.from('$1$'), salt, Buffer.alloc(key.length, md5(key, salt, key))];
  for (let bits = key.length; bits > 0; bits >>= 1) parts.push(bits & 1 ? Buffer.alloc(1) : key.subarray(0, 1));
  return md5(...parts);
}

function encode(digest: Buffer): string {
  const at = (index: number): number => digest[index] ?? 0;
  const groups = [0, 1, 2, 3, 4].map((first) => {
    const last = first === 4 ? 5 : first + 12;
    return cryptLetters((at(first) << 16) | (at(first + 6) << 8) | at(last), 4);
  });
  return groups.join('') + cryptLetters(at(11), 2);
}
