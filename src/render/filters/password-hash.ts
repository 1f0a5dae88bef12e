/** Ansible's `password_hash`, as passlib makes them. */
import { Fault, typeFault, valueFault } from '../fault.ts';
import { truth } from '../python/compare.ts';
import { str } from '../python/repr.ts';
import type { PyValue } from '../python/value.ts';
import { shaCrypt } from './sha-crypt.ts';

export type PasswordOptions = {
  readonly type: string;
  readonly salt: PyValue;
  readonly size: PyValue;
  readonly rounds: PyValue;
  readonly ident: PyValue;
  readonly random: () => number;
};

const TYPES: Record<string, { readonly algorithm: 'sha256' | 'sha512'; readonly rounds: number }> = {
  sha256: { algorithm: 'sha256', rounds: 535_000 },
  sha256_crypt: { algorithm: 'sha256', rounds: 535_000 },
  sha512: { algorithm: 'sha512', rounds: 656_000 },
  sha512_crypt: { algorithm: 'sha512', rounds: 656_000 },
};

const SALT_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./';

/** Hashes a password. @throws Fault */
export function passwordHash(password: string, options: PasswordOptions): string {
  const type = Object.hasOwn(TYPES, options.type) ? TYPES[options.type] : undefined;
  if (!type)
    throw new Fault('other', `password_hash: '${options.type}' is not supported here; use sha512 or sha256`);
  if (options.size !== null && typeof options.size !== 'number') throw typeFault('salt_size must be an integer');
  if (password.includes('\0')) throw valueFault('Could not hash the secret.');
  const salt = options.salt !== null && truth(options.salt) ? str(options.salt) : makeSalt(options);
  if (!/^[./0-9A-Za-z]{0,16}$/.test(salt))
    throw valueFault('Could not hash the secret: invalid characters in the salt, or too many');
  return shaCrypt(password, { algorithm: type.algorithm, salt, rounds: roundsOf(options.rounds, type.rounds) });
}

function makeSalt({ size, random }: PasswordOptions): string {
  const length = typeof size === 'number' && size > 0 ? Math.min(size, 16) : 16;
  return Array.from({ length }, () => SALT_LETTERS[Math.floor(random() * SALT_LETTERS.length)]).join('');
}

function roundsOf(rounds: PyValue, otherwise: number): number {
  if (rounds === null || !truth(rounds)) return otherwise;
  const count = Number(str(rounds));
  if (!Number.isInteger(count)) throw typeFault('rounds must be an integer');
  if (count < 1000 || count > 1_000_000) throw valueFault('rounds must be between 1000 and 1000000');
  return count;
}
