/** What a play knows of one of its hosts: variables, facts, files, and whom to warn. */
import path from 'node:path';
import { GatError } from '../base/errors.ts';
import type { Emit } from '../base/events.ts';
import type { Facts } from '../base/facts.ts';
import { Secret, type Text } from '../base/secret.ts';
import { projectAccess } from '../project/access.ts';
import { pathKind } from '../project/files.ts';
import type { Play } from '../project/playbook/types.ts';
import type { Project } from '../project/project.ts';
import { hostScope } from '../project/scope.ts';
import type { HostContext } from '../roles/role.ts';
import type { PlayContext, Readings } from '../tasks/context.ts';
import { tagsIn } from '../tasks/frame.ts';
import { isTagged, type TagFilter } from '../tasks/tags.ts';
import type { Target } from '../transport/target/target.ts';
import { factsNode } from './facts.ts';
import type { OtherHosts } from './other-hosts.ts';
import { carried } from './project-files.ts';
import type { BoundPlay, Stack } from './stack.ts';

/** The names by which hosts know each other, with the host of the inventory. */
export type Addresses = ReadonlyMap<string, string>;

/** Whoever is told what roles have to say. */
type Teller = { readonly emit: Emit };

export type DeclareOptions = {
  readonly reporter: Teller;
  readonly clock: () => number;
  readonly trace?: boolean;
  /** Only what is to be done counts: no checks, proofs and questions about the outcome, which hold on to much of each host. */
  readonly onlyResources?: boolean | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly skipTags?: readonly string[] | undefined;
};

/** What a play's hosts share. */
export type PlayParts = {
  readonly stack: Stack;
  readonly bound: BoundPlay;
  readonly addresses: Addresses;
  readonly options: DeclareOptions;
  readonly readings: Readings;
  readonly others: OtherHosts;
};

/** Which tasks and roles the options ask for. */
export function tagFilter({ tags = [], skipTags = [] }: DeclareOptions): TagFilter {
  return { only: tags, skip: skipTags };
}

/** What is known of one host for a play. */
export type HostPlayParts = PlayParts & {
  readonly host: string;
  readonly facts: Facts;
  readonly learntOnce: PlayContext['learntOnce'];
  readonly slotOf: PlayContext['slotOf'];
};

/** What the host's roles and tasks are declared from. */
export function hostPlay({ stack, bound, host, facts, addresses, options, others }: HostPlayParts) {
  const { project } = stack;
  return {
    host,
    facts,
    scope: hostScope(project, host, {
      play: bound.play,
      layers: bound.exports,
      facts: factsNode(facts, userOf(bound.play, facts)),
      others: others.about,
    }),
    roles: bound.roles.filter(({ entry }) =>
      isTagged([...tagsIn(bound.play.keywords), ...tagsIn(entry.keywords)], tagFilter(options)),
    ),
    access: projectAccess(project),
    readFile: (file: string, folder: Folder = 'files') => readProjectFile(project, file, folder),
    readContent: (file: string) => readProjectContent(project, file),
    hostsOf: (group: string) => [...(project.inventory.groups.get(group)?.hosts ?? [])].map((one) => one.name),
    hostByAddress: (address: string) => addresses.get(address),
    warn: (text: string) => warn(options, text, host),
    trace: options.trace,
    onlyResources: options.onlyResources,
  };
}

/** Facts are asked for as the user of the play. */
function userOf({ keywords }: Play, { loginUser }: Facts): string {
  const [become, user] = [keywords.get('become'), keywords.get('become_user')];
  const isOn = become?.kind === 'scalar' && /^(?:true|yes|on|1)$/i.test(String(become.value));
  if (!isOn) return loginUser;
  return user?.kind === 'scalar' && typeof user.value === 'string' ? user.value : 'root';
}

/** The names and addresses by which hosts know each other: inventory, connection, and what the hosts say of themselves. */
export function addressesOf(
  facts: ReadonlyMap<string, Facts>,
  targets: readonly Target[],
  project: Project,
): Addresses {
  const addresses = new Map<string, string>();
  for (const [host, said] of facts)
    for (const one of [said.fqdn, said.hostname, ...said.addresses]) addresses.set(one, host);
  for (const target of targets) if (target.kind === 'ssh') addresses.set(target.address, target.name);
  for (const host of project.inventory.hosts.keys()) addresses.set(host, host);
  return addresses;
}

type Folder = 'files' | 'templates';

/** Reads a text file of the project. */
function readProjectFile(project: Project, file: string, folder: Folder): Text {
  const { text, isSecret } = project.loader.readText(placeOf(project, file, folder));
  return isSecret ? new Secret(text) : text;
}

/** Reads any file of the project. */
function readProjectContent(project: Project, file: string): ReturnType<HostContext['readContent']> {
  const { text, isSecret, isBinary } = carried(project.loader.readContent(placeOf(project, file, 'files')));
  return { content: isSecret ? new Secret(text) : text, ...(isBinary ? { encoding: 'base64' } : {}) };
}

/** Beside the playbook, or in the folder where Ansible looks, too; never a file outside of the project's folder. */
function placeOf({ root }: Project, file: string, folder: Folder): string {
  const found = path.resolve(root, file);
  if (path.relative(root, found).startsWith('..')) throw outside(file);
  const inFolder = path.resolve(root, folder, file);
  return pathKind(found) !== 'file' && pathKind(inFolder) === 'file' ? inFolder : found;
}

function outside(file: string): GatError {
  return new GatError({
    code: 'project/outside',
    what: `cannot read ${file}: it lies outside the project's folder`,
    fix: 'copy the file into the project',
  });
}

/** What was told in this run: declaring again tells nothing again. */
const told = new WeakMap<Teller, Set<string>>();

function warn({ reporter, clock }: DeclareOptions, text: string, host: string): void {
  const before = told.get(reporter) ?? new Set();
  told.set(reporter, before);
  const key = `${host} ${text}`;
  if (before.has(key)) return;
  before.add(key);
  reporter.emit({ type: 'warning', at: clock(), text, host });
}
