/** `gatdeploy vault`: encrypted files and values, as ansible-vault makes and reads them. */
import type { Command } from 'commander';
import { pathKind, readBytes } from '../project/files.ts';
import { decryptFile, encryptAgain, encryptFile } from '../project/vault/actions.ts';
import { editText } from '../project/vault/editor.ts';
import { vaultFileExists } from '../project/vault/errors.ts';
import { decryptLarge, encryptLarge } from '../project/vault/large.ts';
import { replaceFile } from '../project/vault/write.ts';
import { renderChange } from './vault/change.ts';
import { openProjectVault, passwordToEncrypt, passwordToRekey, type VaultOptions } from './vault/passwords.ts';
import { encryptedValue, readable, transformFiles } from './vault/transform.ts';

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
        large: (file, put) => encryptLarge(file, password, put),
      });
    });
  add('decrypt', 'decrypt files in place; without a file, standard input to standard output')
    .argument('[files...]')
    .option('--output <file>', 'write there instead')
    .action(async (files: string[], options: VaultOptions) => {
      const opened = await openProjectVault(options);
      transformFiles(files, options, 'private', {
        whole: (content, shown) => decryptFile(content, opened, shown),
        large: (file, put) => decryptLarge(file, opened, put),
      });
    });
  add('view', 'print decrypted files')
    .argument('<files...>')
    .option('--textconv', 'for git: print files that are not encrypted as they are')
    .action(async (files: string[], options: VaultOptions) => {
      const opened = await openProjectVault(options);
      for (const file of files) {
        const content = readBytes(file, file);
        process.stdout.write(
          options.textconv ? readable(content, opened, file) : decryptFile(content, opened, file),
        );
      }
    });
}

function registerEditing(add: Add): void {
  add('edit', 'change an encrypted file in your editor')
    .argument('<file>')
    .action(async (file: string, options: VaultOptions) => {
      const opened = await openProjectVault(options);
      const before = readBytes(file, file);
      const plain = decryptFile(before, opened, file);
      const after = await editText(plain, file, process.env);
      if (!after.equals(plain)) replaceFile(file, encryptAgain(before, after, opened, file), 'keep');
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
      const contents = files.map((file) => [file, decryptFile(readBytes(file, file), opened, file)] as const);
      for (const [file, content] of contents) replaceFile(file, encryptFile(content, password, file), 'keep');
    });
}

function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
