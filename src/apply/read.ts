/** Reads resources again just before their turn, when what came before them may have changed their state. */
import { compare } from '../plan/diff.ts';
import { probeFailed } from '../plan/errors.ts';
import { newNonce } from '../plan/frame.ts';
import { parseProbe, renderProbe } from '../plan/probe.ts';
import type { Work } from './board.ts';
import { stillUnknown } from './errors.ts';
import { runReading } from './execute.ts';
import { asUserError, finish, type Run } from './work.ts';

/**
 * Reads in one round trip and decides anew. What is still unknown has failed, unless something before it is yet to be
 * done: then it is read once more after that.
 */
export async function readAgain(run: Run, host: string, works: readonly Work[]): Promise<void> {
  const link = run.options.hosts.get(host);
  if (!link) return;
  const nodes = works.map((work) => work.node);
  const nonce = newNonce();
  const at = ++run.tick;
  try {
    const result = await runReading(link, renderProbe(nodes, nonce));
    if (result.code !== 0) throw probeFailed(host, result.code, result.stderr.toString('utf8'));
    const observed = parseProbe(nodes, result.stdout, nonce);
    for (const work of works) decideAnew(run, work, observed.get(work.node.key) ?? 'absent', at);
  } catch (error) {
    const shown = asUserError(error);
    for (const work of works) finish(run, work, 'failed', shown.what, { error: shown });
  }
}

function decideAnew(run: Run, work: Work, observed: Work['observed'], at: number): void {
  work.observed = observed;
  work.decision = compare(work.node.resource.kind.desired(work.node.resource), observed);
  work.readAt = at;
  work.phase = 'waiting';
  if (work.decision.status !== 'unknown' || waitsForOthers(run, work)) return;
  const error = stillUnknown(work.node, work.decision.reason);
  finish(run, work, 'failed', error.what, { error });
}

function waitsForOthers({ options, works }: Run, { node }: Work): boolean {
  return (options.graph.needs.get(node.key) ?? []).some(({ from }) => {
    const source = works.get(from);
    return source !== undefined && source.phase !== 'done';
  });
}
