/** All errors about files of the project: their texts in one place. */
import { didYouMean } from '../base/did-you-mean.ts';
import { GatError } from '../base/errors.ts';
import type { Position } from '../base/position.ts';

/** The first place of a file. */
export const startOf = (file: string): Position => ({ file, line: 1, column: 1 });

const wholeLine = (file: string, line = 1): Position => ({ file, line, column: 0 });

export const fileUnreadable = (file: string, cause: NodeJS.ErrnoException) =>
  new GatError({
    code: 'file/unreadable',
    what: `cannot read ${file}`,
    where: wholeLine(file),
    why:
      cause.code === 'ENOENT'
        ? 'the file does not exist'
        : `the operating system says ${cause.code ?? cause.message}`,
    cause,
  });

export const fileIsDirectory = (file: string) =>
  new GatError({
    code: 'file/directory',
    what: `cannot read ${file}: it is a folder`,
    where: wholeLine(file),
    why: 'a file is expected in this place',
  });

export const fileTooLarge = (file: string, size: number, limit: number) =>
  new GatError({
    code: 'file/too-large',
    what: `cannot read ${file}: it has ${Math.ceil(size / 2 ** 20)} MiB`,
    where: wholeLine(file),
    why: `files of a project may have up to ${limit / 2 ** 20} MiB`,
  });

export function notUtf8(file: string, bytes: Buffer): GatError {
  const text = bytes.toString('utf8');
  const line = text.slice(0, text.indexOf('\ufffd')).split('\n').length;
  return new GatError({
    code: 'file/not-utf8',
    what: `cannot read ${file} as text`,
    where: wholeLine(file, line),
    why: 'this line holds bytes that are not UTF-8',
    fix: `did you save it in another encoding? convert it:\niconv -f latin1 -t utf-8 ${file}`,
  });
}

export const yamlSyntax = (position: Position, detail: string, fix?: string) =>
  new GatError({
    code: 'yaml/syntax',
    what: `cannot parse ${position.file}: ${detail}`,
    where: position,
    ...(fix === undefined ? {} : { fix }),
  });

export const yamlValue = (position: Position, detail: string, why?: string, fix?: string) =>
  new GatError({
    code: 'yaml/value',
    what: `cannot read a value of ${position.file}: ${detail}`,
    where: position,
    ...(why === undefined ? {} : { why }),
    ...(fix === undefined ? {} : { fix }),
  });

export const yamlTag = (position: Position, tag: string, suggestion: string | undefined) =>
  new GatError({
    code: 'yaml/unknown-tag',
    what: `cannot read a value of ${position.file}: the tag ${tag} is unknown`,
    where: position,
    why: "Ansible knows !vault, !unsafe and YAML's own tags",
    ...(suggestion === undefined ? {} : { fix: `did you mean ${suggestion}?` }),
  });

export const yamlLimit = (position: Position, detail: string) =>
  new GatError({
    code: 'yaml/limit',
    what: `cannot read ${position.file}: ${detail}`,
    where: position,
    why: 'a limit protects against files that are made to fill the memory',
  });

export const notADict = (position: Position, what: string) =>
  new GatError({
    code: 'vars/not-a-dict',
    what: `cannot use ${position.file} as variables: it holds ${what}`,
    where: position,
    why: 'a file of variables is one mapping of names to values',
  });

export const inventoryUnparsed = (position: Position, why: string) =>
  new GatError({
    code: 'inventory/unparsed',
    what: `cannot read the inventory ${position.file}`,
    where: position,
    why,
  });

export const scriptRefused = (position: Position) =>
  new GatError({
    code: 'inventory/program',
    what: `cannot read the inventory ${position.file}: it is a program`,
    where: position,
    why: 'programs of a repository run only when you allow it',
    fix: 'add --allow-inventory-scripts if you trust it',
  });

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

export const configSyntax = (position: Position, why: string) =>
  new GatError({ code: 'config/syntax', what: `cannot parse ${position.file}`, where: position, why });

export const extraVars = (position: Position, why: string) =>
  new GatError({ code: 'vars/extra', what: 'cannot read an extra variable', where: position, why });

export const badPattern = (why: string) =>
  new GatError({ code: 'inventory/pattern', what: 'cannot select hosts', why });

export const limitFile = (pattern: string) =>
  new GatError({
    code: 'inventory/limit-file',
    what: `cannot read the limit ${pattern}`,
    why: 'behind the @ stands no file with one pattern a line',
  });

export const unknownPattern = (pattern: string, near: string | undefined) =>
  new GatError({
    code: 'inventory/no-hosts',
    what: `cannot find any host for ${pattern}`,
    why: 'no host and no group of the inventory matches it',
    fix: near === undefined ? 'list what there is:\ngatdeploy inventory --graph' : `did you mean ${near}?`,
  });

export const playbookSyntax = (position: Position, why: string) =>
  new GatError({ code: 'playbook/syntax', what: `cannot read ${position.file}`, where: position, why });

export const unknownKeyword = (position: Position, keyword: string, of: string, near: string | undefined) =>
  new GatError({
    code: 'playbook/unknown-keyword',
    what: `cannot read ${position.file}: \`${keyword}\` is no word of ${of}`,
    where: position,
    ...(near === undefined ? {} : { fix: `did you mean \`${near}\`?` }),
  });

export const missingFile = (position: Position, name: string, folder: string) =>
  new GatError({
    code: 'playbook/missing-file',
    what: `cannot read ${name}, which ${position.file} names`,
    where: position,
    why: `no such file in ${folder}`,
  });

export const importCycle = (position: Position, name: string) =>
  new GatError({
    code: 'playbook/import-cycle',
    what: `cannot import ${name}: it imports the file that imports it`,
    where: position,
  });

export const unknownPlaybook = (name: string, near: string | undefined, known: readonly string[]) =>
  new GatError({
    code: 'playbook/unknown',
    what: `cannot find a playbook or stack named ${name}`,
    why: known.length > 0 ? `there are: ${known.join(', ')}` : 'the project has no playbooks',
    ...(near === undefined ? {} : { fix: `did you mean ${near}?` }),
  });

/** The warning for a project without any inventory. */
export const inventoryNothing =
  'there is no inventory: neither -i nor ansible.cfg names one; only localhost is known';

export const promptNeedsTerminal = () =>
  new GatError({
    code: 'vault/no-terminal',
    what: 'cannot ask for a vault password: there is no terminal',
    fix: 'give a file instead: --vault-password-file FILE',
  });

export const unknownHost = (name: string, known: Iterable<string>) => {
  const near = didYouMean(name, known);
  return new GatError({
    code: 'inventory/unknown-host',
    what: `cannot find the host ${name} in the inventory`,
    fix: near === undefined ? 'list what there is:\ngatdeploy inventory --graph' : `did you mean ${near}?`,
  });
};

export const invalidVarsFile = (position: Position, why: string) =>
  new GatError({ code: 'vars/vars-files', what: `cannot use an entry of vars_files`, where: position, why });
