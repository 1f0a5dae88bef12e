/** From hosts that are being connected to, to a session: ask who they are, declare. Loaded when the connections are on their way. */
import { throwProblems } from '../base/errors.ts';
import { declareSession } from './declare-session.ts';
import { rememberFacts } from './facts-cache.ts';
import { readFacts } from './read.ts';
import type { Asked, Session, SessionOptions } from './session-types.ts';

/** From hosts that are being connected to, and what is known of them from last time, to a session. */
export async function linkedSession(known: Asked, options: SessionOptions): Promise<Session> {
  const { reporter, clock, patienceMs } = options;
  const { targets, links, facts: recalled } = known;
  const unknown = targets.filter((target) => !recalled.has(target.name));
  const { facts, late } = await readFacts(links, unknown, { emit: reporter.emit, clock, patienceMs });
  if (facts.size > 0) rememberFacts(targets, facts);
  const waited = targets.filter(({ name }) => !late.has(name));
  await Promise.all(waited.map(({ name }) => links.of(name)));
  if (links.unreachable.size === targets.length) throwProblems([...links.unreachable.values()]);
  const asked = new Map([...recalled, ...facts].filter(([host]) => links.links.has(host)));
  try {
    return await declareSession({ ...known, facts: asked, unasked: [...late] }, options);
  } catch (error) {
    if (late.size === 0) throw error;
    // What is declared may need what the late ones say of themselves.
    return linkedSession({ ...known, facts: asked }, { ...options, patienceMs: undefined });
  }
}
