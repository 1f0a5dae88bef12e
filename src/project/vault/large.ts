/**
 * Encrypts and decrypts files that are too large for memory, in the same format. The proof of a text stands before it, so a
 * file is read twice: once for the proof, once for the content; nothing is written before the proof fits.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { closeSync, readSync } from 'node:fs';
import { openToRead } from '../files.ts';
import { BLOCK, deriveKeys } from './cipher.ts';
import { type Envelope, isVaultText, parseHeader, renderHeader, unhex } from './envelope.ts';
import {
  alreadyEncrypted,
  changedWhileRead,
  notEncrypted,
  startOfVault,
  vaultFormat,
  vaultWrongPassword,
} from './errors.ts';
import type { Vault, VaultPassword } from './secrets.ts';

/** Content in pieces, as often as it is asked for. */
export type Pieces = () => Iterable<Buffer>;

const PIECE = 1024 * 1024;
const DIGITS_A_LINE = 80;

/** The bytes of a file in pieces. */
export function* piecesOf(file: string): Generator<Buffer> {
  const descriptor = openToRead(file, file);
  try {
    for (;;) {
      const piece = Buffer.alloc(PIECE);
      const length = readSync(descriptor, piece, 0, PIECE, null);
      if (length === 0) return;
      yield piece.subarray(0, length);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Encrypts a file. @throws GatError vault/encrypted, vault/changed when it changes meanwhile */
export function* encryptLarge(file: string, password: VaultPassword): Generator<Buffer> {
  if (looksEncrypted(file)) throw alreadyEncrypted(file);
  yield* encryptedPieces(() => piecesOf(file), password, file);
}

/** Encrypts content, which is read twice. @throws GatError vault/changed when it isn't the same both times */
export function* encryptedPieces(read: Pieces, password: VaultPassword, shown: string): Generator<Buffer> {
  const salt = randomBytes(32);
  const keys = deriveKeys(password.password, salt);
  const proof = createHmac('sha256', keys.hmac);
  for (const piece of ciphertext(read, keys)) proof.update(piece);
  const hmac = proof.digest();
  yield Buffer.from(`${renderHeader(password.id)}\n`, 'latin1');
  const again = createHmac('sha256', keys.hmac);
  yield* digitLines(function* () {
    yield `${salt.toString('hex')}\n${hmac.toString('hex')}\n`;
    for (const piece of ciphertext(read, keys)) {
      again.update(piece);
      yield piece.toString('hex');
    }
  });
  if (!again.digest().equals(hmac)) throw changedWhileRead(shown);
}

function* ciphertext(read: Pieces, keys: ReturnType<typeof deriveKeys>): Generator<Buffer> {
  const cipher = createCipheriv('aes-256-ctr', keys.cipher, keys.counter);
  let size = 0;
  for (const piece of read()) {
    size += piece.length;
    yield cipher.update(piece);
  }
  const padding = BLOCK - (size % BLOCK);
  yield cipher.update(Buffer.alloc(padding, padding));
}

/** Text as hex digits in lines. */
function* digitLines(texts: () => Iterable<string>): Generator<Buffer> {
  let open = '';
  for (const text of texts()) {
    const digits = open + Buffer.from(text, 'latin1').toString('hex');
    const whole = digits.length - (digits.length % DIGITS_A_LINE);
    yield Buffer.from(digits.slice(0, whole).replace(/.{80}/g, '$&\n'), 'latin1');
    open = digits.slice(whole);
  }
  if (open !== '') yield Buffer.from(`${open}\n`, 'latin1');
}

/** An encrypted file whose proof fits. */
export type Opened = {
  /** What it was encrypted with, under the label that it has. */
  readonly password: VaultPassword;
  readonly pieces: Pieces;
};

/** Opens a file with the first password that fits. @throws GatError vault/format, vault/wrong-password */
export function openLarge(file: string, vault: Vault): Opened {
  if (!looksEncrypted(file)) throw notEncrypted(file);
  const head = readHead(file);
  const candidates = vault.candidates(head.id, startOfVault(file)).map(({ id, password, from }) => {
    const keys = deriveKeys(password, head.salt);
    return { id, from, password, keys, proof: createHmac('sha256', keys.hmac) };
  });
  for (const piece of ciphertextOf(file, head)) for (const { proof } of candidates) proof.update(piece);
  const used = candidates.find(({ proof }) => isSame(proof.digest(), head.hmac));
  if (!used) throw vaultWrongPassword(startOfVault(file), head.id, candidates);
  return {
    password: { id: head.id, password: used.password },
    pieces: () => decryptedPieces(file, head, used.keys),
  };
}

function* decryptedPieces(file: string, head: Head, keys: ReturnType<typeof deriveKeys>): Generator<Buffer> {
  const cipher = createDecipheriv('aes-256-ctr', keys.cipher, keys.counter);
  const proof = createHmac('sha256', keys.hmac);
  let last: Buffer = Buffer.alloc(0);
  for (const piece of ciphertextOf(file, head)) {
    proof.update(piece);
    const plain = Buffer.concat([last, cipher.update(piece)]);
    const kept = Math.max(0, plain.length - BLOCK);
    yield plain.subarray(0, kept);
    last = plain.subarray(kept);
  }
  if (!isSame(proof.digest(), head.hmac)) throw changedWhileRead(file);
  yield last.subarray(0, last.length - (last.at(-1) ?? 0));
}

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);

type Head = Omit<Envelope, 'ciphertext'> & { readonly length: number };

/** What stands before the encrypted text, and how many bytes of the payload that is. */
function readHead(file: string): Head {
  let text = '';
  for (const piece of payloadOf(file)) {
    text += piece.toString('latin1');
    const [salt, hmac, rest] = text.split('\n', 3);
    if (salt === undefined || hmac === undefined || rest === undefined) continue;
    const position = startOfVault(file);
    return {
      id: parseHeader(firstLine(file), position),
      salt: unhex(salt, position),
      hmac: unhex(hmac, position),
      length: salt.length + hmac.length + 2,
    };
  }
  throw vaultFormat(startOfVault(file), 'its payload is cut off');
}

const firstPiece = (file: string): Buffer => piecesOf(file).next().value ?? Buffer.alloc(0);

/** Whether a file begins like an encrypted one. */
export const looksEncrypted = (file: string): boolean => isVaultText(firstPiece(file).subarray(0, 4096));

function firstLine(file: string): string {
  return (
    firstPiece(file)
      .toString('latin1')
      .split(/[\r\n]/, 1)[0] ?? ''
  );
}

function* ciphertextOf(file: string, head: Head): Generator<Buffer> {
  let skip = head.length;
  yield* bytesOf(file, function* () {
    for (const piece of payloadOf(file)) {
      yield piece.toString('latin1', Math.min(skip, piece.length));
      skip = Math.max(0, skip - piece.length);
    }
  });
}

/** The payload: the bytes that the digits below the first line stand for. */
function* payloadOf(file: string): Generator<Buffer> {
  let inHeader = true;
  yield* bytesOf(file, function* () {
    for (const piece of piecesOf(file)) {
      const text = piece.toString('latin1');
      const end = inHeader ? text.search(/[\r\n]/) : 0;
      if (end < 0) continue;
      inHeader = false;
      yield text.slice(end);
    }
  });
}

/** Digits as bytes; a pair may be cut between two pieces, and lines end anywhere. */
function* bytesOf(file: string, digits: () => Iterable<string>): Generator<Buffer> {
  let open = '';
  for (const piece of digits()) {
    const all = open + piece.replace(/[\r\n]/g, '');
    const whole = all.length - (all.length % 2);
    yield unhex(all.slice(0, whole), startOfVault(file));
    open = all.slice(whole);
  }
  if (open !== '') throw vaultFormat(startOfVault(file), 'its payload is not made of pairs of hex digits');
}
