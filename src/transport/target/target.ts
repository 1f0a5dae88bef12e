/** Where a host is and how to log in to it: what inventory variables and ssh_config make of its name. */
import type { Position } from '../../base/position.ts';
import type { Secret } from '../../base/secret.ts';
import type { Become } from '../connection.ts';

/** How to reach one host. */
export type Target = SshTarget | LocalTarget;

/** This machine under a host's name (ansible_connection=local). */
export type LocalTarget = Common & { readonly kind: 'local' };

/** A host to reach over SSH. */
export type SshTarget = Common & {
  readonly kind: 'ssh';
  /** What makes its key known, to be typed: for a jump host the same as for the host behind it. */
  readonly trustCommand: string;
  readonly address: string;
  readonly port: number;
  readonly user: string;
  /** The name to look up in known_hosts. */
  readonly knownHostName: string;
  readonly knownHosts: KnownHostsFiles;
  readonly identities: Identities;
  readonly password?: Secret | undefined;
  /** The hosts on the way, from here on; each is checked by its own name. */
  readonly hops: readonly SshTarget[];
  /** A command that makes the connection; from the user's own ssh_config only. */
  readonly proxyCommand?: string | undefined;
  readonly connectTimeoutMs: number;
  /** After this much silence the host is asked for a sign of life; 0: never. */
  readonly aliveIntervalMs: number;
  /** So many unanswered questions mean that the connection is lost. */
  readonly aliveCountMax: number;
};

type Common = {
  /** Name in the inventory. */
  readonly name: string;
  /** Where the project says so: the line of its address, or that of its name in the inventory. */
  readonly declaredAt?: Position | undefined;
  /** From ansible_become: whom to become where the playbook says nothing else. */
  readonly become?: Become | undefined;
  /** The password for any become on this host. */
  readonly becomePassword?: Secret | undefined;
  /** Options that were ignored, and why. */
  readonly warnings: readonly string[];
};

export type KnownHostsFiles = {
  /** The first one is where `hosts trust` writes. */
  readonly user: readonly string[];
  readonly global: readonly string[];
  /** Whether names are written as hashes. */
  readonly hashNames: boolean;
};

export type Identities = {
  /** Key files that were named for this host; these are offered first. */
  readonly named: readonly string[];
  /** Key files to try when none was named. */
  readonly usual: readonly string[];
  /** Path of the agent's socket. */
  readonly agent?: string | undefined;
  /** Offer nothing but the named files, even from the agent. */
  readonly onlyNamed: boolean;
};
