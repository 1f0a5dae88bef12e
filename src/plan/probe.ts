/** Reads the states of many resources of one host in one round trip. */
import type { Script } from '../base/shell.ts';
import type { GraphNode } from '../graph/edge.ts';
import type { CommonProps, Item, Observed, Probe } from '../resources/kind.ts';
import { KILLED } from './deadline.ts';
import { probeIncomplete } from './errors.ts';
import { parseSections, renderLanes, renderSections, type Section, type SectionOutput } from './frame.ts';

/** Resources that share a probe and have names of their own. */
type Group = {
  /** Where its answer is; another group's may be the same. */
  readonly section: string;
  readonly probe: Probe<CommonProps>;
  readonly nodes: readonly GraphNode[];
};

/** What else is read with resources: before them, or beside them. */
type Others = { readonly first: readonly Section[]; readonly beside?: readonly Section[] };

/** Renders the one program that reads all these resources of a host, and whatever else is to be read with them. */
export function renderProbe(nodes: readonly GraphNode[], nonce: string, others?: Others): Script {
  const groups = new Map(groupByProbe(nodes).map((group) => [group.section, group]));
  const sections = [...groups].map(([name, { probe, nodes: members }]) => ({
    name,
    script: probe.script(itemsOf(members)),
    ...(probe.needs === undefined ? {} : { needs: probe.needs }),
  }));
  if (!others) return renderSections(sections, nonce);
  return renderLanes(others.first, [...(others.beside ?? []), ...sections], nonce);
}

/** Parses what the program printed, by node key. @throws GatError probe/incomplete when a part is missing */
export function parseProbe(
  nodes: readonly GraphNode[],
  stdout: Buffer,
  nonce: string,
): ReadonlyMap<string, Observed> {
  const outputs = parseSections(stdout, nonce);
  const observed = new Map<string, Observed>();
  for (const { section, probe, nodes: members } of groupByProbe(nodes)) {
    const output = outputs.get(section);
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

/** A thing that is declared in several states is read once for each: what is looked for is a part of the question. */
function groupByProbe(nodes: readonly GraphNode[]): readonly Group[] {
  const groups = new Map<string, { readonly probe: Probe<CommonProps>; readonly nodes: GraphNode[] }>();
  const times = new Map<string, number>();
  for (const node of nodes) {
    const { kind, name } = node.resource;
    const { probe } = kind;
    const count = (times.get(`${probe.name} ${name}`) ?? 0) + 1;
    times.set(`${probe.name} ${name}`, count);
    const own = count === 1 ? probe.name : `${probe.name}-${count}`;
    const group = groups.get(own) ?? { probe, nodes: [] };
    group.nodes.push(node);
    groups.set(own, group);
  }
  return [...groups].map(([name, group]) => ({ section: group.probe.answer ?? name, ...group }));
}

function itemsOf(nodes: readonly GraphNode[]): readonly Item<CommonProps>[] {
  return nodes.map(({ resource }) => ({ name: resource.name, props: resource.props }));
}
