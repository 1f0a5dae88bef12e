/** Reads the files of one project: decrypts vault files, parses values, remembers warnings and what was read. */
import { closeSync, openSync, readSync } from 'node:fs';
import { GatError, Problems } from '../base/errors.ts';
import type { Node } from '../base/node.ts';
import { Secret } from '../base/secret.ts';
import { decodeUtf8, readBytes, realPath, requireInside, shownPath } from './files.ts';
import { isVaultText } from './vault/envelope.ts';
import { sealedVariables } from './vault/sealed.ts';
import type { Seal, Vault } from './vault/secrets.ts';
import type { ParseContext, Warning } from './yaml/context.ts';
import { parseValues } from './yaml/load.ts';

/** A file's text, and whether it had to be decrypted. */
export type LoadedText = { readonly text: string; readonly isSecret: boolean };

/** A file's bytes, and whether they had to be decrypted. */
export type LoadedContent = { readonly bytes: Buffer; readonly isSecret: boolean };

/** Reads files below a project's folder. */
export type Loader = {
  readonly root: string;
  readonly warnings: readonly Warning[];
  readonly warn: (warning: Warning) => void;
  /** The name of a file in messages. */
  readonly shown: (file: string) => string;
  readonly readText: (file: string) => LoadedText;
  /** The bytes of a file as they are. */
  readonly readBytes: (file: string) => Buffer;
  /** The content of a file that need not be text; a vault file is decrypted. */
  readonly readContent: (file: string) => LoadedContent;
  /** The first bytes of a file as Latin-1. */
  readonly readStart: (file: string, length: number) => string;
  /** Reads a file of values; the same file is parsed once. */
  readonly values: (file: string) => Node;
  /** Reads a text of values that is in no file of its own. */
  readonly parse: (text: string, shown: string) => Node;
};

/** Makes a loader for a project's folder; of an untrusted project it reads nothing outside of it, and opens no vault. */
export function createLoader(root: string, vault: Vault, untrusted = false): Loader {
  const warnings = new Map<string, Warning>();
  const parsed = new Map<string, Node>();
  const shown = (file: string) => shownPath(root, file);
  const warn = (warning: Warning): unknown => warnings.set(warningKey(warning), warning);
  const contextOf = (file: string, isSecret: boolean): ParseContext => ({
    file,
    warn,
    decrypt: vault.decryptText,
    ...(isSecret ? { secretText: (text: string) => new Secret(text) } : {}),
  });
  const allowed = (file: string): string => (untrusted ? requireInside(root, file) : file);
  const readInside = (file: string): Buffer => readBytes(allowed(file), shown(file));
  const readContent = (file: string): LoadedContent => {
    const bytes = readInside(file);
    const isSecret = isVaultText(bytes);
    return { bytes: isSecret ? vault.decryptFile(bytes, shown(file)) : bytes, isSecret };
  };
  const readText = (file: string): LoadedText => asText(readContent(file), shown(file));
  const parseFile = (file: string): Node => {
    const { text, isSecret } = readText(file);
    return parseValues(text, contextOf(shown(file), isSecret));
  };
  const isClosed = (file: string): boolean => vault.seal !== undefined && meets(vault.seal, readInside(file));
  const values = (file: string): Node => {
    const key = realPath(file);
    const known = parsed.get(key);
    if (known) return known;
    const node = isClosed(file) ? sealedVariables(root, shown(file)) : parseFile(file);
    parsed.set(key, node);
    return node;
  };
  return {
    root,
    get warnings() {
      return [...warnings.values()];
    },
    warn,
    shown,
    readText,
    readBytes: readInside,
    readContent,
    readStart: (file, length) => readStart(allowed(file), length),
    values,
    parse: (text, name) => parseValues(text, contextOf(name, false)),
  };
}

/** Whether a file is encrypted, which the seal is told. */
function meets(seal: Seal, bytes: Buffer): boolean {
  const isEncrypted = isVaultText(bytes);
  seal.isMet ||= isEncrypted;
  return isEncrypted;
}

function asText({ bytes, isSecret }: LoadedContent, name: string): LoadedText {
  return { text: decodeUtf8(bytes, name), isSecret };
}

function warningKey({ position: { file, line, column }, text }: Warning): string {
  return `${file}:${line}:${column}:${text}`;
}

/** Runs something and returns a user's mistakes as a value; `error` is the first of `errors`. */
export function orError<T>(
  run: () => T,
): { readonly value: T } | { readonly error: GatError; readonly errors: readonly GatError[] } {
  try {
    return { value: run() };
  } catch (error) {
    if (error instanceof GatError) return { error, errors: [error] };
    const [first] = error instanceof Problems ? error.errors : [];
    if (error instanceof Problems && first) return { error: first, errors: error.errors };
    throw error;
  }
}

function readStart(file: string, length: number): string {
  const descriptor = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(length);
    return bytes.toString('latin1', 0, readSync(descriptor, bytes, 0, length, 0));
  } finally {
    closeSync(descriptor);
  }
}
