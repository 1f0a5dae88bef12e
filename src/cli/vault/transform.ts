/** Files, or standard input, that are encrypted or decrypted. */
import { readFileSync } from 'node:fs';
import { readBytes } from '../../project/files.ts';
import { encryptString } from '../../project/vault/actions.ts';
import { isVaultText } from '../../project/vault/envelope.ts';
import { nothingToEncrypt } from '../../project/vault/errors.ts';
import type { Vault } from '../../project/vault/secrets.ts';
import { type FileMode, replaceFile } from '../../project/vault/write.ts';
import { passwordToEncrypt, type VaultOptions } from './passwords.ts';

const STANDARD = '-';

/** Changes files in place, or writes the result to `--output`; `-` is standard input or output. All are read first. */
export function transformFiles(
  files: readonly string[],
  options: Pick<VaultOptions, 'output'>,
  mode: FileMode,
  change: (content: Buffer, shown: string) => Buffer,
): void {
  const sources = files.length === 0 ? [STANDARD] : files;
  const results = sources.map((file) => [file, change(readSource(file), file)] as const);
  for (const [file, content] of results) {
    const target = options.output ?? file;
    if (target === STANDARD) process.stdout.write(content);
    else replaceFile(target, content, mode);
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

function readSource(file: string): Buffer {
  return file === STANDARD ? readFileSync(0) : readBytes(file, file);
}
