/** Reads the hosts of a session and plans what is to be done, and what is no longer declared. */

import { type MadeNotes, printUndeclared, UNNOTED } from '../apply/made.ts';
import { throwProblems } from '../base/errors.ts';
import type { Script } from '../base/shell.ts';
import { makePlan } from '../plan/plan.ts';
import type { Reporter } from '../report/reporter.ts';
import { leftoverId, whyItStays } from '../resources/leftover.ts';
import type { Readings } from '../tasks/context.ts';
import { declareSession } from './declare-session.ts';
import { rememberFacts, sameFacts } from './facts-cache.ts';
import { firstReady, needingOthers, type Waiting } from './patience.ts';
import { type Answers, askEarly, type HostStates, readStates } from './read.ts';
import { lookUp } from './readings.ts';
import { findUndeclared, graphWithRemovals, type Undeclared, withForgotten } from './removals.ts';
import type { Planned, Session, SessionOptions } from './session-types.ts';

/** Reads all states and plans; what tasks that only look would find is found out for the plan. */
export async function planSession(session: Session, options: SessionOptions): Promise<Planned> {
  const isOld = session.readings !== undefined && session.readings.size > 0;
  const { readings: _readings, ahead, ...fresh } = session;
  const answers = new Map(ahead);
  ahead?.clear(); // for the first plan only: whoever plans again wants to know how things are then
  return planFurther(isOld ? await declareSession(fresh, options) : session, options, { round: 0, answers });
}

/** Begins to ask what a plan asks. */
export function askAhead(session: Session, options: SessionOptions): NonNullable<Session['ahead']> {
  const telling = { emit: options.reporter.emit, clock: options.clock };
  return askEarly({ ...session, aside: asideOf(session, options) }, telling);
}

/** What a host is asked besides, where everything is declared: what it has of us that is declared no more. */
function asideOf({ deployments }: Session, options: SessionOptions): ((host: string) => Script) | undefined {
  const look = (host: string): Script => printUndeclared(deployments.declared.get(host) ?? new Map());
  return isAll(options) ? look : undefined;
}

/** How many tasks that only look may depend on each other before the rest is left to the run. */
const MOST_READINGS = 12;

type Before = {
  readonly round: number;
  readonly answers?: Answers | undefined;
  /** Only these are asked and planned for: those that an earlier part has left for later, or has not. */
  readonly only?: ReadonlySet<string> | undefined;
  /** Who is left for later, and when that is. */
  readonly left?: Left | undefined;
};

/** Hosts that are left for later, and what they answer, once they do. */
type Left = Waiting & { readonly answers: HostStates['answers'] };

/** Reads; where some hosts take much longer, those that wait for nothing of them are planned for now, the others later. */
async function planFurther(session: Session, options: SessionOptions, before: Before): Promise<Planned> {
  const { graph, links, unasked } = session;
  const { only } = before;
  const targets = only ? session.targets.filter(({ name }) => only.has(name)) : session.targets;
  const aside = asideOf(session, options);
  const telling = { emit: options.reporter.emit, clock: options.clock };
  const patienceMs = only ? undefined : options.patienceMs;
  const states = await readStates({ ...before, graph, links, targets, aside, patienceMs, unasked }, telling);
  const { answers, asked } = states;
  if (asked.size === 0) return planFrom(states, session, options, before);
  const hosts = new Set(targets.map(({ name }) => name));
  const { ready, left } = await firstReady(graph, { hosts, asked }, patienceMs);
  if (left) tellLate(left.hosts, options);
  return planFurther(session, options, { ...before, answers, only: ready, left: left && { ...left, answers } });
}

/**
 * When a host says something else of itself than last time or can't be reached, or tasks have looked, all is declared anew, and hosts
 * of which something else is to be read now are read again.
 */
async function planFrom(
  states: HostStates,
  session: Session,
  options: SessionOptions,
  before: Before,
): Promise<Planned> {
  const { graph, links } = session;
  const { answers } = states;
  if (links.links.size === 0 && !before.left) throwProblems([...links.unreachable.values()]);
  const known = factsNow(states, session, before);
  if (known) {
    rememberFacts(session.targets, states.facts);
    const { readings: _readings, ...fresh } = session;
    const anew = await declareSession({ ...fresh, ...known }, tellingOnce(options));
    return planFurther(anew, options, { ...before, round: 0, answers });
  }
  const plan = makePlan(graph, states.observed);
  const found = before.round < MOST_READINGS ? await lookUp(graph, plan, links.links) : new Map();
  if (found.size === 0) {
    const planned = { session, plan, states, undeclared: [], isPart: before.only !== undefined };
    if (states.told.size > 0 && isWhole(planned, options)) return planRemovals(planned, options);
    return before.left ? { ...planned, later: laterOf(planned, options, before.left) } : planned;
  }
  const readings: Readings = new Map([...(session.readings ?? []), ...found]);
  const anew = await declareSession({ ...session, readings }, options);
  return planFurther(anew, options, { ...before, round: before.round + 1, answers });
}

