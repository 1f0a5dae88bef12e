/** Puts files back and pays the restarts that this makes due. */

import { rollbackFailed } from '../apply/errors.ts';
import { runReading } from '../apply/execute.ts';
import { requireFree } from '../apply/leases.ts';
import { listPrevious, restorePrevious } from '../apply/previous.ts';
import { applyPlan } from '../apply/run.ts';
import { compare } from '../plan/diff.ts';
import type { Entry, Plan } from '../plan/plan.ts';
import { planSession } from './plan-session.ts';
import { whoAmI } from './session.ts';
import type { Applied, Output, Session } from './session-types.ts';

/** Lists what can be put back, and with `confirmed` puts it back; undefined when there was nothing to do. */
export async function rollBack(
  session: Session,
  output: Output,
  confirmed: boolean,
): Promise<Applied | undefined> {
  const { reporter, clock } = output;
  let found = 0;
  for (const [host, link] of session.links.links) {
    const listed = await runReading(link, listPrevious);
    const lines = listed.stdout.toString('utf8').split('\n').filter(Boolean);
    found += lines.length;
    for (const line of lines) reporter.note(`${host}: ${line}`);
  }
  if (found === 0)
    reporter.note('Nothing to put back: the last run changed no file, or it was rolled back already.');
  if (found > 0 && !confirmed)
    reporter.note('Nothing was changed. To put these files back: the same command with --yes');
  if (found === 0 || !confirmed) return undefined;
  for (const [host, link] of session.links.links) await requireFree(host, link);
  for (const [host, link] of session.links.links) {
    const restored = await runReading(link, restorePrevious); // what was put back already stays so
    if (restored.code !== 0) throw rollbackFailed(host, restored.stderr.toString('utf8'));
  }
  const { plan, states, session: now } = await planSession(session, output);
  const outcome = await applyPlan({
    graph: now.graph,
    plan: activationsOnly(plan),
    hosts: now.links.links,
    emit: reporter.emit,
    clock,
    who: whoAmI('gatdeploy rollback'),
    serials: states.serials,
  });
  reporter.summary(outcome, { ms: clock() });
  return { outcome, unreachable: now.links.unreachable.size > 0 };
}

/** Restarts and reloads that the hosts' own state asks for; the project's wishes for the files wait for the next apply. */
function activationsOnly(plan: Plan): Plan {
  const entries = plan.entries.flatMap((entry): Entry[] => {
    if (entry.node.resource.kind.reacts(entry.node.resource).length === 0) return [];
    const { key, node, observed } = entry;
    const decision = compare(node.resource.kind.desired(node.resource), observed);
    return decision.status === 'update' ? [{ key, node, observed, ...decision }] : [];
  });
  return { entries };
}
