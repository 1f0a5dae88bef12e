/** `gatdeploy hosts`: which hosts there are and whether their keys are known; and making them known, once, by a person. */
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { unknownHost } from '../project/inventory/errors.ts';
import { loadProject } from '../project/project.ts';
import { findTargets } from '../session/targets.ts';
import { projectOptions, type StackOptions } from '../stack/options.ts';
import { type Confirmation, confirmedKeys } from '../transport/host-keys/confirm.ts';
import { described } from '../transport/host-keys/errors.ts';
import { loadKnownHosts } from '../transport/host-keys/host-key.ts';
import { isAbout } from '../transport/host-keys/known-hosts.ts';
import { type HostKeyScan, scanWay } from '../transport/host-keys/scan.ts';
import { trustKeys } from '../transport/host-keys/trust.ts';
import type { SshTarget, Target } from '../transport/target/target.ts';
import { addProjectOptions } from './run/options.ts';

type TrustFlags = StackOptions & { readonly fingerprint?: readonly string[]; readonly replace?: boolean };

/** Adds the command to the program. */
export function register(program: Command): void {
  const hosts = program.command('hosts').description('show the hosts and their keys, or make a host key known');
  addProjectOptions(hosts.command('list'))
    .description('hosts of the inventory: how they are reached, which keys are known')
    .option('--json', 'as JSON')
    .action(list);
  addProjectOptions(hosts.command('trust'))
    .description('look at the keys of hosts, and make them known after a yes')
    .argument('<hosts...>', 'names in the inventory')
    .option(
      '--fingerprint <SHA256:…>',
      'the fingerprint that is expected: no question is asked then; repeatable',
      (value: string, before: readonly string[] = []) => [...before, value],
    )
    .option('--replace', 'forget the keys that are known so far, such as those of a host that was set up anew')
    .action(trust);
}

async function trust(names: readonly string[], flags: TrustFlags): Promise<void> {
  const project = await loadProject(flags.directory, projectOptions(flags));
  for (const name of names) {
    if (!project.inventory.host(name)) throw unknownHost(name, project.inventory);
  }
  const replace = flags.replace ?? false;
  const ask = process.stdin.isTTY && process.stderr.isTTY ? askPerson : undefined;
  const confirmation = { expected: flags.fingerprint ?? [], replace, ask };
  // One after the other: a person can answer one question at a time.
  for (const target of findTargets(project, [], names)) {
    if (target.kind === 'local')
      process.stdout.write(`${target.name}: is this machine, there is no key to know\n`);
    else await scanWay(target, (scan) => trustScanned(scan, confirmation));
  }
}

async function trustScanned(scan: HostKeyScan, confirmation: Confirmation): Promise<void> {
  const { target } = scan;
  const keys = await confirmedKeys(scan, confirmation);
  if (keys.length === 0) {
    process.stdout.write(`${target.name}: its key is known already\n`);
    return;
  }
  const file = trustKeys(target, keys, confirmation);
  for (const key of keys)
    process.stdout.write(`${target.name}: ${described(key)} is known from now on (${file})\n`);
}

async function askPerson(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

async function list(flags: StackOptions): Promise<void> {
  const project = await loadProject(flags.directory, projectOptions(flags));
  const targets = findTargets(project, [], [...project.inventory.hosts.keys()]);
  if (flags.json) process.stdout.write(`${JSON.stringify(targets.map(rowOf), null, 2)}\n`);
  else process.stdout.write(targets.map((target) => `${renderTarget(target)}\n`).join(''));
}

/** One host of the list; `keys` are the known ones, with their fingerprints. */
type Row = {
  readonly host: string;
  readonly connection: 'ssh' | 'local';
  readonly address?: string;
  readonly port?: number;
  readonly user?: string;
  readonly jumps?: readonly string[];
  readonly keys?: readonly string[];
};

function rowOf(target: Target): Row {
  if (target.kind === 'local') return { host: target.name, connection: 'local' };
  const { name: host, address, port, user, hops } = target;
  const jumps = hops.map((hop) => hop.name);
  return { host, connection: 'ssh', address, port, user, jumps, keys: knownKeys(target) };
}

function knownKeys(target: SshTarget): string[] {
  return loadKnownHosts(target)
    .filter((entry) => entry.marker === undefined && isAbout(entry, target.knownHostName))
    .map((entry) => described(Buffer.from(entry.key, 'base64')));
}

function renderTarget(target: Target): string {
  if (target.kind === 'local') return `${target.name}  this machine`;
  const { host, address, port, user, jumps = [], keys = [] } = rowOf(target);
  const way = jumps.length > 0 ? ` through ${jumps.join(', ')}` : '';
  const known = keys.length > 0 ? keys.join(', ') : `no key is known: ${target.trustCommand}`;
  return `${host}  ${user}@${address}:${port}${way}  ${known}`;
}
