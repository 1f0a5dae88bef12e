/** The passwords of a project's vault, read when the first encrypted value needs them, and decryption with them. */
import type { Position } from '../../base/position.ts';
import { Secret } from '../../base/secret.ts';
import { startOf } from '../errors.ts';
import { decryptPayload } from './cipher.ts';
import { parseEnvelope } from './envelope.ts';
import { vaultNoPassword, vaultWrongPassword } from './errors.ts';

/** One password under its label. */
export type VaultPassword = { readonly id: string; readonly password: Buffer; readonly from?: string | undefined };

/** A source of a password: `read` may run a program, and throws a GatError when there is none. */
export type PasswordSource = {
  readonly id: string;
  /** Its name in messages. */
  readonly shown?: string | undefined;
  readonly read: (earlier: Vault) => Buffer;
};

/** What a vault that stays closed has met: whether anything was encrypted at all. */
export type Seal = { isMet: boolean; readonly reason?: string | undefined };

/** Decrypts with the passwords of a project. */
export type Vault = {
  /** It opens nothing: stand-ins take the place of what is encrypted. */
  readonly seal?: Seal;
  /** All passwords that can be read; the sources' problems when none can. @throws GatError vault/no-password */
  readonly passwords: (position: Position) => readonly VaultPassword[];
  /** Decrypts bytes of an encrypted text and tells which password fitted. */
  readonly decrypt: (
    text: string,
    position: Position,
  ) => { readonly content: Buffer; readonly used: VaultPassword };
  /** The passwords to try on a text, the likeliest first. */
  readonly candidates: (id: string, position: Position) => readonly VaultPassword[];
  readonly decryptFile: (bytes: Buffer, shown: string) => Buffer;
  readonly decryptText: (text: string, position: Position) => Secret;
};

/** How passwords are matched with labels: with `strict`, only the password of the same label is tried. */
export type VaultOptions = { readonly strict?: boolean };

/** Makes the vault of some sources; none of them is read yet. */
export function createVault(sources: readonly PasswordSource[], options: VaultOptions = {}): Vault {
  let known: readonly VaultPassword[] | undefined;
  const passwords = (position: Position) => {
    known ??= readAll(sources, position);
    return known;
  };
  const candidates = (id: string, position: Position) => inOrder(passwords(position), id, options);
  const decrypt = (text: string, position: Position) => {
    const envelope = parseEnvelope(text, position);
    const tried = candidates(envelope.id, position);
    for (const used of tried) {
      const content = decryptPayload(envelope, used.password);
      if (content) return { content, used };
    }
    throw vaultWrongPassword(position, envelope.id, tried);
  };
  const texts = new Map<string, Secret>();
  return {
    passwords,
    candidates,
    decrypt,
    decryptFile: (bytes, shown) => decrypt(bytes.toString('latin1'), startOf(shown)).content,
    decryptText: (text, position) => {
      const secret = texts.get(text) ?? new Secret(decrypt(text, position).content.toString('utf8'));
      texts.set(text, secret);
      return secret;
    },
  };
}

/** A vault without any password. */
export const closedVault: Vault = createVault([]);

function readAll(sources: readonly PasswordSource[], position: Position): readonly VaultPassword[] {
  const found: VaultPassword[] = [];
  const problems: unknown[] = [];
  for (const { id, shown, read } of sources) {
    try {
      found.push({ id, password: read(fixedVault([...found])), from: shown });
    } catch (error) {
      problems.push(error);
    }
  }
  if (found.length > 0) return found;
  throw problems[0] ?? vaultNoPassword(position);
}

/** A password file may itself be encrypted with a password that was given before it. */
function fixedVault(found: readonly VaultPassword[]): Vault {
  return createVault(found.map(({ id, password, from }) => ({ id, shown: from, read: () => password })));
}

function inOrder(all: readonly VaultPassword[], id: string, options: VaultOptions): readonly VaultPassword[] {
  const matching = all.filter((one) => one.id === id);
  return options.strict ? matching : [...matching, ...all.filter((one) => one.id !== id)];
}
