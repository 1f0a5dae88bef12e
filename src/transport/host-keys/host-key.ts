/** Decides whether the key that a host shows is the right one; whatever cannot be read or judged is a no. */
import { readFileSync } from 'node:fs';
import type { GatError } from '../../base/errors.ts';
import type { SshTarget } from '../target/target.ts';
import {
  hostKeyAuthority,
  hostKeyChanged,
  hostKeyRevoked,
  hostKeyUnknown,
  knownHostsUnreadable,
} from './errors.ts';
import {
  type HostKeyJudgement,
  judgeHostKey,
  type KnownHost,
  knownKeyTypes,
  parseKnownHosts,
  plainName,
} from './known-hosts.ts';

/** Checks the keys of one host. */
export type HostKeyCheck = {
  /** Types of the keys that are known, to ask the host for one of these. */
  readonly types: readonly string[];
  /** Why a key is refused; undefined when it is the known one. */
  refusal(key: Buffer): GatError | undefined;
};

/** Reads the known_hosts files of a target. @throws GatError ssh/known-hosts when one can't be read */
export function loadHostKeyCheck(target: SshTarget): HostKeyCheck {
  const entries = loadKnownHosts(target);
  return {
    types: namesOf(target).flatMap((name) => knownKeyTypes(entries, name)),
    refusal: (key) => refusalOf(target, entries, key),
  };
}

/**
 * Reads what all known_hosts files of a target may say about it; a file that doesn't exist is empty.
 * @throws GatError ssh/known-hosts
 */
export function loadKnownHosts(target: SshTarget): KnownHost[] {
  const files = [...target.knownHosts.user, ...target.knownHosts.global];
  const names = namesOf(target);
  return files.flatMap((file) => entriesAbout(names, entriesOf(target, file)));
}

type Entries = {
  /** Those about one name that is written out: the lines of a fleet are many. */
  readonly named: ReadonlyMap<string, readonly KnownHost[]>;
  /** Patterns and hashed names, which have to be compared with each name. */
  readonly others: readonly KnownHost[];
};

function entriesAbout(names: readonly string[], { named, others }: Entries): readonly KnownHost[] {
  return [...names.flatMap((name) => named.get(name) ?? []), ...others].sort((a, b) => a.line - b.line);
}

/** What was read last of each file: the hosts of a fleet share theirs. */
const read = new Map<string, { readonly text: string; readonly entries: Entries }>();

/** Parses a file anew only when it says something else than before. */
function entriesOf(target: SshTarget, file: string): Entries {
  const text = readIfThere(target, file);
  const known = read.get(file);
  if (known?.text === text) return known.entries;
  const entries = sortEntries(parseKnownHosts(text, file));
  read.set(file, { text, entries });
  return entries;
}

function sortEntries(all: readonly KnownHost[]): Entries {
  const named = new Map<string, KnownHost[]>();
  const others: KnownHost[] = [];
  for (const entry of all) {
    const name = plainName(entry);
    if (name === undefined) others.push(entry);
    else named.set(name, [...(named.get(name) ?? []), entry]);
  }
  return { named, others };
}

function readIfThere(target: SshTarget, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw knownHostsUnreadable(target, file, error);
  }
}

/** The host's names in known_hosts: with its port, then without, which OpenSSH takes for any port. */
function namesOf({ knownHostName }: SshTarget): readonly string[] {
  const bare = /^\[(.*)\]:\d+$/.exec(knownHostName)?.[1];
  return bare === undefined ? [knownHostName] : [knownHostName, bare];
}

/** What is said about the name with its port counts; about the one without only that a key is known, or revoked. */
function judge(target: SshTarget, entries: readonly KnownHost[], key: Buffer): HostKeyJudgement {
  const [own, bare] = namesOf(target).map((name) => judgeHostKey(entries, name, key));
  if (bare?.verdict === 'revoked') return bare;
  return own?.verdict === 'unknown' && bare?.verdict === 'known' ? bare : (own ?? { verdict: 'unknown' });
}

function refusalOf(target: SshTarget, entries: readonly KnownHost[], key: Buffer): GatError | undefined {
  const judgement = judge(target, entries, key);
  switch (judgement.verdict) {
    case 'known':
      return undefined;
    case 'revoked':
      return hostKeyRevoked(target, judgement.entry, key);
    case 'changed':
      return hostKeyChanged(target, judgement, key);
    case 'authority':
      return hostKeyAuthority(target, judgement.entry, key);
    case 'unknown':
      return hostKeyUnknown(target, key);
  }
}
