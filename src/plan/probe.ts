/** Reads the states of many resources of one host in one round trip. */
import type { Script } from '../base/shell.ts';
import type { GraphNode } from '../graph/edge.ts';
import type { CommonProps, Item, Observed, Probe } from '../resources/kind.ts';
import { KILLED } from './deadline.ts';
import { probeIncomplete } from './errors.ts';
import { parseSections, renderSections, type Section, type SectionOutput } from './frame.ts';

/** The resources that share a probe. */
type Group = { readonly probe: Probe<CommonProps>; readonly nodes: readonly GraphNode[] };

/** Renders the one program that reads all these resources of a host, and whatever else is to be read with them. */
export function renderProbe(nodes: readonly GraphNode[], nonce: string, others: readonly Section[] = []): Script {
  const sections = groupByProbe(nodes).map(({ probe, nodes: members }) => ({
    name: probe.name,
    script: probe.script(itemsOf(members)),
    ...(probe.needs === undefined ? {} : { needs: probe.needs }),
  }));
  return renderSections([...others, ...sections], nonce);
}

/** Parses what the program printed, by node key. @throws GatError probe/incomplete when a part is missing */
export function parseProbe(
  nodes: readonly GraphNode[],
  stdout: Buffer,
  nonce: string,
): ReadonlyMap<string, Observed> {
  const outputs = parseSections(stdout, nonce);
  const observed = new Map<string, Observed>();
  for (const { probe, nodes: members } of groupByProbe(nodes)) {
    const output = outputs.get(probe.name);
    if (!output) throw probeIncomplete(members[0]?.host ?? '', probe.name);
    const states = statesOf(probe, members, output);
    for (const node of members)
      observed.set(node.key, states instanceof Map ? (states.get(node.resource.name) ?? 'absent') : states);
  }
  return observed;
}

/** The states by resource name; or why none of them is known. */
function statesOf(
  probe: Probe<CommonProps>,
  nodes: readonly GraphNode[],
  { code, stdout }: SectionOutput,
): ReadonlyMap<string, Observed> | Observed {
  if (code === undefined) return notYet(probe);
  if (code === KILLED) return hung(probe);
  return probe.parse(stdout.toString('utf8'), itemsOf(nodes));
}

function notYet(probe: Probe<CommonProps>): Observed {
  return { unknown: `${probe.needs ?? 'its tool'} is not installed yet` };
}

function hung(probe: Probe<CommonProps>): Observed {
  return {
    unknown: `reading the ${probe.name} of the host gave no answer for half a minute: a mount that hangs?`,
  };
}

function groupByProbe(nodes: readonly GraphNode[]): readonly Group[] {
  const groups = new Map<Probe<CommonProps>, GraphNode[]>();
  for (const node of nodes) {
    const { probe } = node.resource.kind;
    groups.set(probe, [...(groups.get(probe) ?? []), node]);
  }
  return [...groups].map(([probe, members]) => ({ probe, nodes: members }));
}

function itemsOf(nodes: readonly GraphNode[]): readonly Item<CommonProps>[] {
  return nodes.map(({ resource }) => ({ name: resource.name, props: resource.props }));
}
