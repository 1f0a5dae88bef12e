/** Filters that hash, encode and encrypt. */
import { createHash, getHashes } from 'node:crypto';
import { valueFault } from '../fault.ts';
import { type PluginTable, plugin } from '../plugin.ts';
import { readText } from '../python/ambient.ts';
import { truth } from '../python/compare.ts';
import { isText } from '../python/kinds.ts';
import { str } from '../python/repr.ts';
import { PyBytes, type PyValue } from '../python/value.ts';
import { text } from './arguments.ts';
import { passwordHash } from './password-hash.ts';

const bytesOf = (value: PyValue): Buffer =>
  value instanceof PyBytes ? Buffer.from(value.bytes) : Buffer.from(str(value), 'utf8');

const BLAKE: Record<string, string> = { blake2b: 'blake2b512', blake2s: 'blake2s256' };

function digest(value: PyValue, algorithm: string): string {
  const plain = algorithm
    .toLowerCase()
    .replaceAll('_', '-')
    .replace(/^sha-?(1|224|256|384|512)$/, 'sha$1');
  const known = BLAKE[plain] ?? plain;
  if (!getHashes().some((one) => one.toLowerCase() === known))
    throw valueFault(`unsupported hash type ${algorithm}`);
  return createHash(known).update(bytesOf(value)).digest('hex');
}

const NAMESPACE = '361e6d51faec444a9079341386da8e2e';

/** A name-based UUID (version 5). */
function uuid(value: PyValue, namespace: PyValue): string {
  const space = (namespace === null ? NAMESPACE : text(namespace)).toLowerCase().replace(/urn:|uuid:|[{}-]/g, '');
  if (!/^[0-9a-f]{32}$/.test(space)) throw valueFault("Invalid value for 'namespace'");
  const hash = createHash('sha1')
    .update(Buffer.from(space, 'hex'))
    .update(bytesOf(value))
    .digest()
    .subarray(0, 16);
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x50;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  return hash.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const ENCODINGS: Record<string, BufferEncoding> = {
  'utf-8': 'utf8',
  utf8: 'utf8',
  ascii: 'latin1',
  'latin-1': 'latin1',
  latin1: 'latin1',
  'iso-8859-1': 'latin1',
  'utf-16-le': 'utf16le',
  'utf-16le': 'utf16le',
};

function encoding(name: PyValue): BufferEncoding {
  const known = ENCODINGS[text(name).toLowerCase().replaceAll('_', '-')];
  if (!known) throw valueFault(`unknown encoding: ${text(name)}`);
  return known;
}

function encode(value: PyValue, name: PyValue, urlSafe: PyValue): string {
  const bytes = value instanceof PyBytes ? Buffer.from(value.bytes) : Buffer.from(str(value), encoding(name));
  const plain = bytes.toString('base64');
  return truth(urlSafe) ? plain.replaceAll('+', '-').replaceAll('/', '_') : plain;
}

/** Python's lenient decoder: other characters are skipped, but the padding must be right. */
function decode(value: PyValue, name: PyValue, urlSafe: PyValue): string {
  const given = isText(value) ? readText(value) : bytesOf(value).toString('latin1');
  const standard = truth(urlSafe) ? given.replaceAll('-', '+').replaceAll('_', '/') : given;
  const letters = standard.replace(/[^A-Za-z0-9+/=]/g, '');
  const data = letters.replace(/=+[\s\S]*$/, '');
  const padding = /=/.test(letters) ? letters.length - data.length : 0;
  const missing = (4 - (data.length % 4)) % 4;
  if (data.length % 4 === 1)
    throw valueFault(
      'Invalid base64-encoded string: number of data characters cannot be 1 more than a multiple of 4',
    );
  if (padding < missing) throw valueFault('Incorrect padding');
  const bytes = Buffer.from(data, 'base64');
  return encoding(name) === 'utf8' ? decodeUtf8(bytes) : bytes.toString(encoding(name));
}

/** Decodes UTF-8; a byte that fits nowhere becomes a lone surrogate, as Python's `surrogateescape`. */
function decodeUtf8(bytes: Buffer): string {
  const plain = bytes.toString('utf8');
  if (!plain.includes('\ufffd')) return plain;
  let out = '';
  for (let at = 0; at < bytes.length; ) {
    const length = [1, 2, 3, 4].find((size) => isCharacter(bytes.subarray(at, at + size)));
    out += length ? bytes.toString('utf8', at, at + length) : String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
    at += length ?? 1;
  }
  return out;
}

const isCharacter = (bytes: Buffer): boolean => {
  const text = bytes.toString('utf8');
  return Array.from(text).length === 1 && Buffer.from(text, 'utf8').equals(bytes);
};

export const HASH_FILTERS: PluginTable = {
  b64decode: plugin("string, encoding='utf-8', urlsafe=False", (_t, value, name, urlSafe) =>
    decode(value, name, urlSafe),
  ),
  b64encode: plugin("string, encoding='utf-8', urlsafe=False", (_t, value, name, urlSafe) =>
    encode(value, name, urlSafe),
  ),
  checksum: plugin('data', (_t, value) => digest(value, 'sha1')),
  hash: plugin("data, hashtype='sha1'", (_t, value, type) => digest(value, text(type))),
  md5: plugin('data', (_t, value) => digest(value, 'md5')),
  sha1: plugin('data', (_t, value) => digest(value, 'sha1')),
  to_uuid: plugin('string, namespace=None', (_t, value, namespace) => uuid(value, namespace)),
  password_hash: plugin(
    "password, hashtype='sha512', salt=None, salt_size=None, rounds=None, ident=None",
    (tools, password, type, salt, size, rounds, ident) =>
      passwordHash(text(password), { type: text(type), salt, size, rounds, ident, random: tools.access.random }),
  ),
};
