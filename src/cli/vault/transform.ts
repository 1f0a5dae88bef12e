/** Files, or standard input, that are encrypted or decrypted. */
import { readFileSync, statSync } from 'node:fs';
import { MAX_FILE_BYTES, readBytes } from '../../project/files.ts';
import { encryptString } from '../../project/vault/actions.ts';
import { isVaultText } from '../../project/vault/envelope.ts';
import { nothingToEncrypt } from '../../project/vault/errors.ts';
import type { Vault } from '../../project/vault/secrets.ts';
import { type FileMode, replaceFileBy } from '../../project/vault/write.ts';
import { passwordToEncrypt, type VaultOptions } from './passwords.ts';

const STANDARD = '-';

/** How files are changed: whole, or piece by piece where they are too large for that. */
export type Transformation = {
  readonly whole: (content: Buffer, shown: string) => Buffer;
  readonly large: (file: string) => Iterable<Buffer>;
};

/** Changes files in place, or writes the result to `--output`; `-` is standard input or output. All are read first. */
export function transformFiles(
  files: readonly string[],
  options: Pick<VaultOptions, 'output'>,
  mode: FileMode,
  change: Transformation,
): void {
  const sources = files.length === 0 ? [STANDARD] : files;
  const results = sources.map((file): readonly [string, Iterable<Buffer>] => [
    file,
    isLarge(file) ? change.large(file) : [change.whole(readSource(file), file)],
  ]);
  for (const [file, pieces] of results) {
    const target = options.output ?? file;
    if (target === STANDARD) for (const piece of pieces) process.stdout.write(piece);
    else replaceFileBy(target, mode, pieces);
  }
}

/** The text of a file that may be encrypted. */
export function readable(content: Buffer, vault: Vault, shown: string): Buffer {
  return isVaultText(content) ? vault.decryptFile(content, shown) : content;
}

/** Encrypts standard input as a value for a YAML file. */
export async function encryptedValue(options: VaultOptions): Promise<string> {
  const password = await passwordToEncrypt(options);
  const text = readFileSync(0);
  if (text.length === 0) throw nothingToEncrypt();
  return encryptString(text, password, options.name);
}

/** Whether a file is too large to be taken into memory. */
export function isLarge(file: string): boolean {
  if (file === STANDARD) return false;
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size > MAX_FILE_BYTES;
}

function readSource(file: string): Buffer {
  return file === STANDARD ? readFileSync(0) : readBytes(file, file);
}
