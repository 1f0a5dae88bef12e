/** The passwords that `gatdeploy vault` works with: ansible.cfg's, the command line's, or one that is asked for. */
import path from 'node:path';
import { givenEnvironment } from '../../base/environment.ts';
import { loadConfig } from '../../project/config.ts';
import { encryptionPassword } from '../../project/vault/actions.ts';
import { passwordsDiffer } from '../../project/vault/errors.ts';
import { openVault, promptPassword, vaultSources } from '../../project/vault/open.ts';
import { createVault, type Vault, type VaultPassword } from '../../project/vault/secrets.ts';

/** The options of all vault commands. */
export type VaultOptions = {
  readonly directory: string;
  readonly vaultPasswordFile?: readonly string[];
  readonly vaultId?: readonly string[];
  readonly encryptVaultId?: string;
  readonly newVaultPasswordFile?: string;
  readonly newVaultId?: string;
  readonly output?: string;
  readonly name?: string;
  readonly textconv?: boolean;
};

/** Opens the vault of the project. */
export async function openProjectVault(options: VaultOptions): Promise<Vault> {
  return openVault(requestOf(options));
}

/** The password for new content; without any source it is asked for twice. */
export async function passwordToEncrypt(options: VaultOptions): Promise<VaultPassword> {
  const request = requestOf(options);
  const sources = await vaultSources(request);
  if (sources.length === 0) return askTwice(request.config.vaultDefaultId);
  const id = options.encryptVaultId ?? request.config.vaultEncryptId;
  return encryptionPassword(createVault(sources), id, 'new content');
}

/** The password that a file gets instead of its own. */
export async function passwordToRekey(options: VaultOptions): Promise<VaultPassword> {
  const { newVaultPasswordFile, newVaultId } = options;
  const request = requestOf(options);
  if (newVaultPasswordFile === undefined && newVaultId === undefined)
    return askTwice(request.config.vaultDefaultId);
  const { vaultPasswordFile: _file, ...withoutFile } = request.config;
  const only = { ...withoutFile, vaultPasswordFile: undefined, vaultIds: [] };
  const named = {
    ...(newVaultId !== undefined && { vaultIds: [newVaultId] }),
    ...(newVaultPasswordFile !== undefined && { vaultPasswordFiles: [newVaultPasswordFile] }),
  };
  const vault = await openVault({
    ...request,
    config: only,
    options: named,
    environment: { HOME: process.env.HOME },
  });
  return encryptionPassword(vault, options.encryptVaultId, 'the new password');
}

function requestOf({ directory, vaultId, vaultPasswordFile }: VaultOptions) {
  const root = path.resolve(directory);
  return {
    config: loadConfig(root, process.env),
    options: {
      ...(vaultId && { vaultIds: vaultId }),
      ...(vaultPasswordFile && { vaultPasswordFiles: vaultPasswordFile }),
    },
    root,
    cwd: process.cwd(),
    environment: givenEnvironment(),
  };
}

async function askTwice(id: string): Promise<VaultPassword> {
  const password = await promptPassword(`New vault password (${id}): `);
  const again = await promptPassword(`Confirm new vault password (${id}): `);
  if (!password.equals(again)) throw passwordsDiffer();
  return { id, password };
}
