/** All errors about the vault. */
import { GatError } from '../../base/errors.ts';
import type { Position } from '../../base/position.ts';

export const vaultFormat = (position: Position, why: string) =>
  new GatError({
    code: 'vault/format',
    what: `cannot decrypt ${position.file}: the encrypted text is broken`,
    where: position,
    why,
    fix: 'put back how it was before (git log shows when it changed), or write it anew and encrypt that: gatdeploy vault encrypt FILE',
  });

export const vaultNoPassword = (position: Position) =>
  new GatError({
    code: 'vault/no-password',
    what: `cannot decrypt ${position.file}: no vault password is known`,
    where: position,
    why: 'neither ansible.cfg nor the command line names a password file',
    fix: 'add --vault-password-file FILE',
  });

export const vaultSealed = (file: string) =>
  new GatError({
    code: 'vault/sealed',
    what: `cannot decrypt ${file}: this run opens no vault`,
    where: { file, line: 1, column: 0 },
    fix: 'run it where the vault password may be known, without --untrusted',
  });

type Tried = { readonly id: string; readonly from?: string | undefined };

export const vaultWrongPassword = (position: Position, id: string, tried: readonly Tried[]) => {
  const from = tried.map((one) => one.from ?? `the password of ${one.id}`).join(', ') || 'none';
  return new GatError({
    code: 'vault/wrong-password',
    what: `cannot decrypt ${position.file}: no password fits`,
    where: position,
    why: `tried: ${from}; it was encrypted with another password${id === 'default' ? '' : ` (its label is ${id})`}, or its text was changed since then`,
    fix: `give the right password: ${id === 'default' ? '--vault-password-file FILE' : `--vault-id ${id}@FILE`}`,
  });
};

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

export const changedWhileRead = (file: string) =>
  new GatError({
    code: 'vault/changed',
    what: `cannot go on with ${file}: it changed while it was read`,
    where: { file, line: 1, column: 1 },
    fix: 'run it again when nobody writes to the file',
  });

/** The first place of an encrypted file. */
export const startOfVault = (file: string): Position => ({ file, line: 1, column: 1 });

export const alreadyEncrypted = (file: string) =>
  new GatError({
    code: 'vault/encrypted',
    what: `cannot encrypt ${file}: it is encrypted already`,
    where: startOfVault(file),
    fix: `change it, or give it another password:\ngatdeploy vault edit ${file}\ngatdeploy vault rekey ${file}`,
  });

export const notEncrypted = (file: string) =>
  new GatError({
    code: 'vault/not-encrypted',
    what: `cannot decrypt ${file}: it is not encrypted`,
    where: startOfVault(file),
    why: 'an encrypted file begins with $ANSIBLE_VAULT',
  });

export const vaultFileExists = (file: string) =>
  new GatError({
    code: 'vault/exists',
    what: `cannot create ${file}: it exists`,
    where: startOfVault(file),
    fix: `gatdeploy vault edit ${file}`,
  });

export const severalPasswords = (ids: readonly string[]) =>
  new GatError({
    code: 'vault/several-passwords',
    what: 'cannot choose a password to encrypt with: there are several',
    why: `labels: ${ids.join(', ')}`,
    fix: `add --encrypt-vault-id ${ids[0] ?? 'LABEL'}`,
  });

export const unknownVaultId = (id: string, ids: readonly string[]) =>
  new GatError({
    code: 'vault/unknown-id',
    what: `cannot encrypt for the label ${id}: no password has it`,
    why: `labels: ${ids.join(', ') || 'none'}`,
  });

export const editorFailed = (command: string, why: string) =>
  new GatError({
    code: 'vault/editor',
    what: `cannot edit with ${command}`,
    why,
    fix: 'name another editor: EDITOR=nano gatdeploy vault edit …',
  });

export const passwordsDiffer = () =>
  new GatError({ code: 'vault/passwords-differ', what: 'cannot use the new password: the two answers differ' });

export const nothingToEncrypt = () =>
  new GatError({ code: 'vault/nothing', what: 'cannot encrypt a value: standard input is empty' });

export const noSuchRevision = (file: string, commit: string, why: string) =>
  new GatError({ code: 'vault/no-revision', what: `cannot read ${file} as it was in ${commit}`, why });
