/** What `gatdeploy vault` does with files: encrypt, decrypt, rekey; compatible with ansible-vault in both directions. */

import { encryptContent } from './cipher.ts';
import { isVaultText } from './envelope.ts';
import {
  alreadyEncrypted,
  notEncrypted,
  severalPasswords,
  startOfVault,
  unknownVaultId,
  vaultNoPassword,
} from './errors.ts';
import type { Vault, VaultPassword } from './secrets.ts';

/** The password to encrypt with: the one of the label that is asked for, else the only one. */
export function encryptionPassword(vault: Vault, id: string | undefined, shown: string): VaultPassword {
  const known = distinct(vault.passwords(startOfVault(shown)));
  const ids = [...new Set(known.map((one) => one.id))];
  const [first] = known;
  if (!first) throw vaultNoPassword(startOfVault(shown));
  if (id === undefined && known.length > 1) throw severalPasswords(ids);
  const chosen = id === undefined ? first : known.find((one) => one.id === id);
  if (!chosen) throw unknownVaultId(id ?? '', ids);
  return chosen;
}

/** The same password may be named twice, in ansible.cfg and on the command line. */
function distinct(all: readonly VaultPassword[]): readonly VaultPassword[] {
  const same = (a: VaultPassword, b: VaultPassword) => a.id === b.id && a.password.equals(b.password);
  return all.filter((one, index) => all.findIndex((other) => same(one, other)) === index);
}

/** Encrypts content. @throws GatError vault/encrypted when it is encrypted already */
export function encryptFile(content: Buffer, password: VaultPassword, shown: string): Buffer {
  if (isVaultText(content)) throw alreadyEncrypted(shown);
  return Buffer.from(encryptContent(content, password.password, password.id), 'latin1');
}

/** Decrypts content. @throws GatError vault/not-encrypted when it isn't encrypted, and what decrypting throws */
export function decryptFile(content: Buffer, vault: Vault, shown: string): Buffer {
  if (!isVaultText(content)) throw notEncrypted(shown);
  return vault.decryptFile(content, shown);
}

/** Encrypts a text as a value for a YAML file, as `ansible-vault encrypt_string` prints it. */
export function encryptString(text: Buffer, password: VaultPassword, name: string | undefined): string {
  const lines = encryptContent(text, password.password, password.id).trimEnd().split('\n');
  return [
    `${name === undefined ? '' : `${name}: `}!vault |`,
    ...lines.map((line) => `          ${line}`),
    '',
  ].join('\n');
}
