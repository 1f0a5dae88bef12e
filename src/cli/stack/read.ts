/** Asks hosts: first who they are, then the state of everything that was declared for them; each in one round trip. */
import type { HostLink } from '../../apply/work.ts';
import type { Emit } from '../../base/events.ts';
import type { Facts } from '../../base/facts.ts';
import type { Graph } from '../../graph/graph.ts';
import { probeFailed, probeIncomplete } from '../../plan/errors.ts';
import { factsSection, parseFacts } from '../../plan/facts.ts';
import { newNonce, parseSections, renderSections } from '../../plan/frame.ts';
import { parseProbe, renderProbe } from '../../plan/probe.ts';
import type { Observed } from '../../resources/index.ts';

type Links = ReadonlyMap<string, HostLink>;
type Telling = { readonly emit: Emit; readonly clock: () => number };

/** Reads the facts of all hosts at once. */
export async function readFacts(
  links: Links,
  loginUserOf: (host: string) => string,
): Promise<ReadonlyMap<string, Facts>> {
  const facts = await Promise.all(
    [...links].map(async ([host, link]): Promise<[string, Facts]> => {
      const nonce = newNonce();
      const script = renderSections([factsSection], nonce);
      const result = await link.connection.exec({ script, become: link.become });
      const output = parseSections(result.stdout, nonce).get(factsSection.name);
      if (!output) throw probeFailed(host, result.code, result.stderr.toString('utf8'));
      return [host, parseFacts(output.stdout.toString('utf8'), loginUserOf(host))];
    }),
  );
  return new Map(facts);
}

/** Reads the state of every node of the graph whose host is linked, by node key. */
export async function readStates(
  graph: Graph,
  links: Links,
  telling: Telling,
): Promise<ReadonlyMap<string, Observed>> {
  const observed = await Promise.all([...links].map(([host, link]) => readHost(graph, host, link, telling)));
  return new Map(observed.flatMap((states) => [...states]));
}

async function readHost(
  graph: Graph,
  host: string,
  link: HostLink,
  { emit, clock }: Telling,
): Promise<ReadonlyMap<string, Observed>> {
  const nodes = [...graph.nodes.values()].filter((node) => node.host === host);
  if (nodes.length === 0) return new Map();
  const startedAt = clock();
  const nonce = newNonce();
  const result = await link.connection.exec({ script: renderProbe(nodes, nonce), become: link.become });
  if (result.code !== 0) throw probeFailed(host, result.code, result.stderr.toString('utf8'));
  if (result.truncated) throw probeIncomplete(host, 'state');
  const states = parseProbe(nodes, result.stdout, nonce);
  emit({ type: 'probed', at: clock(), host, resources: nodes.length, ms: clock() - startedAt });
  return states;
}
