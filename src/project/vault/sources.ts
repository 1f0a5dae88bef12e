/** Where vault passwords come from: files, programs, environment, standard input, a prompt on the terminal. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import path from 'node:path';
import { rememberSecret } from '../../base/mask.ts';
import { startOf } from '../errors.ts';
import { pathKind, readBytes } from '../files.ts';
import { isVaultText } from './envelope.ts';
import { vaultEmptyPassword, vaultPasswordFile } from './errors.ts';
import type { PasswordSource } from './secrets.ts';

const SCRIPT_TIMEOUT_MS = 120_000;

/** Splits `id@source`; without a label it is the default one. */
export function splitVaultId(text: string, defaultId: string): { readonly id: string; readonly source: string } {
  const at = text.indexOf('@');
  if (at < 0) return { id: defaultId, source: text };
  return { id: text.slice(0, at) || defaultId, source: text.slice(at + 1) };
}

const PASSWORD_FILE_ADVICE =
  'get the file from whoever made the project, or name another: --vault-password-file FILE';

/** A source for a file, or for a program when the file is executable. `shown` is its name in messages. */
export function fileSource(id: string, file: string, shown: string): PasswordSource {
  return {
    id,
    shown,
    read: (earlier) => {
      const kind = pathKind(file);
      if (kind === undefined) throw vaultPasswordFile(shown, 'the file does not exist', PASSWORD_FILE_ADVICE);
      if (kind === 'directory') throw vaultPasswordFile(shown, 'it is a folder');
      if (isExecutable(file)) return usable(runPasswordProgram(id, file, shown), shown);
      const content = trimBytes(readBytes(file, shown));
      const password = isVaultText(content) ? earlier.decryptFile(content, shown) : content;
      return usable(trimLineEnds(password), shown);
    },
  };
}

/** A source for an environment variable that holds the password itself. */
export function environmentSource(id: string, name: string, value: string): PasswordSource {
  const shown = `the variable ${name}`;
  return { id, shown, read: () => usable(trimLineEnds(Buffer.from(value, 'utf8')), shown) };
}

/** A source for a password that is already there, such as one that was asked for. */
export function givenSource(id: string, password: Buffer, shown: string): PasswordSource {
  return { id, shown, read: () => usable(password, shown) };
}

/** A source for standard input. */
export function standardInputSource(id: string): PasswordSource {
  const shown = 'standard input';
  return { id, shown, read: () => usable(trimBytes(readFileSync(0)), shown) };
}

function runPasswordProgram(id: string, file: string, shown: string): Buffer {
  const name = path.basename(file, path.extname(file));
  const args = name.endsWith('-client') ? ['--vault-id', id] : [];
  const result = spawnSync(file, args, { stdio: ['inherit', 'pipe', 'inherit'], timeout: SCRIPT_TIMEOUT_MS });
  if (result.error)
    throw vaultPasswordFile(
      shown,
      `it is executable and cannot be run: ${result.error.message}`,
      `chmod -x ${shown}`,
    );
  if (result.status !== 0)
    throw vaultPasswordFile(shown, `the program ended with ${result.status ?? result.signal}`);
  return trimLineEnds(result.stdout);
}

/** A password that can be one; whatever prints it from now on prints stars. */
function usable(password: Buffer, shown: string): Buffer {
  if (password.length === 0) throw vaultEmptyPassword(startOf(shown));
  rememberSecret(password.toString('utf8'));
  return password;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    // Root may "execute" anything that has an x bit for somebody, which is what accessSync says as well.
    return true;
  } catch {
    return false;
  }
}

function trimBytes(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/^[\t-\r ]+|[\t-\r ]+$/g, ''), 'latin1');
}

function trimLineEnds(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString('latin1').replace(/^[\r\n]+|[\r\n]+$/g, ''), 'latin1');
}
