/** One run over a stack's hosts: connect, ask who they are, declare, read. Commands go on from what it gives. */

import { hostname, userInfo } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { GatError, throwProblems } from '../../base/errors.ts';
import type { RunEvent } from '../../base/events.ts';
import type { Facts } from '../../base/facts.ts';
import type { Text } from '../../base/secret.ts';
import { Secret } from '../../base/secret.ts';
import { buildGraph, type Declared, type Graph } from '../../graph/graph.ts';
import { makePlan, type Plan } from '../../plan/plan.ts';
import { projectAccess } from '../../project/access.ts';
import type { Project } from '../../project/project.ts';
import { hostScope } from '../../project/scope.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { PlayContext } from '../../tasks/context.ts';
import { tagsIn } from '../../tasks/frame.ts';
import type { Memory } from '../../tasks/memory.ts';
import { isTagged, type TagFilter } from '../../tasks/tags.ts';
import type { Target } from '../../transport/target.ts';
import type { Check } from '../../verify/check.ts';
import type { Examination } from '../../verify/doctor/examination.ts';
import type { Proof } from '../../verify/proof.ts';
import { collectErrors } from './collect.ts';
import { connectAll, type Links } from './connect.ts';
import { factsNode } from './facts.ts';
import { recallFacts, rememberFacts, sameFacts } from './facts-cache.ts';
import { declareTasks } from './play-tasks.ts';
import { askBecomePassword, terminalPrompt } from './prompt.ts';
import { type HostStates, readFacts, readStates } from './read.ts';
import type { BoundPlay, Stack } from './stack.ts';
import { findTargets } from './targets.ts';

export type Session = {
  readonly stack: Stack;
  readonly targets: readonly Target[];
  readonly links: Links;
  /** What the hosts that take part said of themselves, now or last time. */
  readonly facts: ReadonlyMap<string, Facts>;
  readonly graph: Graph;
  readonly checks: readonly Check[];
  /** Work for `verify --job`. */
  readonly proofs: readonly Proof[];
  /** Questions of `doctor`. */
  readonly examinations: readonly Examination[];
  close(): Promise<void>;
};

export type SessionOptions = {
  readonly reporter: Reporter;
  readonly clock: () => number;
  /** Go by what hosts said last time; whoever reads their state must look whether it still holds. */
  readonly recall?: boolean;
  /** Find out which variables each resource comes from. */
  readonly trace?: boolean;
  /** Only tasks and roles with one of these tags, none with one of those. */
  readonly tags?: readonly string[] | undefined;
  readonly skipTags?: readonly string[] | undefined;
  /** Ask for the sudo password before anything else. */
  readonly askBecomePass?: boolean | undefined;
  /** How many connections are made at the same time. */
  readonly forks?: number | undefined;
};

/** Opens a session. Hosts that can't be reached are left out and told; mistakes of variables stop all before any change. */
export async function openSession(stack: Stack, options: SessionOptions): Promise<Session> {
  const { reporter, clock } = options;
  for (const { position, text } of stack.project.warnings())
    warn(options, `${position.file}:${position.line}: ${text}`);
  const targets = findTargets(stack.project, stack.plays, stack.hosts);
  const recalled = options.recall ? recallFacts(targets) : new Map<string, Facts>();
  const connecting = await connectOptions(options);
  const [links, early] = await Promise.all([
    connectAll(targets, connecting),
    declareEarly({ stack, targets, facts: recalled }, options),
  ]);
  try {
    const unknown = targets.filter((target) => !recalled.has(target.name));
    const asked = await readFacts(links, unknown, { emit: reporter.emit, clock });
    if (links.links.size === 0) throwProblems([...links.unreachable.values()]);
    const facts = new Map([...recalled, ...asked].filter(([host]) => links.links.has(host)));
    if (asked.size > 0) rememberFacts(targets, asked);
    const isKnown = early && asked.size === 0 && facts.size === targets.length;
    if (!isKnown) return await declareSession({ stack, targets, links, facts }, options);
    for (const event of early.told) reporter.emit(event);
    return sessionOf({ stack, targets, links, facts }, early);
  } catch (error) {
    await links.close();
    throw error;
  }
}

