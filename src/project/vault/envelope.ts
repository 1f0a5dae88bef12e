/**
 * The text around an encrypted value: `$ANSIBLE_VAULT;1.1;AES256` or `…;1.2;AES256;ID`, then hex digits in lines.
 * See https://docs.ansible.com/ansible/latest/vault_guide/vault_using_encrypted_content.html
 */
import type { Position } from '../../base/position.ts';
import { vaultFormat } from './errors.ts';

const HEADER = '$ANSIBLE_VAULT';

/** What stands in an encrypted text: the label of its password, and the three parts of the payload. */
export type Envelope = {
  readonly id: string;
  readonly salt: Buffer;
  readonly hmac: Buffer;
  readonly ciphertext: Buffer;
};

/** Whether bytes are an encrypted text: they begin like one and are ASCII throughout. */
export function isVaultText(bytes: Buffer): boolean {
  return bytes.subarray(0, HEADER.length).toString('latin1') === HEADER && bytes.every((byte) => byte < 0x80);
}

/** Reads the first line and returns the label of the password. @throws GatError vault/format */
export function parseHeader(line: string, position: Position): string {
  const [mark, version, cipher, id = 'default'] = line
    .trim()
    .split(';')
    .map((part) => part.trim());
  if (!mark?.startsWith(HEADER)) throw vaultFormat(position, `it does not begin with ${HEADER}`);
  if (version === undefined || cipher === undefined)
    throw vaultFormat(position, 'its first line is not complete: $ANSIBLE_VAULT;1.1;AES256');
  if (cipher !== 'AES256')
    throw vaultFormat(position, `the cipher ${cipher || '(none)'} is unknown, AES256 is the one`);
  return id;
}

/** Writes the first line: version 1.2 only where there is a label. */
export function renderHeader(id: string | undefined): string {
  return id && id !== 'default' ? `${HEADER};1.2;AES256;${id}` : `${HEADER};1.1;AES256`;
}

/**
 * Takes an encrypted text apart. The number of the version doesn't matter, the cipher does, as in Ansible.
 * @throws GatError vault/format
 */
export function parseEnvelope(text: string, position: Position): Envelope {
  const [header = '', ...lines] = text.split(/\r\n|[\n\r]/);
  const id = parseHeader(header, position);
  const payload = unhex(lines.join(''), position).toString('latin1');
  const [salt, hmac, ...rest] = payload.split('\n');
  if (salt === undefined || hmac === undefined || rest.length === 0)
    throw vaultFormat(position, 'its payload is cut off');
  return {
    id,
    salt: unhex(salt, position),
    hmac: unhex(hmac, position),
    ciphertext: unhex(rest.join('\n'), position),
  };
}

/** Writes an encrypted text: 80 hex digits a line. */
export function renderEnvelope(parts: Omit<Envelope, 'id'>, id: string | undefined): string {
  const payload = [parts.salt, parts.hmac, parts.ciphertext].map((part) => part.toString('hex')).join('\n');
  const digits = Buffer.from(payload, 'latin1').toString('hex');
  return `${[renderHeader(id), ...(digits.match(/.{1,80}/g) ?? [])].join('\n')}\n`;
}

/** Bytes of hex digits. @throws GatError vault/format */
export function unhex(digits: string, position: Position): Buffer {
  if (digits.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(digits))
    throw vaultFormat(position, 'its payload is not made of pairs of hex digits');
  return Buffer.from(digits, 'hex');
}
