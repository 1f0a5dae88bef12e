/** Ansible's `password_hash`, as passlib makes them. */
import { Fault, typeFault, valueFault } from '../fault.ts';
import { truth } from '../python/compare.ts';
import { str } from '../python/repr.ts';
import type { PyValue } from '../python/value.ts';
import { md5Crypt } from './md5-crypt.ts';
import { shaCrypt } from './sha-crypt.ts';

export type PasswordOptions = {
  readonly type: string;
  readonly salt: PyValue;
  readonly size: PyValue;
  readonly rounds: PyValue;
  readonly ident: PyValue;
  readonly random: () => number;
};

type Type = {
  readonly algorithm: 'md5' | 'sha256' | 'sha512';
  readonly rounds: number;
  readonly longestSalt: number;
};

const MD5: Type = { algorithm: 'md5', rounds: 1000, longestSalt: 8 };
const SHA256: Type = { algorithm: 'sha256', rounds: 535_000, longestSalt: 16 };
const SHA512: Type = { algorithm: 'sha512', rounds: 656_000, longestSalt: 16 };

const TYPES: Record<string, Type> = {
  md5: MD5,
  md5_crypt: MD5,
  sha256: SHA256,
  sha256_crypt: SHA256,
  sha512: SHA512,
  sha512_crypt: SHA512,
};

const SALT_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./';

/** Hashes a password. @throws Fault */
export function passwordHash(password: string, options: PasswordOptions): string {
  const type = Object.hasOwn(TYPES, options.type) ? TYPES[options.type] : undefined;
  if (!type)
    throw new Fault('other', `password_hash: '${options.type}' is not supported here; use sha512, sha256 or md5`);
  if (options.size !== null && typeof options.size !== 'number') throw typeFault('salt_size must be an integer');
  if (password.includes('\0')) throw valueFault('Could not hash the secret.');
  const salt =
    options.salt !== null && truth(options.salt) ? str(options.salt) : makeSalt(options, type.longestSalt);
  if (!/^[./0-9A-Za-z]*$/.test(salt) || salt.length > type.longestSalt)
    throw valueFault('Could not hash the secret: invalid characters in the salt, or too many');
  const { algorithm } = type;
  if (algorithm !== 'md5')
    return shaCrypt(password, { algorithm, salt, rounds: roundsOf(options.rounds, type.rounds) });
  if (options.rounds !== null && truth(options.rounds)) throw typeFault('md5 takes no rounds');
  return md5Crypt(password, salt);
}

function makeSalt({ size, random }: PasswordOptions, longest: number): string {
  const length = typeof size === 'number' && size > 0 ? Math.min(size, longest) : longest;
  return Array.from({ length }, () => SALT_LETTERS[Math.floor(random() * SALT_LETTERS.length)]).join('');
}

function roundsOf(rounds: PyValue, otherwise: number): number {
  if (rounds === null || !truth(rounds)) return otherwise;
  const count = Number(str(rounds));
  if (!Number.isInteger(count)) throw typeFault('rounds must be an integer');
  if (count < 1000 || count > 1_000_000) throw valueFault('rounds must be between 1000 and 1000000');
  return count;
}
