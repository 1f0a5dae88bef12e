/** Which versions of packages a plan would install, so that a saved one installs just those. */
import { runReading } from '../apply/execute.ts';
import type { HostLink } from '../apply/work.ts';
import type { GraphNode } from '../graph/edge.ts';
import type { Graph } from '../graph/graph.ts';
import type { Entry, Plan } from '../plan/plan.ts';
import { parseCandidates, printCandidates } from '../resources/apt-candidates.ts';

/**
 * Asks each host for the versions that its lists of packages name, by resource key. Left out is what can't be known: where
 * a package source comes first that is yet to change.
 */
export async function readCandidates(
  plan: Plan,
  graph: Graph,
  links: ReadonlyMap<string, HostLink>,
): Promise<ReadonlyMap<string, string>> {
  const changing = new Map(plan.entries.map((entry) => [entry.key, entry.status !== 'same']));
  const wanted = plan.entries.filter(
    (entry) => isInstalled(entry) && !waitsForSource(entry.node, graph, changing),
  );
  const found = await Promise.all(
    [...links].map(async ([host, link]) => {
      const own = wanted.filter(({ node }) => node.host === host);
      if (own.length === 0) return [];
      const { stdout } = await runReading(link, printCandidates(own.map(({ node }) => node.resource.name)));
      const candidates = parseCandidates(stdout.toString('utf8'));
      return own.flatMap(({ key, node }): [string, string][] => {
        const version = candidates.get(node.resource.name);
        return version === undefined ? [] : [[key, version]];
      });
    }),
  );
  return new Map(found.flat());
}

function isInstalled({ status, node }: Entry): boolean {
  return node.resource.kind.name === 'package' && (status === 'create' || status === 'update');
}

/** Whether a package source of the same host comes before the package and will change. */
function waitsForSource(node: GraphNode, graph: Graph, changing: ReadonlyMap<string, boolean>): boolean {
  const queue = [node.key];
  const seen = new Set(queue);
  for (let key = queue.pop(); key !== undefined; key = queue.pop()) {
    for (const { from } of graph.needs.get(key) ?? []) {
      const source = graph.nodes.get(from);
      if (!source || seen.has(from) || source.host !== node.host) continue;
      if (source.resource.kind.name === 'apt_repository' && changing.get(from)) return true;
      seen.add(from);
      queue.push(from);
    }
  }
  return false;
}

/** The same plan, with the packages' versions fixed to these. */
export function withVersions<P extends { readonly graph: Graph; readonly plan: Plan }>(
  planned: P,
  candidates: ReadonlyMap<string, string>,
): P {
  const fix = (node: GraphNode): GraphNode => {
    const version = candidates.get(node.key);
    if (version === undefined) return node;
    const props = { ...node.resource.props, version };
    return { ...node, resource: { ...node.resource, props } };
  };
  const nodes = new Map([...planned.graph.nodes].map(([key, node]) => [key, fix(node)]));
  const entries = planned.plan.entries.map((entry): Entry => ({ ...entry, node: fix(entry.node) }));
  return { ...planned, graph: { ...planned.graph, nodes }, plan: { ...planned.plan, entries } };
}
