/** Files too large for memory: the same format as the others, in both directions, and nothing written before the proof fits. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { encryptFile } from '../../src/project/vault/actions.ts';
import { decryptLarge, encryptLarge } from '../../src/project/vault/large.ts';
import { createVault } from '../../src/project/vault/secrets.ts';
import { recordedCases, withFolder } from './recorded.ts';

const PASSWORD = { id: 'prod', password: Buffer.from('pässword') };
const vaultOf = (...texts: readonly string[]) =>
  createVault(texts.map((text, at) => ({ id: `p${at}`, read: () => Buffer.from(text) })));

/** What a writer puts out, in one. */
function collected(write: (put: (piece: Buffer) => void) => void): Buffer {
  const pieces: Buffer[] = [];
  write((piece) => pieces.push(Buffer.from(piece)));
  return Buffer.concat(pieces);
}

const inFile = <T>(content: Buffer, use: (file: string) => T) =>
  withFolder({}, (folder) => {
    const file = path.join(folder, 'f');
    writeFileSync(file, content);
    return use(file);
  });

describe('a file that is encrypted piece by piece', () => {
  const sizes = [0, 1, 15, 16, 17, 4096, 1024 * 1024 - 1, 1024 * 1024, 2 * 1024 * 1024 + 7];
  test.each(sizes)('of %i bytes is read by the ordinary way and back', async (size) => {
    const content = Buffer.alloc(size, 'abc\n\x80');
    await inFile(content, async (file) => {
      const encrypted = collected((put) => encryptLarge(file, PASSWORD, put));
      const lines = encrypted.toString('latin1').split('\n');
      expect(lines[0]).toBe('$ANSIBLE_VAULT;1.2;AES256;prod');
      expect(lines.slice(1, -2).every((line) => line.length === 80)).toBe(true);
      const vault = vaultOf('other', 'pässword');
      expect(vault.decryptFile(encrypted, 'f').equals(content)).toBe(true);
      await inFile(encrypted, (again) =>
        expect(collected((put) => decryptLarge(again, vault, put)).equals(content)).toBe(true),
      );
    });
  });

  const made = recordedCases('vault-dev.json').filter(
    (one) =>
      one.kind === 'decrypt' &&
      one.expected.plaintext !== undefined &&
      one.secrets?.join() === 'pw' &&
      !one.executable,
  );
  test.each(made.map((one) => [`${one.id} ${one.feature}`, one] as const))(
    'Ansible made: %s',
    async (_id, one) => {
      const password = (one.files.pw ?? '').trim();
      await inFile(Buffer.from(one.files[one.target ?? ''] ?? ''), (file) =>
        expect(collected((put) => decryptLarge(file, vaultOf(password), put)).toString()).toBe(
          one.expected.plaintext,
        ),
      );
    },
  );

  test.each([
    ['a wrong password', (bytes: Buffer) => bytes, 'vault/wrong-password', 'no'],
    ['a changed digit', (bytes: Buffer) => changed(bytes), 'vault/wrong-password', 'pässword'],
    ['a cut end', (bytes: Buffer) => bytes.subarray(0, -41), 'vault/wrong-password', 'pässword'],
    [
      'a letter among the digits',
      (bytes: Buffer) => Buffer.concat([bytes, Buffer.from('xy')]),
      'vault/format',
      'pässword',
    ],
    ['nothing but a header', (bytes: Buffer) => bytes.subarray(0, 30), 'vault/format', 'pässword'],
    ['no encryption', () => Buffer.from('plain'), 'vault/not-encrypted', 'pässword'],
  ])('with %s writes nothing', async (_title, break_, code, password) => {
    const encrypted = encryptFile(Buffer.from('secret '.repeat(50)), PASSWORD, 'f');
    await inFile(break_(encrypted), (file) => {
      const written: Buffer[] = [];
      const decrypt = () => decryptLarge(file, vaultOf(password), (piece) => written.push(piece));
      expect(decrypt).toThrow(expect.objectContaining({ code }));
      expect(written).toEqual([]);
    });
  });

  test('is not encrypted twice', async () => {
    await inFile(encryptFile(Buffer.from('x'), PASSWORD, 'f'), (file) =>
      expect(() => encryptLarge(file, PASSWORD, () => undefined)).toThrow(
        expect.objectContaining({ code: 'vault/encrypted' }),
      ),
    );
  });
});

/** The text with its last digit changed. */
function changed(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1').trimEnd();
  return Buffer.from(
    text.replace(/.$/, (digit) => (digit === '1' ? '2' : '1')),
    'latin1',
  );
}
