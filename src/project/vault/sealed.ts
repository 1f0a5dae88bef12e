/** The vault of a run that may not have its password, such as one over a stranger's change: it opens nothing. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { type Node, nodeOf } from '../../base/node.ts';
import { Secret } from '../../base/secret.ts';
import { readBytes } from '../files.ts';
import { vaultSealed } from './errors.ts';
import type { Vault } from './secrets.ts';

/** Larger files hold no variables. */
const MOST_BYTES = 1024 * 1024;
const MOST_FILES = 5000;
const SKIPPED = new Set(['.git', 'node_modules', '.cache', '.venv']);

/** Gives every encrypted text a stand-in that is the same wherever the same text stands; `reason`: why its password could not be read. */
export function sealedVault(reason?: string): Vault {
  const seal = { isMet: false, reason };
  const refuse = (shown: string): never => {
    throw vaultSealed(shown);
  };
  return {
    seal,
    passwords: (position) => refuse(position.file),
    candidates: (_id, position) => refuse(position.file),
    decrypt: (_text, position) => refuse(position.file),
    decryptFile: (_bytes, shown) => refuse(shown),
    decryptText: (text) => {
      seal.isMet = true;
      return standIn(createHash('sha256').update(text).digest('hex').slice(0, 16));
    },
  };
}

/**
 * Stand-ins for what an encrypted file of variables defines. Its names are not known, so it is taken to define each
 * name that begins with `vault_`, as everybody's do, and that the project mentions.
 */
export function sealedVariables(root: string, shown: string): Node {
  const names = new Set(mentionedNames(root));
  return nodeOf(
    new Map([...names].map((name) => [name, standIn(name)])),
    { file: shown, line: 1, column: 1 },
    false,
  );
}

/** It looks like an ordinary password, so that URLs and patterns take it. */
function standIn(name: string): Secret {
  return new Secret(`sealed0${name.replaceAll('_', '0')}`);
}

function mentionedNames(root: string): readonly string[] {
  return textFiles(root).flatMap((file) => {
    const bytes = readBytes(file, file);
    return bytes.length > MOST_BYTES || bytes.includes(0)
      ? []
      : (bytes.toString('utf8').match(/\bvault_\w+/g) ?? []);
  });
}

/** Ordinary files only: a link could lead out of the project. */
function textFiles(folder: string, found: string[] = []): readonly string[] {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (found.length >= MOST_FILES) break;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) textFiles(file, found);
    else if (entry.isFile()) found.push(file);
  }
  return found;
}
