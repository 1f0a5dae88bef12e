/** Vault's cipher: PBKDF2-HMAC-SHA256 (10 000 rounds) → AES-256-CTR key, HMAC key and counter; PKCS#7 padding. */

import { isUtf8 } from 'node:buffer';
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  pbkdf2Sync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { Vault as NpmVault } from 'ansible-vault';
import type { Envelope } from './envelope.ts';
import { renderEnvelope } from './envelope.ts';

/** The block of the cipher, which content is padded to. */
export const BLOCK = 16;

type Keys = { readonly cipher: Buffer; readonly hmac: Buffer; readonly counter: Buffer };

/** Decrypts a payload; undefined when the password is another one or the payload was changed. */
export function decryptPayload(envelope: Envelope, password: Buffer): Buffer | undefined {
  const keys = deriveKeys(password, envelope.salt);
  const expected = createHmac('sha256', keys.hmac).update(envelope.ciphertext).digest();
  if (expected.length !== envelope.hmac.length || !timingSafeEqual(expected, envelope.hmac)) return undefined;
  const padded = createDecipheriv('aes-256-ctr', keys.cipher, keys.counter).update(envelope.ciphertext);
  const padding = padded.at(-1) ?? 0;
  const isPadded = padding >= 1 && padding <= BLOCK && padded.subarray(-padding).every((byte) => byte === padding);
  return isPadded ? padded.subarray(0, padded.length - padding) : undefined;
}

/** Encrypts content, with a label in the header when there is one. */
export function encryptContent(content: Buffer, password: Buffer, id?: string): string {
  const label = id === 'default' ? undefined : id;
  // The npm package knows text only; content and passwords that are no UTF-8 go the long way.
  if (isUtf8(content) && isUtf8(password) && content.length > 0) {
    const vault = new NpmVault({ password: password.toString('utf8') });
    return `${vault.encryptSync(content.toString('utf8'), label ?? '')}\n`;
  }
  return encryptBytes(content, password, label);
}

function encryptBytes(content: Buffer, password: Buffer, id: string | undefined): string {
  const salt = randomBytes(32);
  const keys = deriveKeys(password, salt);
  const padding = BLOCK - (content.length % BLOCK);
  const padded = Buffer.concat([content, Buffer.alloc(padding, padding)]);
  const ciphertext = createCipheriv('aes-256-ctr', keys.cipher, keys.counter).update(padded);
  const hmac = createHmac('sha256', keys.hmac).update(ciphertext).digest();
  return renderEnvelope({ salt, hmac, ciphertext }, id);
}

/** Makes the keys of a password and a salt. */
export function deriveKeys(password: Buffer, salt: Buffer): Keys {
  const key = pbkdf2Sync(password, salt, 10_000, 80, 'sha256');
  return { cipher: key.subarray(0, 32), hmac: key.subarray(32, 64), counter: key.subarray(64, 80) };
}
