/** Declares all plays of a stack for all of its hosts: roles and tasks become one graph. */
import { setImmediate } from 'node:timers/promises';
import { type GatError, throwProblems } from '../base/errors.ts';
import type { Facts } from '../base/facts.ts';
import { showNames } from '../base/mask.ts';
import { buildGraph, type Declared, type Graph } from '../graph/graph.ts';
import type { Join } from '../project/inventory/inventory.ts';
import type { PlayContext, Readings } from '../tasks/context.ts';
import { createSlots, type Memory } from '../tasks/memory.ts';
import type { Target } from '../transport/target/target.ts';
import type { Check } from '../verify/check.ts';
import type { Examination } from '../verify/doctor/examination.ts';
import type { Proof } from '../verify/proof.ts';
import { bindPlay } from './bind.ts';
import { collectErrors } from './collect.ts';
import { factsNode } from './facts.ts';
import { fatalOf, withFatal } from './fatal.ts';
import {
  addressesOf,
  type DeclareOptions,
  type HostPlayParts,
  hostPlay,
  type PlayParts,
  tagFilter,
} from './host-play.ts';
import { createOtherHosts } from './other-hosts.ts';
import { type DeclaredPlay, declareTasks } from './play-tasks.ts';
import { type Stack, withJoins } from './stack.ts';
import { tellWarnings } from './tell-warnings.ts';

/** What one host is to have by one stack. */
export type DeclaredBy = Declared & { readonly stack: string };

/** What is declared from. */
export type Known = {
  readonly stack: Stack;
  readonly targets: readonly Target[];
  readonly facts: ReadonlyMap<string, Facts>;
  /** What tasks that only look found while the plan was made. */
  readonly readings?: Readings | undefined;
};

/** What is declared. */
export type Declaration = {
  /** What the graph was made from, by stack. */
  readonly parts: readonly DeclaredBy[];
  readonly graph: Graph;
  readonly checks: readonly Check[];
  /** Work for `verify --job`. */
  readonly proofs: readonly Proof[];
  /** Questions of `doctor`. */
  readonly examinations: readonly Examination[];
};

/** Declares all plays for all hosts of whom something is known. Lets connections go on between hosts: a fleet takes a while. */
export async function declareAll(known: Known, options: DeclareOptions): Promise<Declaration> {
  const { stack, targets, facts, readings = new Map() } = known;
  const others = createOtherHosts((host) => {
    const said = facts.get(host);
    return said && factsNode(said);
  });
  const shared = { stack, options, readings, others, addresses: addressesOf(facts, targets, stack.project) };
  const all: Gathered = {
    declared: [],
    checks: [],
    proofs: [],
    examinations: [],
    memories: new Map(),
    ends: new Map(),
    joins: [],
  };
  const problems: GatError[] = [];
  for (const one of stack.plays) {
    const bound = bindPlay(stack.project, one, problems);
    const play = { ...shared, ...withJoins(stack, bound, all.joins) };
    problems.push(...(await declareHosts(play, facts, all)));
  }
  throwProblems(problems);
  warnOfTags(stack, all.declared, options);
  const { checks, proofs, examinations } = all;
  const graph = buildGraph(all.declared);
  showNames(publicNames(graph));
  return { graph, checks, proofs, examinations, parts: all.declared };
}

/** A misspelt tag selects nothing, which looks like a system without anything to do. */
function warnOfTags({ project, plays }: Stack, declared: readonly DeclaredBy[], options: DeclareOptions): void {
  const [tags = [], position] = [options.tags, plays[0]?.play.position];
  if (tags.length === 0 || !position || declared.some(({ resources }) => resources.length > 0)) return;
  project.loader.warn({ position, text: `nothing is tagged ${tags.join(' or ')}: no task, no role, no play` });
  tellWarnings(project, options);
}

/** Kinds whose names everybody on a host can list. */
const LISTED = new Set(['package', 'user', 'group', 'service']);

/** Names that are seen anyway, whatever encrypted file they stand in, too: of hosts, of kinds, of what everybody can list. */
function publicNames(graph: Graph): readonly string[] {
  return [...graph.nodes.values()].flatMap(({ host, resource: { kind, name } }) =>
    LISTED.has(kind.name) ? [host, kind.name, name.replace(/[.](service|timer|socket)$/, '')] : [host, kind.name],
  );
}

