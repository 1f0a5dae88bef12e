/** Reads the hosts of a session and plans what is to be done, and what is no longer declared. */

import { type MadeNotes, printUndeclared, UNNOTED } from '../apply/made.ts';
import { throwProblems } from '../base/errors.ts';
import { makePlan } from '../plan/plan.ts';
import type { Reporter } from '../report/reporter.ts';
import { leftoverId } from '../resources/leftover.ts';
import type { Readings } from '../tasks/context.ts';
import { declareSession } from './declare-session.ts';
import { rememberFacts, sameFacts } from './facts-cache.ts';
import { type HostStates, readStates } from './read.ts';
import { lookUp } from './readings.ts';
import { findUndeclared, graphWithRemovals, type Undeclared, withForgotten } from './removals.ts';
import type { Planned, Session, SessionOptions } from './session-types.ts';

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
  const { graph, links, targets, deployments } = session;
  const look = (host: string) => printUndeclared(deployments.declared.get(host) ?? new Map());
  const aside = isAll(options) ? look : undefined;
  const telling = { emit: options.reporter.emit, clock: options.clock };
  const states = await readStates({ ...before, graph, links, targets, aside }, telling);
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
  if (found.size === 0) {
    const planned = { session, plan, states, undeclared: [] };
    return states.told.size > 0 && isWhole(session, options) ? planRemovals(planned, options) : planned;
  }
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

type Part = Pick<SessionOptions, 'tags' | 'skipTags' | 'limit' | 'shard'>;

/** Only who declares everything for everybody can tell what is no longer declared. */
function isWhole({ links }: Session, part: Part): boolean {
  return isAll(part) && links.unreachable.size === 0;
}

function isAll({ tags, skipTags, limit, shard }: Part): boolean {
  return !tags && !skipTags && !limit && !shard;
}

/** What hosts were told to remember in this run: not what is declared, where only a part of the project takes part. */
export function madeNotes({ session, states }: Pick<Planned, 'session' | 'states'>, options: Part): MadeNotes {
  const { lines, declared } = session.deployments;
  const unnoted = [...states.told].flatMap(([host, text]) => (text.includes(UNNOTED) ? [host] : []));
  return isWhole(session, options) ? { lines, declared, unnoted } : { lines };
}

/** Plans what is no longer declared: with `--prune` it goes, else it is only told. */
async function planRemovals(planned: Planned, options: SessionOptions): Promise<Planned> {
  const { session, states } = planned;
  const { deployments, links, parts, targets } = session;
  const found = await findUndeclared(states.told, deployments, links.links);
  if (found.length === 0) return planned;
  const stays = (one: Undeclared): boolean => one.data !== undefined && options.pruning !== 'data';
  const going = options.pruning ? found.filter((one) => !stays(one)) : found;
  const graph = graphWithRemovals(parts, going);
  const telling = { emit: options.reporter.emit, clock: options.clock };
  const again = { ...(await readStates({ graph, links, targets }, telling)), told: states.told };
  const plan = makePlan(graph, again.observed);
  if (options.pruning) {
    const undeclared = found.filter(stays);
    const noted = withForgotten(deployments, going);
    return { session: { ...session, graph, deployments: noted }, plan, states: again, undeclared };
  }
  const here = new Set(plan.entries.filter(({ status }) => status !== 'same').map(({ key }) => key));
  return {
    ...planned,
    undeclared: found.filter(({ host, leftover }) => here.has(`${host}/${leftoverId(leftover)}`)),
  };
}