async function connectOptions({ reporter, clock, askBecomePass, forks }: SessionOptions) {
  const prompt = terminalPrompt(reporter);
  const becomePassword = askBecomePass ? await askBecomePassword(prompt) : undefined;
  return { emit: reporter.emit, clock, prompt, becomePassword, forks };
}

type Asked = Pick<Session, 'stack' | 'targets' | 'links' | 'facts'>;
type Known = Omit<Asked, 'links'>;
type Declaration = Pick<Session, 'graph' | 'checks' | 'proofs' | 'examinations'>;

async function declareSession(asked: Asked, options: SessionOptions): Promise<Session> {
  return sessionOf(asked, await declareAll(asked, options));
}

function sessionOf(asked: Asked, declaration: Declaration): Session {
  const { graph, checks, proofs, examinations } = declaration;
  return { ...asked, graph, checks, proofs, examinations, close: () => asked.links.close() };
}

/**
 * Declares everything while the hosts are still being connected to, when all of them are known from last time; what it has
 * to tell waits until that turned out to hold. Mistakes come up again when all is declared in its own time.
 */
async function declareEarly(
  known: Known,
  options: SessionOptions,
): Promise<(Declaration & { readonly told: readonly RunEvent[] }) | undefined> {
  if (known.facts.size < known.targets.length) return undefined;
  const told: RunEvent[] = [];
  const emit = (event: RunEvent): unknown => told.push(event);
  await setImmediate(); // the connections are on their way first
  try {
    return { ...(await declareAll(known, { ...options, reporter: { ...options.reporter, emit } })), told };
  } catch {
    return undefined;
  }
}

/** Connects to the hosts that checks and proofs run on and that the stack itself does not touch, such as a broker elsewhere. */
export async function linkCheckHosts(session: Session, proofs: readonly Proof[] = []): Promise<void> {
  const { stack, links, checks } = session;
  const named = [...checks.map(({ host }) => host), ...proofs.flatMap(({ host, others }) => [host, ...others])];
  const missing = [...new Set(named)].filter((host) => !links.links.has(host) && !links.unreachable.has(host));
  await links.add(findTargets(stack.project, stack.plays, missing));
}

/** A session whose hosts have been read, and the plan for them. */
export type Planned = { readonly session: Session; readonly plan: Plan; readonly states: HostStates };

/** Reads all states and plans; when a host says something else of itself than last time, declares anew and reads again. */
export async function planSession(session: Session, options: SessionOptions): Promise<Planned> {
  const { links } = session;
  const telling = { emit: options.reporter.emit, clock: options.clock };
  const states = await readStates({ graph: session.graph, links, targets: session.targets }, telling);
  if (links.links.size === 0) throwProblems([...links.unreachable.values()]);
  const isStale = [...states.facts].some(([host, facts]) => !sameFacts(facts, session.facts.get(host)));
  if (!isStale) return { session, plan: makePlan(session.graph, states.observed), states };
  rememberFacts(session.targets, states.facts);
  return planSession(await declareSession({ ...session, facts: states.facts }, options), options);
}

/** Who runs this, for others who find a host leased. */
export function whoAmI(command: string): string {
  return `${userInfo().username}@${hostname()}, ${command}`;
}

type Addresses = ReadonlyMap<string, string>;