type Gathered = {
  readonly declared: DeclaredBy[];
  readonly checks: Check[];
  readonly proofs: Proof[];
  readonly examinations: Examination[];
  readonly memories: Map<string, Memory>;
  /** Hosts that tasks have put into groups. */
  readonly joins: Join[];
  /** The last tasks of each host's plays. */
  readonly ends: Map<string, { readonly stack: string; readonly end: DeclaredPlay['end'] }>;
};

/** How often a host is declared at most, as what it asks of the others changes. */
const ROUNDS = 4;

/**
 * One play on all of its hosts. A host's tasks may ask, by `hostvars`, for what tasks of the others learn: who would be
 * told something else once the others are declared is declared again.
 */
async function declareHosts(
  play: PlayParts,
  facts: ReadonlyMap<string, Facts>,
  all: Gathered,
): Promise<readonly GatError[]> {
  const slots = createSlots();
  const shared = { ...play, learntOnce: new Map() };
  // Playbooks that are named side by side have no order among each other.
  const { stack } = play.bound;
  const past = pastOf(all, stack);
  const attempts = new Map<string, Attempt>();
  const attempt = (host: string, known: Facts): Attempt => {
    const problems: GatError[] = [];
    const isStale = play.others.watch(host);
    const parts = { ...shared, host, facts: known, slotOf: slots(host) };
    const one = collectErrors(problems, () => declarePlay(parts, all.memories.get(host), past));
    return { one, problems, isStale };
  };
  const hosts = play.bound.hosts.flatMap((host) => {
    const known = facts.get(host);
    return known ? [[host, known] as const] : [];
  });
  for (const [host, known] of Array.from({ length: ROUNDS }, () => hosts).flat()) {
    if (attempts.get(host)?.isStale() === false) continue;
    attempts.set(host, attempt(host, known));
    await setImmediate();
  }
  for (const [host, { one }] of attempts) if (one) gather(all, { host, stack }, one);
  return [...attempts.values()].flatMap(({ problems }) => problems);
}

type Attempt = {
  readonly one: ReturnType<typeof declarePlay> | undefined;
  readonly problems: readonly GatError[];
  /** Whether other hosts would answer otherwise today. */
  readonly isStale: () => boolean;
};

/** What the plays before have declared, and their last tasks. */
function pastOf({ ends, declared }: Gathered, stack: string): PlayContext['past'] {
  const before = new Map(
    declared
      .filter((one) => one.stack === stack)
      .flatMap(({ host, resources }) => resources.map((one) => [`${host}/${one.id}`, one] as const)),
  );
  return {
    ends: [...ends.values()].flatMap((one) => (one.stack === stack ? one.end : [])),
    declared: (host, id) => before.get(`${host}/${id}`),
  };
}

type Place = { readonly host: string; readonly stack: string };

function gather(all: Gathered, place: Place, one: ReturnType<typeof declarePlay>): void {
  const { host, stack } = place;
  one.tell();
  all.memories.set(host, one.memory);
  if (one.end.length > 0) all.ends.set(host, { stack, end: one.end });
  all.joins.push(...one.joins);
  for (const [where, resources] of one.resources) all.declared.push({ host: where, resources, stack });
  all.checks.push(...one.checks);
  all.proofs.push(...one.proofs);
  all.examinations.push(...one.examinations);
}

/** One host's roles and tasks of one play; tasks may be delegated, so resources come by host. */
function declarePlay(parts: HostPlayParts, memory: Memory | undefined, past: PlayContext['past']) {
  const { stack, bound, host, options, others, readings } = parts;
  const ofHost = hostPlay(parts);
  const fatal = fatalOf(bound.play, bound.hosts, ofHost.scope);
  const declared = declareTasks({
    project: stack.project,
    play: bound.play,
    hostPlay: ofHost,
    folders: bound.folders,
    learntOnce: parts.learntOnce,
    slotOf: parts.slotOf,
    learning: (learnt) => others.learning(host, learnt),
    readings,
    past,
    isFirst: host === bound.hosts[0],
    tags: tagFilter(options),
    memory,
  });
  const resources = [...declared.resources].map(([where, all]) => [where, withFatal(all, fatal)] as const);
  return { ...declared, resources: new Map(resources) };
}
