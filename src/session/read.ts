/** Asks hosts who they are and in which state everything is that was declared for them; in one round trip each. */
import { createHash } from 'node:crypto';
import { runReading } from '../apply/execute.ts';
import { printSerial } from '../apply/lease.ts';
import type { HostLink } from '../apply/work.ts';
import { GatError, withPlace } from '../base/errors.ts';
import type { Emit } from '../base/events.ts';
import type { Facts } from '../base/facts.ts';
import type { Script } from '../base/shell.ts';
import type { GraphNode } from '../graph/edge.ts';
import type { Graph } from '../graph/graph.ts';
import { probeFailed, probeIncomplete } from '../plan/errors.ts';
import { factsSection, parseFacts } from '../plan/facts.ts';
import { foldersSection, parseFolders } from '../plan/folders.ts';
import { newNonce, parseSections, renderSections, type SectionOutput } from '../plan/frame.ts';
import { parseProbe, renderProbe } from '../plan/probe.ts';
import type { Observed } from '../resources/index.ts';
import type { ExecResult } from '../transport/connection.ts';
import type { Target } from '../transport/target/target.ts';
import type { Links } from './connect.ts';
import { soonEnough, type Tasks } from './patience.ts';

type Telling = { readonly emit: Emit; readonly clock: () => number };

/** What all hosts were found to be: each node's state, and each host's change counter. */
export type HostStates = {
  readonly observed: ReadonlyMap<string, Observed>;
  readonly serials: ReadonlyMap<string, string>;
  readonly facts: ReadonlyMap<string, Facts>;
  /** What hosts answered to what else they were asked. */
  readonly told: ReadonlyMap<string, string>;
  /** What each host answered, for the case that everything is declared anew and asks it the same. */
  readonly answers: ReadonlyMap<string, Answer>;
  /**
   * Hosts that are still being asked: nothing of them is in here but the answers, once they are there. Each resolves when it has
   * answered, or is given up.
   */
  readonly asked: Tasks;
};

/** What a host answered to which question. */
export type Answer = { readonly nonce: string; readonly question: string; readonly result: ExecResult };

/** The facts of those hosts that answered in time, and who is still being asked. */
export type HostFacts = { readonly facts: ReadonlyMap<string, Facts>; readonly late: ReadonlySet<string> };

/** Reads the facts of all hosts at once; a host that can't answer (no sudo, say) is told and left out. */
export async function readFacts(
  links: Links,
  targets: readonly Target[],
  { patienceMs, ...telling }: Telling & { readonly patienceMs?: number | undefined },
): Promise<HostFacts> {
  const facts = new Map<string, Facts>();
  const tasks = askEach(targets, links, telling, async (target, link) => {
    facts.set(target.name, await readHostFacts(target, link));
  });
  const late = await soonEnough(tasks, patienceMs ?? FOREVER_MS);
  return { facts: new Map(facts), late };
}

/** The longest time that a timer knows. */
const FOREVER_MS = 2 ** 31 - 1;

/** Asks each host as soon as it is linked; one that can't answer is told and left out, and holds up no other. */
function askEach(
  targets: readonly Target[],
  links: Links,
  { emit, clock }: Telling,
  ask: (target: Target, link: HostLink) => Promise<void>,
): Tasks {
  const one = async (target: Target): Promise<void> => {
    const link = await links.of(target.name);
    try {
      if (link && links.links.has(target.name)) await ask(target, link);
    } catch (error) {
      if (!(error instanceof GatError)) throw error;
      if (links.unreachable.has(target.name)) return; // told already, by whoever else was asking it
      const told = withPlace(error, target.declaredAt);
      links.drop(target.name, told);
      emit({ type: 'unreachable', at: clock(), host: target.name, error: told });
    }
  };
  return new Map(targets.map((target) => [target.name, one(target)]));
}

async function readHostFacts(target: Target, link: HostLink): Promise<Facts> {
  const nonce = newNonce();
  const script = renderSections([factsSection], nonce);
  const result = await runReading(link, script);
  return factsOf(parseSections(result.stdout, nonce), target, result);
}

/** What hosts answered before, or are about to. */
export type Answers = ReadonlyMap<string, Answer | Promise<Answer | undefined>>;

type Read = {
  readonly graph: Graph;
  readonly links: Links;
  readonly targets: readonly Target[];
  /** What else each host is asked in the same round trip. */
  readonly aside?: ((host: string) => Script) | undefined;
  /** What hosts answered before; who would be asked the same is not asked again. */
  readonly answers?: Answers | undefined;
  /** Hosts that take much longer than the others are left for later. */
  readonly patienceMs?: number | undefined;
  /** Hosts that have taken so long before. */
  readonly unasked?: readonly string[] | undefined;
};

