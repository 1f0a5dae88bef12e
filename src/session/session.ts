/** One run over a stack's hosts: connect, look for mistakes meanwhile, ask who they are, declare. Commands go on from what it gives. */
import { hostname, userInfo } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import type { Emit } from '../base/events.ts';
import type { Facts } from '../base/facts.ts';
import type { Stack } from '../stack/stack.ts';
import { tellWarnings } from '../stack/tell-warnings.ts';
import type { Proof } from '../verify/proof.ts';
import { asksFirst, becomePasswordOf } from './become-password.ts';
import { type Links, startLinks } from './connect.ts';
import { recallFacts } from './facts-cache.ts';
import { closedGate } from './gate.ts';
import { terminalPrompt } from './prompt.ts';
import type { Asked, Session, SessionOptions } from './session-types.ts';
import { findTargets } from './targets.ts';

/**
 * Opens a session. Hosts that can't be reached are left out and told; mistakes of variables stop all before any change. While `check`
 * looks for mistakes, hosts are being connected to, and those that are known from last time are read. But nothing is told, nobody is
 * asked, and no command of the project runs before it has found none.
 */
export async function openSession(stack: Stack, options: SessionOptions): Promise<Session> {
  const { reporter, clock, check = passed } = options;
  const targets = await findTargetsOf(stack, check);
  const recalled = options.recall ? recallFacts(targets) : new Map<string, Facts>();
  const prompt = terminalPrompt(reporter);
  if (asksFirst(options)) await check();
  const becomePassword = await becomePasswordOf(options, prompt);
  const gate = closedGate(reporter.emit, prompt);
  const { emit } = gate;
  const links = startLinks(targets, { emit, clock, prompt: gate.prompt, becomePassword, forks: options.forks });
  const known = { stack, targets, links, facts: recalled };
  let early: Session | undefined;
  try {
    await setImmediate(); // the connections are on their way first
    const checked = asksFirst(options) ? Promise.resolve() : check();
    early = await earlySession(known, checked, { ...options, emit });
    await checked;
  } catch (error) {
    links.close().catch(() => undefined); // nobody waits for hosts to hear of a mistake
    throw error;
  }
  tellWarnings(stack.project, options);
  gate.open();
  return closingOnError(links, async () => {
    if (early) return (await import('./declare-session.ts')).withDelegates(early);
    const { linkedSession } = await import('./linked-session.ts'); // it takes a while to load, and the hosts to answer
    return linkedSession(known, options);
  });
}

/** With so many hosts there is always one to talk to, and what the check took is given back before all is declared. */
const FLEET = 64;

/**
 * Where all hosts are known from last time: declares, and begins to read them, once the first one is there or `checked` is through.
 * Before that, mistakes are looked for while the first host thinks.
 */
async function earlySession(
  known: Asked,
  checked: Promise<void>,
  { emit, ...options }: SessionOptions & { readonly emit: Emit },
): Promise<Session | undefined> {
  if (known.facts.size < known.targets.length) return undefined;
  const { targets, links } = known;
  await (targets.length > FLEET ? checked : Promise.race([checked, ...targets.map(({ name }) => links.of(name))]));
  const { readEarly } = await import('./early-reading.ts');
  return readEarly(known, { ...options, reporter: { ...options.reporter, emit } });
}

async function passed(): Promise<void> {}

/** What the check has to say comes before what is wrong with the ways to the hosts. */
async function findTargetsOf({ project, plays, hosts }: Stack, check: () => Promise<void>) {
  try {
    return findTargets(project, plays, hosts);
  } catch (error) {
    await check();
    throw error;
  }
}

async function closingOnError<T>(links: Links, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    await links.close();
    throw error;
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