/** Declares all plays for all hosts of whom something is known. Lets connections go on between hosts: a fleet takes a while. */
export async function declareAll({ stack, targets, facts }: Known, options: SessionOptions): Promise<Declaration> {
  const addresses = addressesOf(facts, targets, stack.project);
  const problems: GatError[] = [];
  const declared: Declared[] = [];
  const checks: Check[] = [];
  const proofs: Proof[] = [];
  const examinations: Examination[] = [];
  const memories = new Map<string, Memory>();
  for (const bound of stack.plays) {
    const learntOnce: HostPlayParts['learntOnce'] = new Map();
    for (const host of bound.hosts) {
      const known = facts.get(host);
      if (!known) continue;
      const parts = { stack, bound, host, facts: known, addresses, options, learntOnce };
      const one = collectErrors(problems, () => declarePlay(parts, memories.get(host)));
      await setImmediate();
      if (!one) continue;
      memories.set(host, one.memory);
      for (const [where, resources] of one.resources) declared.push({ host: where, resources });
      checks.push(...one.checks);
      proofs.push(...one.proofs);
      examinations.push(...one.examinations);
    }
  }
  throwProblems(problems);
  return { graph: buildGraph(declared), checks, proofs, examinations };
}

/** One host's roles and tasks of one play; tasks may be delegated, so resources come by host. */
function declarePlay(parts: HostPlayParts, memory: Memory | undefined) {
  const { stack, bound, host, options } = parts;
  return declareTasks({
    project: stack.project,
    play: bound.play,
    hostPlay: hostPlay(parts),
    folders: bound.folders,
    learntOnce: parts.learntOnce,
    isFirst: host === bound.hosts[0],
    tags: tagFilter(options),
    memory,
  });
}

function tagFilter({ tags = [], skipTags = [] }: SessionOptions): TagFilter {
  return { only: tags, skip: skipTags };
}

type HostPlayParts = {
  readonly stack: Stack;
  readonly bound: BoundPlay;
  readonly host: string;
  readonly facts: Facts;
  readonly addresses: Addresses;
  readonly options: SessionOptions;
  readonly learntOnce: PlayContext['learntOnce'];
};

function hostPlay({ stack, bound, host, facts, addresses, options }: HostPlayParts) {
  const { project } = stack;
  return {
    host,
    facts,
    scope: hostScope(project, host, { play: bound.play, facts: factsNode(facts) }),
    roles: bound.roles.filter(({ entry }) =>
      isTagged([...tagsIn(bound.play.keywords), ...tagsIn(entry.keywords)], tagFilter(options)),
    ),
    access: projectAccess(project),
    readFile: (file: string) => readProjectFile(project, file),
    hostsOf: (group: string) => [...(project.inventory.groups.get(group)?.hosts ?? [])].map((one) => one.name),
    hostByAddress: (address: string) => addresses.get(address),
    warn: (text: string) => warn(options, text, host),
    trace: options.trace,
  };
}

/** The names and addresses by which hosts know each other: inventory, connection, and what the hosts say of themselves. */
function addressesOf(facts: ReadonlyMap<string, Facts>, targets: readonly Target[], project: Project): Addresses {
  const addresses = new Map<string, string>();
  for (const [host, said] of facts)
    for (const one of [said.fqdn, said.hostname, ...said.addresses]) addresses.set(one, host);
  for (const target of targets) if (target.kind === 'ssh') addresses.set(target.address, target.name);
  for (const host of project.inventory.hosts.keys()) addresses.set(host, host);
  return addresses;
}

/** Reads a file of the project; never one outside of its folder. */
function readProjectFile(project: Project, file: string): Text {
  const found = path.resolve(project.root, file);
  if (path.relative(project.root, found).startsWith('..')) throw outside(file);
  const { text, isSecret } = project.loader.readText(found);
  return isSecret ? new Secret(text) : text;
}

function outside(file: string): GatError {
  return new GatError({
    code: 'project/outside',
    what: `cannot read ${file}: it lies outside the project's folder`,
    fix: 'copy the file into the project',
  });
}

function warn({ reporter, clock }: SessionOptions, text: string, host?: string): void {
  reporter.emit({ type: 'warning', at: clock(), text, ...(host === undefined ? {} : { host }) });
}
