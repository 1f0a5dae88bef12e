/** Vault files: round trips, labels, atomic writes, the editor's hiding place, hostile texts. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GatError } from '../../src/base/errors.ts';
import { encryptFile, encryptionPassword, encryptString } from '../../src/project/vault/actions.ts';
import { encryptContent } from '../../src/project/vault/cipher.ts';
import { editText } from '../../src/project/vault/editor.ts';
import { parseEnvelope } from '../../src/project/vault/envelope.ts';
import { encryptedPieces, openLarge } from '../../src/project/vault/large.ts';
import { createVault, type Vault } from '../../src/project/vault/secrets.ts';
import { replaceFile } from '../../src/project/vault/write.ts';
import { makeExecutable, withFolder } from './recorded.ts';

const vaultOf = (...passwords: readonly (readonly [string, string])[]): Vault =>
  createVault(passwords.map(([id, password]) => ({ id, read: () => Buffer.from(password) })));
const WHERE = { file: 'f', line: 1, column: 1 };

describe('what is encrypted', () => {
  test('decrypts to the same bytes, whatever they are', () => {
    const vault = vaultOf(['default', 'pässword']);
    const contents = fc.oneof(
      fc.string().map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
    );
    fc.assert(
      fc.property(contents, fc.constantFrom(undefined, 'default', 'prod'), (content, id) => {
        const text = encryptContent(content, Buffer.from('pässword'), id);
        expect(text.split('\n')[0]).toBe(
          id === 'prod' ? '$ANSIBLE_VAULT;1.2;AES256;prod' : '$ANSIBLE_VAULT;1.1;AES256',
        );
        expect(vault.decrypt(text, WHERE).content.equals(content)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('has lines of 80 digits and a final newline', () => {
    const lines = encryptContent(Buffer.from('x'.repeat(100)), Buffer.from('p')).split('\n');
    expect(lines.slice(1, -2).every((line) => line.length === 80)).toBe(true);
    expect(lines.at(-1)).toBe('');
  });

  test('keeps label and password when it is edited', async () => {
    const vault = vaultOf(['a', 'one'], ['b', 'two']);
    const before = Buffer.from(encryptContent(Buffer.from('old'), Buffer.from('two'), 'b'));
    const after = await withFolder({ f: before.toString() }, (folder) => {
      const { password } = openLarge(path.join(folder, 'f'), vault);
      return Buffer.concat([...encryptedPieces(() => [Buffer.from('new')], password, 'f')]);
    });
    expect(after.toString().split('\n')[0]).toBe('$ANSIBLE_VAULT;1.2;AES256;b');
    expect(vaultOf(['x', 'two']).decrypt(after.toString(), WHERE).content.toString()).toBe('new');
  });

  test('is not encrypted twice', () => {
    const password = { id: 'default', password: Buffer.from('p') };
    expect(() => encryptFile(encryptFile(Buffer.from('x'), password, 'f'), password, 'f')).toThrow(GatError);
  });

  test('as a value has the form of encrypt_string', () => {
    const text = encryptString(Buffer.from('x'), { id: 'dev', password: Buffer.from('p') }, 'key');
    expect(text).toMatch(/^key: !vault \|\n {10}\$ANSIBLE_VAULT;1\.2;AES256;dev\n(?: {10}[0-9a-f]+\n)+$/);
  });
});

describe('passwords', () => {
  test('with the label of the text are tried first, then all others; a strict vault tries only those', () => {
    const text = encryptContent(Buffer.from('x'), Buffer.from('right'), 'l');
    const sources = [{ id: 'other', read: () => Buffer.from('right') }];
    expect(createVault(sources).decrypt(text, WHERE).used.id).toBe('other');
    expect(() => createVault(sources, { strict: true }).decrypt(text, WHERE)).toThrow(/no password fits/);
  });

  test('are read only when something is encrypted, and a broken source does not hide a good one', () => {
    let reads = 0;
    const broken = {
      id: 'a',
      read: (): Buffer => {
        reads++;
        throw new GatError({ code: 'x', what: 'cannot' });
      },
    };
    const good = { id: 'b', read: () => Buffer.from('p') };
    const vault = createVault([broken, good]);
    expect(reads).toBe(0);
    expect(vault.decrypt(encryptContent(Buffer.from('x'), Buffer.from('p')), WHERE).used.id).toBe('b');
  });

  test('to encrypt with must be clear', () => {
    expect(() => encryptionPassword(vaultOf(['a', '1'], ['b', '2']), undefined, 'f')).toThrow(/several/);
    expect(encryptionPassword(vaultOf(['a', '1'], ['b', '2']), 'b', 'f').id).toBe('b');
    expect(encryptionPassword(vaultOf(['a', '1'], ['a', '1']), undefined, 'f').id).toBe('a');
  });
});

describe('files are replaced in one step', () => {
  test('a new one is for its owner only, an old one keeps its mode, and nothing else is left', async () => {
    await withFolder({ old: 'x' }, (folder) => {
      replaceFile(path.join(folder, 'old'), Buffer.from('y'), 'keep');
      replaceFile(path.join(folder, 'new'), Buffer.from('z'), 'keep');
      expect([
        statSync(path.join(folder, 'old')).mode & 0o777,
        statSync(path.join(folder, 'new')).mode & 0o777,
      ]).toEqual([0o644, 0o600]);
      replaceFile(path.join(folder, 'old'), Buffer.from('y'), 'private');
      expect(statSync(path.join(folder, 'old')).mode & 0o777).toBe(0o600);
      expect(readdirSync(folder).sort()).toEqual(['new', 'old']);
    });
  });
});

describe('the editor', () => {
  const SEEN = '#!/bin/sh\nstat -c "%a %n" "$(dirname "$1")" "$1" > "$SEEN"\nprintf changed > "$1"\n';

  test('sees the text in a private folder that is gone afterwards', async () => {
    await withFolder({ ed: SEEN, seen: '' }, async (folder) => {
      makeExecutable(folder, ['ed']);
      process.env.SEEN = path.join(folder, 'seen');
      const after = await editText(Buffer.from('plain'), 'a/secret.yml', {
        EDITOR: path.join(folder, 'ed'),
        XDG_RUNTIME_DIR: folder,
      });
      const [folderLine = '', fileLine = ''] = readFileSync(path.join(folder, 'seen'), 'utf8').split('\n');
      expect([after.toString(), folderLine.split(' ')[0], fileLine.split(' ')[0]]).toEqual([
        'changed',
        '700',
        '600',
      ]);
      expect(existsSync(folderLine.split(' ')[1] ?? '')).toBe(false);
      delete process.env.SEEN;
    });
  });

  test('that fails changes nothing', async () => {
    await withFolder({}, async (folder) => {
      await expect(
        editText(Buffer.from('x'), 'f', { EDITOR: 'false', XDG_RUNTIME_DIR: folder }),
      ).rejects.toMatchObject({ code: 'vault/editor' });
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  test.each(['SIGTERM', 'SIGKILL'] as const)('leaves nothing behind after %s', async (signal) => {
    await withFolder({ ed: '#!/bin/sh\necho ready > "$READY"\nexec sleep 20\n' }, async (folder) => {
      makeExecutable(folder, ['ed']);
      const module = path.resolve(import.meta.dirname, '../../src/project/vault/editor.ts');
      const script = path.join(folder, 'edit.mjs');
      await bundle(module, path.join(folder, 'editor.mjs'));
      writeFileSync(
        script,
        `import { editText } from './editor.mjs';\nawait editText(Buffer.from('plain'), 'f', process.env);\n`,
      );
      const hiding = path.join(folder, 'ed');
      const runtime = path.join(folder, 'run');
      await import('node:fs').then((fs) => fs.mkdirSync(runtime));
      const child = spawn(process.execPath, [script], {
        env: { ...process.env, EDITOR: hiding, XDG_RUNTIME_DIR: runtime, READY: path.join(folder, 'ready') },
        stdio: 'ignore',
      });
      await until(() => existsSync(path.join(folder, 'ready')));
      expect(readdirSync(runtime).length).toBe(1);
      child.kill(signal);
      await until(() => readdirSync(runtime).length === 0);
    });
  });
});

async function bundle(module: string, target: string): Promise<void> {
  const { build } = await import('esbuild');
  await build({
    entryPoints: [module],
    outfile: target,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
}

async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!isSo()) {
    if (Date.now() > end) throw new Error('it did not happen in 10 seconds');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test('any text is an envelope or a positioned error', () => {
  const pieces = fc.constantFrom('$ANSIBLE_VAULT', ';', '1.1', 'AES256', '\n', '0a', '3', 'zz', ' ', '\r', 'id');
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      try {
        parseEnvelope(parts.join(''), WHERE);
      } catch (error) {
        expect(error).toBeInstanceOf(GatError);
      }
    }),
    { numRuns: 2000 },
  );
});
