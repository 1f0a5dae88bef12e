/** Writes host keys to known_hosts, after a person has confirmed them. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { SshTarget } from '../target/target.ts';
import { isAbout, parseKnownHosts, renderKnownHost } from './known-hosts.ts';
import { oldKeyStays, trustNotWritten } from './trust-errors.ts';

export type TrustOptions = {
  /** Takes away the keys of this host that are known so far. */
  readonly replace: boolean;
};

/** Adds keys of a host to the first of its own known_hosts files. @throws GatError ssh/known-hosts-write, ssh/old-key */
export function trustKeys(target: SshTarget, keys: readonly Buffer[], { replace }: TrustOptions): string {
  const [file] = target.knownHosts.user;
  if (file === undefined) throw new Error('a target has at least one known_hosts file');
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const before = readIfThere(file);
    const kept = replace ? withoutHost(target, before, file) : before;
    const salt = () => (target.knownHosts.hashNames ? { salt: randomBytes(20) } : {});
    const lines = keys.map((key) => renderKnownHost(target.knownHostName, key, salt()));
    const separator = kept === '' || kept.endsWith('\n') ? '' : '\n';
    replaceFile(file, `${kept}${separator}${lines.join('')}`);
    return file;
  } catch (error) {
    if (error instanceof Error && 'errno' in error) throw trustNotWritten(target, file, error);
    throw error;
  }
}

/** Takes away the lines about a host alone; a line that is about others too is for a person to change. */
function withoutHost(target: SshTarget, text: string, file: string): string {
  const about = parseKnownHosts(text, file).filter(
    (entry) => entry.marker === undefined && isAbout(entry, target.knownHostName),
  );
  const shared = about.find(({ hosts }) => /[,*?!]/.test(hosts));
  if (shared) throw oldKeyStays(target, shared);
  const lines = new Set(about.map(({ line }) => line));
  return text
    .split('\n')
    .filter((_, index) => !lines.has(index + 1))
    .join('\n');
}

/** Writes the whole file beside the old one and puts it in its place, so that no reader ever sees half of it. */
function replaceFile(file: string, text: string): void {
  const target = realPath(file);
  const next = `${target}.${randomBytes(6).toString('hex')}`;
  writeFileSync(next, text, { mode: 0o600, flag: 'wx' });
  chmodSync(next, modeOf(target));
  renameSync(next, target);
}

function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}

function modeOf(file: string): number {
  try {
    return statSync(file).mode & 0o777;
  } catch {
    return 0o600;
  }
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
