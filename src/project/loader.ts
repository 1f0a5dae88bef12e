/** Reads the files of one project: decrypts vault files, parses values, remembers warnings and what was read. */
import { closeSync, openSync, readSync } from 'node:fs';
import { GatError, Problems } from '../base/errors.ts';
import type { Node } from '../base/node.ts';
import { Secret } from '../base/secret.ts';
import { decodeUtf8, readBytes, realPath, shownPath } from './files.ts';
import { isVaultText } from './vault/envelope.ts';
import type { Vault } from './vault/secrets.ts';
import type { ParseContext, Warning } from './yaml/context.ts';
import { parseValues } from './yaml/load.ts';

/** A file's text, and whether it had to be decrypted. */
export type LoadedText = { readonly text: string; readonly isSecret: boolean };

/** Reads files below a project's folder. */
export type Loader = {
  readonly root: string;
  readonly warnings: readonly Warning[];
  readonly warn: (warning: Warning) => void;
  /** The name of a file in messages. */
  readonly shown: (file: string) => string;
  readonly readText: (file: string) => LoadedText;
  /** The first bytes of a file as Latin-1. */
  readonly readStart: (file: string, length: number) => string;
  /** Reads a file of values; the same file is parsed once. */
  readonly values: (file: string) => Node;
  /** Reads a text of values that is in no file of its own. */
  readonly parse: (text: string, shown: string) => Node;
};

/** Makes a loader for a project's folder. */
export function createLoader(root: string, vault: Vault): Loader {
  const warnings = new Map<string, Warning>();
  const parsed = new Map<string, Node>();
  const shown = (file: string) => shownPath(root, file);
  const warn = (warning: Warning): void => {
    const { file, line, column } = warning.position;
    warnings.set(`${file}:${line}:${column}:${warning.text}`, warning);
  };
  const contextOf = (file: string, isSecret: boolean): ParseContext => ({
    file,
    warn,
    decrypt: vault.decryptText,
    ...(isSecret ? { secretText: (text: string) => new Secret(text) } : {}),
  });
  const readText = (file: string): LoadedText => {
    const name = shown(file);
    const bytes = readBytes(file, name);
    if (!isVaultText(bytes)) return { text: decodeUtf8(bytes, name), isSecret: false };
    return { text: decodeUtf8(vault.decryptFile(bytes, name), name), isSecret: true };
  };
  const values = (file: string): Node => {
    const key = realPath(file);
    const known = parsed.get(key);
    if (known) return known;
    const { text, isSecret } = readText(file);
    const node = parseValues(text, contextOf(shown(file), isSecret));
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
    readStart,
    values,
    parse: (text, name) => parseValues(text, contextOf(name, false)),
  };
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
