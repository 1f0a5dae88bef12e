/** One run over a stack's hosts: connect, ask who they are, declare, read. Commands go on from what it gives. */

import { hostname, userInfo } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { throwProblems } from '../base/errors.ts';
import type { RunEvent } from '../base/events.ts';
import type { Facts } from '../base/facts.ts';
import { type Declaration, declareAll, type Known } from '../stack/declare-all.ts';
import type { Stack } from '../stack/stack.ts';
import type { Proof } from '../verify/proof.ts';
import { becomePasswordOf } from './become-password.ts';
import { startLinks } from './connect.ts';
import { declareSession, sessionOf, withDelegates } from './declare-session.ts';
import { recallFacts, rememberFacts } from './facts-cache.ts';
import { terminalPrompt } from './prompt.ts';
import { readFacts } from './read.ts';
import type { Session, SessionOptions } from './session-types.ts';
import { findTargets } from './targets.ts';

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

/** Who runs this, for others who find a host leased. */
export function whoAmI(command: string): string {
  return `${userInfo().username}@${hostname()}, ${command}`;
}

function warn({ reporter, clock }: SessionOptions, text: string): void {
  reporter.emit({ type: 'warning', at: clock(), text });
}
