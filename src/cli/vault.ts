/** `gatdeploy vault`: encrypted files and values, as ansible-vault makes and reads them. */
import { createHash } from 'node:crypto';
import type { Command } from 'commander';
import { pathKind, readBytes } from '../project/files.ts';
import { decryptFile, encryptFile } from '../project/vault/actions.ts';
import { editPieces, editText } from '../project/vault/editor.ts';
import { vaultFileExists } from '../project/vault/errors.ts';
import { encryptedPieces, encryptLarge, looksEncrypted, openLarge, piecesOf } from '../project/vault/large.ts';
import type { Vault } from '../project/vault/secrets.ts';
import { replaceFile, replaceFileBy } from '../project/vault/write.ts';
import { renderChange } from './vault/change.ts';
import { openProjectVault, passwordToEncrypt, passwordToRekey, type VaultOptions } from './vault/passwords.ts';
import { encryptedValue, isLarge, readable, transformFiles } from './vault/transform.ts';

/** Adds the command to the program. */
export function register(program: Command): void {
  const vault = program
    .command('vault')
    .description('encrypt and decrypt files and values, as ansible-vault does');
  const add = (name: string, description: string) =>
    vault
      .command(name)
      .description(description)
      .option('-C, --directory <folder>', 'the project: a folder with ansible.cfg', '.')
      .option(
        '--vault-password-file <file>',
        'file with the password, or a program that prints it; repeatable',
        collect,
      )
      .option(
        '--vault-id <id@source>',
        'password of one label: a file, a program or `prompt`; repeatable',
        collect,
      );
  registerContent(add);
  registerEditing(add);
  add('encrypt-string', 'encrypt one value for a YAML file; it is read from standard input')
    .option('-n, --name <variable>', 'the name of the variable')
    .option('--encrypt-vault-id <label>', 'which password to encrypt with')
    .action(async (options: VaultOptions) => {
      process.stdout.write(await encryptedValue(options));
    });
  add('diff', 'show what changed in a file since a commit (default HEAD), decrypted; or between two files')
    .argument('<file>')
    .argument('[other]', 'a commit, or a second file')
    .action(async (file: string, other: string | undefined, options: VaultOptions) => {
      const opened = await openProjectVault(options);
      process.stdout.write(renderChange(file, other, (content, shown) => readable(content, opened, shown)));
    });
}

type Add = (name: string, description: string) => Command;

function registerContent(add: Add): void {
  add('encrypt', 'encrypt files in place; without a file, standard input to standard output')
    .argument('[files...]')
    .option('--encrypt-vault-id <label>', 'which password to encrypt with')
    .option('--output <file>', 'write there instead')
    .action(async (files: string[], options: VaultOptions) => {
      const password = await passwordToEncrypt(options);
      transformFiles(files, options, 'keep', {
        whole: (content, shown) => encryptFile(content, password, shown),
        large: (file) => encryptLarge(file, password),
      });
    });
  add('decrypt', 'decrypt files in place; without a file, standard input to standard output')
    .argument('[files...]')
    .option('--output <file>', 'write there instead')
    .action(async (files: string[], options: VaultOptions) => {
      const opened = await openProjectVault(options);
      transformFiles(files, options, 'private', {
        whole: (content, shown) => decryptFile(content, opened, shown),
        large: (file) => openLarge(file, opened).pieces(),
      });
    });
  add('view', 'print decrypted files')
    .argument('<files...>')
    .option('--textconv', 'for git: print files that are not encrypted as they are')
    .action(async (files: string[], options: VaultOptions) => {
      const opened = await openProjectVault(options);
      for (const file of files)
        for (const piece of shownPieces(file, opened, options)) process.stdout.write(piece);
    });
}

function registerEditing(add: Add): void {
  add('edit', 'change an encrypted file in your editor')
    .argument('<file>')
    .action(async (file: string, options: VaultOptions) => {
      const opened = await openProjectVault(options);
      const { pieces, password } = openLarge(file, opened);
      await editPieces(pieces(), {
        name: file,
        environment: process.env,
        use: (edited) => {
          const after = () => piecesOf(edited);
          if (digestOf(after()) === digestOf(pieces())) return;
          replaceFileBy(file, 'keep', encryptedPieces(after, password, edited));
        },
      });
    });
  add('create', 'write a new encrypted file in your editor')
    .argument('<file>')
    .option('--encrypt-vault-id <label>', 'which password to encrypt with')
    .action(async (file: string, options: VaultOptions) => {
      if (pathKind(file) !== undefined) throw vaultFileExists(file);
      const password = await passwordToEncrypt(options);
      const content = await editText(Buffer.alloc(0), file, process.env);
      replaceFile(file, encryptFile(content, password, file), 'private');
    });
  add('rekey', 'give encrypted files another password')
    .argument('<files...>')
    .option('--new-vault-password-file <file>', 'the new password')
    .option('--new-vault-id <id@source>', 'the new password and its label')
    .option('--encrypt-vault-id <label>', 'which of the new passwords')
    .action(async (files: string[], options: VaultOptions) => {
      const opened = await openProjectVault(options);
      const password = await passwordToRekey(options);
      const all = files.map((file) => [file, openLarge(file, opened)] as const);
      for (const [file, { pieces }] of all) replaceFileBy(file, 'keep', encryptedPieces(pieces, password, file));
    });
}

/** What `view` prints of a file; git wants what is not encrypted as it is. */
function shownPieces(file: string, vault: Vault, { textconv }: VaultOptions): Iterable<Buffer> {
  if (isLarge(file)) return textconv && !looksEncrypted(file) ? piecesOf(file) : openLarge(file, vault).pieces();
  const content = readBytes(file, file);
  return [textconv ? readable(content, vault, file) : decryptFile(content, vault, file)];
}

function digestOf(pieces: Iterable<Buffer>): string {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