/** Reads facts and the state of every node of the graph, from every host that can be linked. */
export async function readStates(
  { graph, links, targets, aside, answers: before, patienceMs = FOREVER_MS, unasked }: Read,
  telling: Telling,
): Promise<HostStates> {
  const observed = new Map<string, Observed>();
  const serials = new Map<string, string>();
  const facts = new Map<string, Facts>();
  const told = new Map<string, string>();
  const answers = new Map<string, Answer>();
  const nodesOf = byHost(graph);
  const tasks = askEach(targets, links, telling, async (target, link) => {
    const nodes = nodesOf.get(target.name) ?? [];
    const question = { nodes, aside: aside?.(target.name), before: await before?.get(target.name) };
    const answer = await askHost(question, link, { ...telling, host: target.name });
    const read = understand(nodes, target, answer);
    answers.set(target.name, answer);
    serials.set(target.name, read.serial);
    facts.set(target.name, read.facts);
    if (read.told !== '') told.set(target.name, read.told);
    for (const [key, state] of read.observed) observed.set(key, state);
  });
  const late = await soonEnough(tasks, patienceMs, new Set(patienceMs === FOREVER_MS ? [] : unasked));
  const asked = new Map([...tasks].filter(([host]) => late.has(host)));
  for (const task of asked.values()) task.catch(() => undefined); // whoever waits for them sees it
  // What the late ones say later stays out of what is planned now.
  return {
    observed: new Map(observed),
    serials: new Map(serials),
    facts: new Map(facts),
    told: new Map(told),
    answers,
    asked,
  };
}

/** Begins to ask hosts, each as soon as it is linked: `readStates` then finds what they answered, or why they can't. */
export function askEarly(
  { graph, links, targets, aside }: Omit<Read, 'answers'>,
  telling: Telling,
): Map<string, Promise<Answer | undefined>> {
  const nodesOf = byHost(graph);
  const one = async (host: string): Promise<Answer | undefined> => {
    const question = { nodes: nodesOf.get(host) ?? [], aside: aside?.(host), before: undefined };
    const link = await links.of(host);
    return link && askHost(question, link, { ...telling, host });
  };
  const answers = new Map(targets.map(({ name }) => [name, one(name)]));
  for (const answer of answers.values()) answer.catch(() => undefined); // whoever reads it sees the error
  return answers;
}

function byHost(graph: Graph): ReadonlyMap<string, readonly GraphNode[]> {
  const nodes = new Map<string, GraphNode[]>();
  for (const node of graph.nodes.values()) {
    const ofHost = nodes.get(node.host);
    if (ofHost) ofHost.push(node);
    else nodes.set(node.host, [node]);
  }
  return nodes;
}

type Question = {
  readonly nodes: readonly GraphNode[];
  readonly aside: Script | undefined;
  readonly before: Answer | undefined;
};

/** The question for a host's state, unless it has answered just that before. */
async function askHost(
  { nodes, aside, before }: Question,
  link: HostLink,
  { emit, clock, host }: Telling & { readonly host: string },
): Promise<Answer> {
  const nonce = before?.nonce ?? newNonce();
  const beside = [factsSection, ...foldersSection(nodes), ...(aside ? [{ name: 'aside', script: aside }] : [])];
  // The counter is read before all else: whoever changes something meanwhile shows.
  const script = renderProbe(nodes, nonce, { first: [{ name: 'serial', script: printSerial }], beside });
  const question = createHash('sha256').update(script.source).digest('base64');
  if (before?.question === question) return before;
  const startedAt = clock();
  const result = await runReading(link, script);
  emit({ type: 'probed', at: clock(), host, resources: nodes.length, ms: clock() - startedAt });
  return { nonce, question, result };
}

function understand(nodes: readonly GraphNode[], target: Target, { nonce, result }: Answer) {
  const { name: host } = target;
  if (result.code !== 0) throw probeFailed(host, result.code, result.stderr.toString('utf8'));
  const sections = parseSections(result.stdout, nonce);
  const serial = sections.get('serial')?.stdout.toString('utf8').trim();
  if (result.truncated || serial === undefined) throw probeIncomplete(host, 'state');
  const told = sections.get('aside')?.stdout.toString('utf8') ?? '';
  const observed = parseProbe(nodes, result.stdout, nonce);
  const facts = { ...factsOf(sections, target, result), ...parseFolders(sections) };
  return { observed, serial, facts, told };
}

function factsOf(sections: ReadonlyMap<string, SectionOutput>, target: Target, result: ExecResult): Facts {
  const output = sections.get(factsSection.name);
  if (!output) throw probeFailed(target.name, result.code, result.stderr.toString('utf8'));
  return parseFacts(output.stdout.toString('utf8'), target.kind === 'ssh' ? target.user : 'root');
}
