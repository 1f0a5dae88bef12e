/** known_hosts files as OpenSSH reads them. See sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT". */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** One line of a known_hosts file. */
export type KnownHost = {
  readonly file: string;
  readonly line: number;
  readonly marker: 'revoked' | 'cert-authority' | undefined;
  /** The host patterns as written, or one hashed name. */
  readonly hosts: string;
  readonly keyType: string;
  /** The key's blob in base64. */
  readonly key: string;
};

/** What known_hosts say about the key that a host shows. */
export type HostKeyJudgement =
  | { readonly verdict: 'known'; readonly entry: KnownHost }
  /** Another key of the same type, or only keys of other types (`sameType` false), are known. */
  | { readonly verdict: 'changed'; readonly entries: readonly KnownHost[]; readonly sameType: boolean }
  | { readonly verdict: 'revoked'; readonly entry: KnownHost }
  /** Only a certificate authority is known for the host; certificates are not supported. */
  | { readonly verdict: 'authority'; readonly entry: KnownHost }
  | { readonly verdict: 'unknown' };

/**
 * Reads the lines of a known_hosts file; lines that are no entry are skipped, as OpenSSH does.
 * @example `[galaxy.example.org]:2222,10.0.0.1 ssh-ed25519 AAAAC3…`
 */
export function parseKnownHosts(text: string, file: string): KnownHost[] {
  return text.split('\n').flatMap((line, index) => parseLine(line, file, index + 1) ?? []);
}

function parseLine(text: string, file: string, line: number): KnownHost | undefined {
  const words = text.trim().split(/[ \t]+/);
  if (words[0]?.startsWith('#')) return undefined;
  const marker = words[0]?.startsWith('@') ? words.shift() : undefined;
  const [hosts, keyType, key] = words;
  if (!hosts || !keyType || !key || typeOf(key) !== keyType) return undefined;
  if (marker === undefined) return { file, line, marker, hosts, keyType, key };
  if (marker === '@revoked' || marker === '@cert-authority') {
    return { file, line, marker: marker === '@revoked' ? 'revoked' : 'cert-authority', hosts, keyType, key };
  }
  return undefined;
}

/** The type that a key's blob names itself. */
export function typeOf(base64: string): string | undefined {
  const blob = Buffer.from(base64, 'base64');
  if (blob.length < 4) return undefined;
  const size = blob.readUInt32BE(0);
  return size > 0 && size <= blob.length - 4 ? blob.subarray(4, 4 + size).toString('latin1') : undefined;
}

/** A key's fingerprint, in the form that `ssh-keygen -l` prints. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** The name under which a host stands in known_hosts: lower case, with its port unless that is 22. */
export function knownHostName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

/** The one name that an entry is about, where it is written out, as it is in most lines. */
export function plainName({ hosts }: KnownHost): string | undefined {
  return /^\||[*?!,]/.test(hosts) ? undefined : hosts.toLowerCase();
}

/** Whether an entry is about a host of that name. */
export function isAbout(entry: KnownHost, name: string): boolean {
  if (entry.hosts.startsWith('|')) return matchesHash(entry.hosts, name);
  let matched = false;
  for (const pattern of entry.hosts.split(',')) {
    const negated = pattern.startsWith('!');
    if (!matchesPattern(negated ? pattern.slice(1) : pattern, name)) continue;
    if (negated) return false;
    matched = true;
  }
  return matched;
}

/** The key types known for a host, the best first to ask the host for. */
export function knownKeyTypes(entries: readonly KnownHost[], name: string): string[] {
  const about = entries.filter((entry) => entry.marker === undefined && isAbout(entry, name));
  return [...new Set(about.map((entry) => entry.keyType))];
}

/** Judges the key that a host shows; a revoked key is refused wherever else it stands. */
export function judgeHostKey(entries: readonly KnownHost[], name: string, key: Buffer): HostKeyJudgement {
  const base64 = key.toString('base64');
  const about = entries.filter((entry) => isAbout(entry, name));
  const same = (entry: KnownHost) => Buffer.from(entry.key, 'base64').equals(key);
  const revoked = about.find((entry) => entry.marker === 'revoked' && same(entry));
  if (revoked) return { verdict: 'revoked', entry: revoked };
  const plain = about.filter((entry) => entry.marker === undefined);
  const known = plain.find(same);
  if (known) return { verdict: 'known', entry: known };
  const sameType = plain.filter((entry) => entry.keyType === typeOf(base64));
  if (sameType.length > 0) return { verdict: 'changed', entries: sameType, sameType: true };
  if (plain.length > 0) return { verdict: 'changed', entries: plain, sameType: false };
  const authority = about.find((entry) => entry.marker === 'cert-authority');
  return authority ? { verdict: 'authority', entry: authority } : { verdict: 'unknown' };
}

/** Writes an entry's line, with the host's name hashed if wished. */
export function renderKnownHost(name: string, key: Buffer, options: { salt?: Buffer } = {}): string {
  const base64 = key.toString('base64');
  const hosts = options.salt ? hashName(name, options.salt) : name;
  return `${hosts} ${typeOf(base64)} ${base64}\n`;
}

function hashName(name: string, salt: Buffer): string {
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

function matchesHash(hosts: string, name: string): boolean {
  const [, version, salt, hash] = hosts.split('|');
  if (version !== '1' || !salt || !hash) return false;
  const expected = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  const actual = Buffer.from(hash, 'base64');
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}

/** `*` and `?` as in ssh_config(5); compared step by step, so that no pattern can take exponential time. */
function matchesPattern(pattern: string, name: string): boolean {
  const wanted = pattern.toLowerCase();
  let [p, n, star, mark] = [0, 0, -1, 0];
  while (n < name.length) {
    if (wanted[p] === '*') [star, mark, p] = [p, n, p + 1];
    else if (p < wanted.length && (wanted[p] === '?' || wanted[p] === name[n])) [p, n] = [p + 1, n + 1];
    else if (star >= 0) [mark, p, n] = [mark + 1, star + 1, mark + 1];
    else return false;
  }
  return /^\**$/.test(wanted.slice(p));
}
