/** Tasks that only look have their turn while the plan is made, where nothing before them changes anything. */
import { runReading } from '../apply/execute.ts';
import type { HostLink } from '../apply/work.ts';
import type { Script } from '../base/shell.ts';
import type { GraphNode } from '../graph/edge.ts';
import type { Graph } from '../graph/graph.ts';
import { newNonce, parseSections, renderSections } from '../plan/frame.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunOutput } from '../resources/kind.ts';
import { readingsOf } from '../tasks/late.ts';

/** What was found, by the task's place. */
export type Found = ReadonlyMap<string, RunOutput>;

type Question = { readonly key: string; readonly script: Script };

/** Asks what the next tasks would see; nothing when none of them only looks, or something before them is not as it should be. */
export async function lookUp(graph: Graph, plan: Plan, links: ReadonlyMap<string, HostLink>): Promise<Found> {
  const unsettled = new Set(plan.entries.filter(({ status }) => status !== 'same').map(({ key }) => key));
  const questions = new Map<string, Question[]>();
  for (const key of unsettled) {
    const node = graph.nodes.get(key);
    const own = node ? readingsOf(node.resource) : [];
    if (!node || own.length === 0 || isMoving(node, graph, unsettled)) continue;
    questions.set(node.host, [...(questions.get(node.host) ?? []), ...own]);
  }
  const found = await Promise.all(
    [...questions].map(async ([host, all]) => {
      const link = links.get(host);
      return link ? await ask(link, all) : [];
    }),
  );
  return new Map(found.flat());
}

/** Whether anything before a node, however far, would change or isn't known. */
function isMoving(node: GraphNode, graph: Graph, unsettled: ReadonlySet<string>): boolean {
  const seen = new Set<string>();
  const queue = [node.key];
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    for (const { from } of graph.needs.get(key) ?? []) {
      if (unsettled.has(from)) return true;
      if (!seen.has(from)) queue.push(from);
      seen.add(from);
    }
  }
  return false;
}

async function ask(
  link: HostLink,
  questions: readonly Question[],
): Promise<readonly (readonly [string, RunOutput])[]> {
  const nonce = newNonce();
  const sections = questions.map(({ script }, at) => ({ name: `reading-${at}`, script }));
  const result = await runReading(link, renderSections(sections, nonce));
  const outputs = parseSections(result.stdout, nonce);
  return questions.flatMap(({ key }, at) => {
    const output = outputs.get(`reading-${at}`);
    if (output?.code === undefined) return [];
    return [[key, { code: output.code, stdout: output.stdout.toString('utf8'), stderr: '' }] as const];
  });
}
