/** From what is known of the hosts to a session. */
import { type Declaration, declareAll } from '../stack/declare-all.ts';
import { deploymentsOf } from './deployments.ts';
import type { Asked, Session, SessionOptions } from './session-types.ts';
import { findTargets } from './targets.ts';

/** Declares everything for hosts that are known. */
export async function declareSession(asked: Asked, options: SessionOptions): Promise<Session> {
  return withDelegates(sessionOf(asked, await declareAll(asked, options)));
}

/** Connects to the hosts that only delegated tasks run on. */
export async function withDelegates(session: Session): Promise<Session> {
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

/** The session of what was declared. */
export function sessionOf(asked: Asked, declaration: Declaration): Session {
  const { graph, checks, proofs, examinations, parts } = declaration;
  const { project, names } = asked.stack;
  const deployments = deploymentsOf(project.root, names, parts);
  const close = (): Promise<void> => asked.links.close();
  return { ...asked, graph, checks, proofs, examinations, parts, deployments, close };
}
