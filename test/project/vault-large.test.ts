/** Files too large for memory: the same format as the others, in both directions, and nothing written before the proof fits. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { encryptFile } from '../../src/project/vault/actions.ts';
import { encryptedPieces, encryptLarge, openLarge } from '../../src/project/vault/large.ts';
import { createVault } from '../../src/project/vault/secrets.ts';
import { recordedCases, withFolder } from './recorded.ts';

const PASSWORD = { id: 'prod', password: Buffer.from('pässword') };
const vaultOf = (...texts: readonly string[]) =>
  createVault(texts.map((text, at) => ({ id: `p${at}`, read: () => Buffer.from(text) })));

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
      const encrypted = Buffer.concat([...encryptLarge(file, PASSWORD)]);
      const lines = encrypted.toString('latin1').split('\n');
      expect(lines[0]).toBe('$ANSIBLE_VAULT;1.2;AES256;prod');
      expect(lines.slice(1, -2).every((line) => line.length === 80)).toBe(true);
      const vault = vaultOf('other', 'pässword');
      expect(vault.decryptFile(encrypted, 'f').equals(content)).toBe(true);
      await inFile(encrypted, (again) =>
        expect(Buffer.concat([...openLarge(again, vault).pieces()]).equals(content)).toBe(true),
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
        expect(Buffer.concat([...openLarge(file, vaultOf(password)).pieces()]).toString()).toBe(
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
  ])('with %s is refused before any of it is given out', async (_title, break_, code, password) => {
    const encrypted = encryptFile(Buffer.from('secret '.repeat(50)), PASSWORD, 'f');
    await inFile(break_(encrypted), (file) => {
      expect(() => openLarge(file, vaultOf(password))).toThrow(expect.objectContaining({ code }));
    });
  });

  test('is not encrypted twice', async () => {
    await inFile(encryptFile(Buffer.from('x'), PASSWORD, 'f'), (file) =>
      expect(() => [...encryptLarge(file, PASSWORD)]).toThrow(
        expect.objectContaining({ code: 'vault/encrypted' }),
      ),
    );
  });
});

test('gets another password without its content ever being whole', async () => {
  const content = Buffer.alloc(3 * 1024 * 1024 + 5, 'line\n');
  await inFile(encryptFile(content, PASSWORD, 'f'), async (file) => {
    const { pieces, password } = openLarge(file, vaultOf('other', 'pässword'));
    expect(password).toEqual(PASSWORD);
    const again = Buffer.concat([...encryptedPieces(pieces, { id: 'b', password: Buffer.from('new') }, file)]);
    expect(vaultOf('new').decryptFile(again, 'f').equals(content)).toBe(true);
  });
});

test('of content that is another one the second time is no encrypted text', () => {
  let read = 0;
  const changing = () => [Buffer.from(`content ${read++}`)];
  expect(() => [...encryptedPieces(changing, PASSWORD, 'f')]).toThrow(
    expect.objectContaining({ code: 'vault/changed' }),
  );
});

/** The text with its last digit changed. */
function changed(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1').trimEnd();
  return Buffer.from(
    text.replace(/.$/, (digit) => (digit === '1' ? '2' : '1')),
    'latin1',
  );
}
