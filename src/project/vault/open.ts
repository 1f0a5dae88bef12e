/** Opens a project's vault: which passwords ansible.cfg and the command line name, in Ansible's order. */
import { homedir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import type { Config, Environment } from '../config.ts';
import { resolvePath, shownPath } from '../files.ts';
import type { ProjectOptions } from '../options.ts';
import { promptNeedsTerminal } from './errors.ts';
import { createVault, type PasswordSource, type Vault } from './secrets.ts';
import { environmentSource, fileSource, givenSource, splitVaultId, standardInputSource } from './sources.ts';

/** The variable that holds a vault password itself, for CI systems that give secrets by environment. */
export const PASSWORD_VARIABLE = 'GATDEPLOY_VAULT_PASSWORD';

/** What opening a vault depends on. */
export type VaultRequest = {
  readonly config: Config;
  readonly options: Pick<ProjectOptions, 'vaultIds' | 'vaultPasswordFiles'>;
  readonly root: string;
  readonly cwd: string;
  readonly environment: Environment;
};

/** Opens the vault. Files are read when a value needs them; only prompts are asked at once. @throws GatError vault/* */
export async function openVault(request: VaultRequest): Promise<Vault> {
  return createVault(await vaultSources(request), { strict: request.config.vaultIdMatch });
}

/** The sources of passwords in order: labels of ansible.cfg, `--vault-id`, `--vault-password-file`, ansible.cfg's file. */
export async function vaultSources(request: VaultRequest): Promise<PasswordSource[]> {
  const { config, options, environment } = request;
  const fromConfig = config.file === undefined ? request.root : path.dirname(config.file);
  const slugs = [
    ...config.vaultIds.map((text) => ({ ...splitVaultId(text, config.vaultDefaultId), from: fromConfig })),
    ...(options.vaultIds ?? []).map((text) => ({
      ...splitVaultId(text, config.vaultDefaultId),
      from: request.cwd,
    })),
    ...[
      ...(options.vaultPasswordFiles ?? []),
      ...(config.vaultPasswordFile ? [config.vaultPasswordFile] : []),
    ].map((source) => ({ id: config.vaultDefaultId, source, from: request.cwd })),
  ];
  const sources: PasswordSource[] = [];
  for (const { id, source, from } of slugs) sources.push(await sourceOf(id, source, from, request));
  const password = environment[PASSWORD_VARIABLE];
  if (password !== undefined) sources.push(environmentSource(config.vaultDefaultId, PASSWORD_VARIABLE, password));
  return sources;
}

async function sourceOf(id: string, source: string, from: string, request: VaultRequest): Promise<PasswordSource> {
  if (source === 'prompt' || source === 'prompt_ask_vault_pass')
    return givenSource(id, await promptPassword(`Vault password (${id}): `), 'the prompt');
  if (source === '-') return standardInputSource(id);
  const file = resolvePath(source, from, request.environment.HOME ?? homedir());
  return fileSource(id, file, shownPath(request.root, file));
}

/** Asks for a password without showing it. @throws GatError vault/no-terminal where nobody could answer */
export async function promptPassword(question: string): Promise<Buffer> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw promptNeedsTerminal();
  process.stderr.write(question);
  // The terminal echoes what readline writes to its output, so the output swallows everything.
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    const answer = await new Promise<string>((resolve) => reader.question('', resolve));
    return Buffer.from(answer.trim(), 'utf8');
  } finally {
    reader.close();
    process.stderr.write('\n');
  }
}
