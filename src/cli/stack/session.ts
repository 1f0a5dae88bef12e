/** One run over a stack's hosts: connect, ask who they are, declare, read. Commands go on from what it gives. */

import { hostname, userInfo } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { throwProblems } from '../../base/errors.ts';
import type { RunEvent } from '../../base/events.ts';
import type { Facts } from '../../base/facts.ts';
import type { Graph } from '../../graph/graph.ts';
import { makePlan, type Plan } from '../../plan/plan.ts';
import type { Reporter } from '../../report/reporter.ts';
import type { Readings } from '../../tasks/context.ts';
import type { Target } from '../../transport/target.ts';
import type { Check } from '../../verify/check.ts';
import type { Examination } from '../../verify/doctor/examination.ts';
import type { Proof } from '../../verify/proof.ts';
import { becomePasswordOf } from './become-password.ts';
import { type Links, startLinks } from './connect.ts';
import { type Declaration, declareAll } from './declare-all.ts';
import { recallFacts, rememberFacts, sameFacts } from './facts-cache.ts';
import { terminalPrompt } from './prompt.ts';
import { type HostStates, readFacts, readStates } from './read.ts';
import { lookUp } from './readings.ts';
import type { Stack } from './stack.ts';
import { findTargets } from './targets.ts';

export type Session = {
  readonly stack: Stack;
  readonly targets: readonly Target[];
  readonly links: Links;
  /** What the hosts that take part said of themselves, now or last time. */
  readonly facts: ReadonlyMap<string, Facts>;
  /** What tasks that only look found while the plan was made. */
  readonly readings?: Readings | undefined;
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
  /** A file with the sudo password, a program that prints it, or `-`. */
  readonly becomePasswordFile?: string | undefined;
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
  const links = startLinks(targets, connecting);
  try {
    const early = await declareEarly({ stack, targets, facts: recalled }, options);
    if (early) return await withDelegates(sessionOf({ stack, targets, links, facts: recalled }, early));
    const unknown = targets.filter((target) => !recalled.has(target.name));
    const asked = await readFacts(links, unknown, { emit: reporter.emit, clock });
    await Promise.all(targets.map(({ name }) => links.of(name)));
    if (links.links.size === 0) throwProblems([...links.unreachable.values()]);
    const facts = new Map([...recalled, ...asked].filter(([host]) => links.links.has(host)));
    if (asked.size > 0) rememberFacts(targets, asked);
    return await declareSession({ stack, targets, links, facts }, options);
  } catch (error) {
    await links.close();
    throw error;
  }
}

async function connectOptions(options: SessionOptions) {
  const { reporter, clock, forks } = options;
  const prompt = terminalPrompt(reporter);
  const becomePassword = await becomePasswordOf(options, prompt);
  return { emit: reporter.emit, clock, prompt, becomePassword, forks };
}

type Asked = Pick<Session, 'stack' | 'targets' | 'links' | 'facts' | 'readings'>;
type Known = Omit<Asked, 'links'>;

async function declareSession(asked: Asked, options: SessionOptions): Promise<Session> {
  return withDelegates(sessionOf(asked, await declareAll(asked, options)));
}

/** Connects to the hosts that only delegated tasks run on. */
async function withDelegates(session: Session): Promise<Session> {
  const { graph, links, stack } = session;
  const known = new Set(session.targets.map(({ name }) => name));
  const others = [...new Set([...graph.nodes.values()].map(({ host }) => host))].filter(
    (host) => !known.has(host),
  );
  if (others.length === 0) return session;
  const targets = findTargets(stack.project, stack.plays, others);
  await links.add(targets.filter(({ name }) => !links.links.has(name)));
  return { ...session, targets: [...session.targets, ...targets] };
}

function sessionOf(asked: Asked, declaration: Declaration): Session {
  const { graph, checks, proofs, examinations } = declaration;
  return { ...asked, graph, checks, proofs, examinations, close: () => asked.links.close() };
}

/**
 * Declares everything while the hosts are still being connected to, when all of them are known from last time, so that each can be
 * read as soon as it is there. Mistakes come up again when all is declared in its own time.
 */
async function declareEarly(known: Known, options: SessionOptions): Promise<Declaration | undefined> {
  if (known.facts.size < known.targets.length) return undefined;
  const told: RunEvent[] = [];
  const emit = (event: RunEvent): unknown => told.push(event);
  await setImmediate(); // the connections are on their way first
  try {
    const declaration = await declareAll(known, { ...options, reporter: { ...options.reporter, emit } });
    for (const event of told) options.reporter.emit(event);
    return declaration;
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

/** Reads all states and plans; what tasks that only look would find is found out for the plan. */
export async function planSession(session: Session, options: SessionOptions): Promise<Planned> {
  const isOld = session.readings !== undefined && session.readings.size > 0;
  const { readings: _readings, ...fresh } = session;
  return planFurther(isOld ? await declareSession(fresh, options) : session, options, { round: 0 });
}

/** How many tasks that only look may depend on each other before the rest is left to the run. */
const MOST_READINGS = 12;

type Before = { readonly round: number; readonly answers?: HostStates['answers'] };

/**
 * When a host says something else of itself than last time or can't be reached, or tasks have looked, all is declared anew, and hosts
 * of which something else is to be read now are read again.
 */
async function planFurther(session: Session, options: SessionOptions, before: Before): Promise<Planned> {
  const { graph, links, targets } = session;
  const telling = { emit: options.reporter.emit, clock: options.clock };
  const states = await readStates({ ...before, graph, links, targets }, telling);
  if (links.links.size === 0) throwProblems([...links.unreachable.values()]);
  const { answers } = states;
  const isSame = [...session.facts].every(([host, facts]) => sameFacts(facts, states.facts.get(host)));
  if (!isSame) {
    rememberFacts(targets, states.facts);
    const { readings: _readings, ...fresh } = session;
    const anew = await declareSession({ ...fresh, facts: states.facts }, tellingOnce(options));
    return planFurther(anew, options, { round: 0, answers });
  }
  const plan = makePlan(graph, states.observed);
  const found = before.round < MOST_READINGS ? await lookUp(graph, plan, links.links) : new Map();
  if (found.size === 0) return { session, plan, states };
  const readings: Readings = new Map([...(session.readings ?? []), ...found]);
  const anew = await declareSession({ ...session, readings }, options);
  return planFurther(anew, options, { round: before.round + 1, answers });
}

/** What roles have to say was told when all was declared before. */
function tellingOnce(options: SessionOptions): SessionOptions {
  const { reporter } = options;
  const emit: Reporter['emit'] = (event) => (event.type === 'warning' ? undefined : reporter.emit(event));
  return { ...options, reporter: { ...reporter, emit } };
}

/** Who runs this, for others who find a host leased. */
export function whoAmI(command: string): string {
  return `${userInfo().username}@${hostname()}, ${command}`;
}

function warn({ reporter, clock }: SessionOptions, text: string): void {
  reporter.emit({ type: 'warning', at: clock(), text });
}
