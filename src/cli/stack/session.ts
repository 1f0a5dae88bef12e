/** One run over a stack's hosts: connect, ask who they are, declare, read. Commands go on from what it gives. */

import { hostname, userInfo } from 'node:os';
import path from 'node:path';
import { GatError, throwProblems } from '../../base/errors.ts';
import type { Facts } from '../../base/facts.ts';
import type { Text } from '../../base/secret.ts';
import { Secret } from '../../base/secret.ts';
import { buildGraph, type Declared, type Graph } from '../../graph/graph.ts';
import { makePlan, type Plan } from '../../plan/plan.ts';
import { projectAccess } from '../../project/access.ts';
import type { Project } from '../../project/project.ts';
import { hostScope } from '../../project/scope.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { Target } from '../../transport/target.ts';
import type { Check } from '../../verify/check.ts';
import { collectErrors } from './collect.ts';
import { connectAll, type Links } from './connect.ts';
import { declareHost } from './declare.ts';
import { factsNode } from './facts.ts';
import { type HostStates, readFacts, readStates } from './read.ts';
import type { BoundPlay, Stack } from './stack.ts';
import { findTargets } from './targets.ts';

export type Session = {
  readonly stack: Stack;
  readonly links: Links;
  readonly graph: Graph;
  readonly checks: readonly Check[];
  /** Hosts that took part: reached, asked and declared. */
  readonly hosts: readonly string[];
  close(): Promise<void>;
};

type SessionOptions = {
  readonly reporter: Reporter;
  readonly clock: () => number;
  readonly askBecomePass?: boolean | undefined;
};

/** Opens a session. Hosts that can't be reached are left out and told; mistakes of variables stop all before any change. */
export async function openSession(stack: Stack, options: SessionOptions): Promise<Session> {
  for (const { position, text } of stack.project.warnings())
    warn(options, `${position.file}:${position.line}: ${text}`);
  const targets = findTargets(stack.project, stack.plays, stack.hosts);
  const links = await connectAll(targets, { ...options, emit: options.reporter.emit });
  try {
    const facts = await readFacts(links, targets, { emit: options.reporter.emit, clock: options.clock });
    const { declared, checks } = declareAll(stack, facts, targets, options);
    const graph = buildGraph(declared);
    for (const { capability, by } of graph.external) {
      warn(options, `${by} needs ${capability}, which nothing in this run provides: it must be there already`);
    }
    return { stack, links, graph, checks, hosts: [...facts.keys()], close: () => links.close() };
  } catch (error) {
    await links.close();
    throw error;
  }
}

/** Connects to the hosts that checks run on and that the stack itself does not touch, such as a broker elsewhere. */
export async function linkCheckHosts(session: Session): Promise<void> {
  const { stack, links, checks } = session;
  const missing = [...new Set(checks.map((check) => check.host))].filter(
    (host) => !links.links.has(host) && !links.unreachable.has(host),
  );
  await links.add(findTargets(stack.project, stack.plays, missing));
}

/** Reads all states and plans. */
export async function planSession(
  session: Session,
  options: SessionOptions,
): Promise<{ plan: Plan; states: HostStates }> {
  const { reporter, clock } = options;
  const states = await readStates(session.graph, session.links.links, { emit: reporter.emit, clock });
  return { plan: makePlan(session.graph, states.observed), states };
}

/** Who runs this, for others who find a host leased. */
export function whoAmI(command: string): string {
  return `${userInfo().username}@${hostname()}, ${command}`;
}

type Addresses = ReadonlyMap<string, string>;

function declareAll(
  stack: Stack,
  facts: ReadonlyMap<string, Facts>,
  targets: readonly Target[],
  options: SessionOptions,
) {
  const addresses = addressesOf(facts, targets, stack.project);
  const problems: GatError[] = [];
  const declared: Declared[] = [];
  const checks: Check[] = [];
  for (const bound of stack.plays) {
    for (const host of bound.hosts) {
      const known = facts.get(host);
      if (!known) continue;
      const one = collectErrors(problems, () =>
        declareHost(hostPlay({ stack, bound, host, facts: known, addresses, options })),
      );
      if (!one) continue;
      declared.push({ host, resources: one.resources });
      checks.push(...one.checks);
    }
  }
  throwProblems(problems);
  return { declared, checks };
}

type HostPlayParts = {
  readonly stack: Stack;
  readonly bound: BoundPlay;
  readonly host: string;
  readonly facts: Facts;
  readonly addresses: Addresses;
  readonly options: SessionOptions;
};

function hostPlay({ stack, bound, host, facts, addresses, options }: HostPlayParts) {
  const { project } = stack;
  return {
    host,
    facts,
    scope: hostScope(project, host, { play: bound.play, facts: factsNode(facts) }),
    roles: bound.roles,
    access: projectAccess(project),
    readFile: (file: string) => readProjectFile(project, file),
    hostsOf: (group: string) => [...(project.inventory.groups.get(group)?.hosts ?? [])].map((one) => one.name),
    hostByAddress: (address: string) => addresses.get(address),
    warn: (text: string) => warn(options, text, host),
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