/** What is known of the hosts now; undefined when it is what everything was declared with. */
function factsNow(
  { facts }: HostStates,
  session: Session,
  { only }: Before,
): Pick<Session, 'facts' | 'unasked'> | undefined {
  const isAsked = (host: string): boolean => only?.has(host) ?? true;
  const { unasked = [] } = session;
  const isSame = [...session.facts].every(([host, said]) => !isAsked(host) || sameFacts(said, facts.get(host)));
  if (isSame && !unasked.some((host) => isAsked(host) && facts.has(host))) return undefined;
  const others = [...session.facts].filter(([host]) => !isAsked(host));
  return { facts: new Map([...others, ...facts]), unasked: unasked.filter((host) => !isAsked(host)) };
}

/** What roles have to say was told when all was declared before. */
function tellingOnce(options: SessionOptions): SessionOptions {
  const { reporter } = options;
  const emit: Reporter['emit'] = (event) => (event.type === 'warning' ? undefined : reporter.emit(event));
  return { ...options, reporter: { ...reporter, emit } };
}

/**
 * Plans for those of the hosts left for later that have answered. Who needs something of another host is asked again, because that
 * one has been changed meanwhile; and everybody is, when this is not the first time.
 */
function laterOf({ session }: Planned, options: SessionOptions, late: Left) {
  let known: HostStates['answers'] | undefined = late.answers;
  return async (): Promise<Planned> => {
    const { ready, left } = await firstReady(session.graph, late, options.patienceMs);
    const moved = needingOthers(session.graph);
    const answers = known && new Map([...known].filter(([host]) => !moved.has(host)));
    known = undefined;
    const before = { round: 0, answers, only: ready, left: left && { ...left, answers: late.answers } };
    return planFurther(session, options, before);
  };
}

type Part = Pick<SessionOptions, 'tags' | 'skipTags' | 'limit' | 'shard'>;

/** Only who declares everything for everybody can tell what is no longer declared. */
function isWhole({ session, isPart }: Pick<Planned, 'session' | 'isPart'>, part: Part): boolean {
  return isAll(part) && !isPart && session.links.unreachable.size === 0;
}

function isAll({ tags, skipTags, limit, shard }: Part): boolean {
  return !tags && !skipTags && !limit && !shard;
}

/** What hosts were told to remember in this run: not what is declared, where only a part of the project takes part. */
export function madeNotes(planned: Planned, options: Part): MadeNotes {
  const { session, states } = planned;
  const { lines, declared } = session.deployments;
  const unnoted = [...states.told].flatMap(([host, text]) => (text.includes(UNNOTED) ? [host] : []));
  return isWhole(planned, options) ? { lines, declared, unnoted } : { lines };
}

/** Plans what is no longer declared: with `--prune` it goes, else it is only told. */
async function planRemovals(planned: Planned, options: SessionOptions): Promise<Planned> {
  const { session, states } = planned;
  const { deployments, links, parts, targets } = session;
  const found = await findUndeclared(states.told, deployments, links.links);
  if (found.length === 0) return planned;
  const stays = ({ leftover, data }: Undeclared): boolean =>
    whyItStays(leftover) !== undefined || (data !== undefined && options.pruning !== 'data');
  const going = options.pruning ? found.filter((one) => !stays(one)) : found;
  const graph = graphWithRemovals(parts, going);
  const telling = { emit: options.reporter.emit, clock: options.clock };
  const again = { ...(await readStates({ graph, links, targets }, telling)), told: states.told };
  const plan = makePlan(graph, again.observed);
  if (options.pruning) {
    const undeclared = found.filter(stays);
    const noted = withForgotten(deployments, going);
    return { ...planned, session: { ...session, graph, deployments: noted }, plan, states: again, undeclared };
  }
  const here = new Set(plan.entries.filter(({ status }) => status !== 'same').map(({ key }) => key));
  return {
    ...planned,
    undeclared: found.filter(({ host, leftover }) => here.has(`${host}/${leftoverId(leftover)}`)),
  };
}

/** Tells who is left for later. */
function tellLate(hosts: ReadonlySet<string>, { reporter, clock }: SessionOptions): void {
  const [first = '', ...others] = hosts;
  const who = others.length === 0 ? first : `${first} and ${others.length} more`;
  const text = `the other hosts don't wait any longer for ${who}: done later, in a part of its own`;
  reporter.emit({ type: 'warning', at: clock(), text });
}
