/** Asks hosts who they are and in which state everything is that was declared for them; in one round trip each. */
import { runReading } from '../../apply/execute.ts';
import { printSerial } from '../../apply/lease.ts';
import type { HostLink } from '../../apply/work.ts';
import { GatError } from '../../base/errors.ts';
import type { Emit } from '../../base/events.ts';
import type { Facts } from '../../base/facts.ts';
import type { GraphNode } from '../../graph/edge.ts';
import type { Graph } from '../../graph/graph.ts';
import { probeFailed, probeIncomplete } from '../../plan/errors.ts';
import { factsSection, parseFacts } from '../../plan/facts.ts';
import { newNonce, parseSections, renderSections, type SectionOutput } from '../../plan/frame.ts';
import { parseProbe, renderProbe } from '../../plan/probe.ts';
import type { Observed } from '../../resources/index.ts';
import type { ExecResult } from '../../transport/connection.ts';
import type { Target } from '../../transport/target.ts';
import type { Links } from './connect.ts';

type Telling = { readonly emit: Emit; readonly clock: () => number };

/** What all hosts were found to be: each node's state, and each host's change counter. */
export type HostStates = {
  readonly observed: ReadonlyMap<string, Observed>;
  readonly serials: ReadonlyMap<string, string>;
  readonly facts: ReadonlyMap<string, Facts>;
};

/** Reads the facts of all hosts at once; a host that can't answer (no sudo, say) is told and left out. */
export async function readFacts(
  links: Links,
  targets: readonly Target[],
  { emit, clock }: Telling,
): Promise<ReadonlyMap<string, Facts>> {
  const facts = new Map<string, Facts>();
  await forEachHost(targets, links, { emit, clock }, async (target, link) => {
    facts.set(target.name, await readHostFacts(target, link));
  });
  return facts;
}

/** Asks all linked hosts at once; one that can't answer is told and left out, and holds up no other. */
async function forEachHost(
  targets: readonly Target[],
  links: Links,
  { emit, clock }: Telling,
  ask: (target: Target, link: HostLink) => Promise<void>,
): Promise<void> {
  await Promise.all(
    targets.map(async (target) => {
      const link = links.links.get(target.name);
      try {
        if (link) await ask(target, link);
      } catch (error) {
        if (!(error instanceof GatError)) throw error;
        links.drop(target.name, error);
        emit({ type: 'unreachable', at: clock(), host: target.name, error });
      }
    }),
  );
}

async function readHostFacts(target: Target, link: HostLink): Promise<Facts> {
  const nonce = newNonce();
  const script = renderSections([factsSection], nonce);
  const result = await link.connection.exec({ script, become: link.become });
  return factsOf(parseSections(result.stdout, nonce), target, result);
}

type Read = { readonly graph: Graph; readonly links: Links; readonly targets: readonly Target[] };

/** Reads facts and the state of every node of the graph, from every host that is linked. */
export async function readStates({ graph, links, targets }: Read, telling: Telling): Promise<HostStates> {
  const states = {
    observed: new Map<string, Observed>(),
    serials: new Map<string, string>(),
    facts: new Map<string, Facts>(),
  };
  const nodesOf = byHost(graph);
  await forEachHost(targets, links, telling, async (target, link) => {
    const { observed, serial, facts } = await readHost(nodesOf.get(target.name) ?? [], target, link, telling);
    states.serials.set(target.name, serial);
    states.facts.set(target.name, facts);
    for (const [key, state] of observed) states.observed.set(key, state);
  });
  return states;
}

function byHost(graph: Graph): ReadonlyMap<string, readonly GraphNode[]> {
  const nodes = new Map<string, GraphNode[]>();
  for (const node of graph.nodes.values()) {
    const ofHost = nodes.get(node.host);
    if (ofHost) ofHost.push(node);
    else nodes.set(node.host, [node]);
  }
  return nodes;
}

async function readHost(nodes: readonly GraphNode[], target: Target, link: HostLink, { emit, clock }: Telling) {
  const { name: host } = target;
  const startedAt = clock();
  const nonce = newNonce();
  const script = renderProbe(nodes, nonce, [factsSection, { name: 'serial', script: printSerial }]);
  const result = await runReading(link, script);
  if (result.code !== 0) throw probeFailed(host, result.code, result.stderr.toString('utf8'));
  const sections = parseSections(result.stdout, nonce);
  const serial = sections.get('serial')?.stdout.toString('utf8').trim();
  if (result.truncated || serial === undefined) throw probeIncomplete(host, 'state');
  const observed = parseProbe(nodes, result.stdout, nonce);
  emit({ type: 'probed', at: clock(), host, resources: nodes.length, ms: clock() - startedAt });
  return { observed, serial, facts: factsOf(sections, target, result) };
}

function factsOf(sections: ReadonlyMap<string, SectionOutput>, target: Target, result: ExecResult): Facts {
  const output = sections.get(factsSection.name);
  if (!output) throw probeFailed(target.name, result.code, result.stderr.toString('utf8'));
  return parseFacts(output.stdout.toString('utf8'), target.kind === 'ssh' ? target.user : 'root');
}
