/** The public half of an encrypted key file. See PROTOCOL.key of OpenSSH: it stands there unencrypted. */
import { readFileSync } from 'node:fs';
import ssh2, { type ParsedKey } from 'ssh2';

const MAGIC = 'openssh-key-v1\0';

/** Finds the public half, in the file itself or in the `.pub` file beside it. */
export function publicHalf(content: Buffer, path: string): ParsedKey | undefined {
  const blob = publicBlob(content.toString('latin1')) ?? readBeside(`${path}.pub`);
  if (!blob) return undefined;
  const key = ssh2.utils.parseKey(blob);
  return key instanceof Error || Array.isArray(key) ? undefined : key;
}

function publicBlob(text: string): Buffer | undefined {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]+)-----END/.exec(text)?.[1];
  const bytes = Buffer.from(body ?? '', 'base64');
  if (!bytes.subarray(0, MAGIC.length).equals(Buffer.from(MAGIC))) return undefined;
  let at = MAGIC.length;
  const field = () => {
    const size = at + 4 <= bytes.length ? bytes.readUInt32BE(at) : 0;
    const value = bytes.subarray(at + 4, at + 4 + size);
    at += 4 + size;
    return value;
  };
  field(); // cipher
  field(); // key derivation
  field(); // its options
  at += 4; // number of keys, always 1
  return Buffer.from(field());
}

function readBeside(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
