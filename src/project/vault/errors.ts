/** All errors about the vault. */
import { GatError } from '../../base/errors.ts';
import type { Position } from '../../base/position.ts';

export const vaultFormat = (position: Position, why: string) =>
  new GatError({
    code: 'vault/format',
    what: `cannot decrypt ${position.file}: the encrypted text is broken`,
    where: position,
    why,
  });

export const vaultNoPassword = (position: Position) =>
  new GatError({
    code: 'vault/no-password',
    what: `cannot decrypt ${position.file}: no vault password is known`,
    where: position,
    why: 'neither ansible.cfg nor the command line names a password file',
    fix: 'add --vault-password-file FILE',
  });

export const vaultWrongPassword = (position: Position, id: string, tried: readonly string[]) =>
  new GatError({
    code: 'vault/wrong-password',
    what: `cannot decrypt ${position.file}: no password fits`,
    where: position,
    why: `the text is labelled ${id}; tried: ${tried.join(', ') || 'none'} (a text that was changed by hand fits no password)`,
    fix: 'give the password that it was encrypted with: --vault-id LABEL@FILE',
  });

export const vaultPasswordFile = (file: string, why: string, fix?: string) =>
  new GatError({
    code: 'vault/password-file',
    what: `cannot read the vault password from ${file}`,
    where: { file, line: 1, column: 0 },
    why,
    ...(fix === undefined ? {} : { fix }),
  });

export const vaultEmptyPassword = (position: Position) =>
  new GatError({
    code: 'vault/empty-password',
    what: `cannot use the vault password from ${position.file}: it is empty`,
    where: position,
  });

export const promptNeedsTerminal = () =>
  new GatError({
    code: 'vault/no-terminal',
    what: 'cannot ask for a vault password: there is no terminal',
    fix: 'give a file instead: --vault-password-file FILE',
  });
