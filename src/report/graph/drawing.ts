/** A graph as text that other programs draw. See graphviz.org "DOT Language", mermaid.js.org "Flowcharts". */
import type { GraphNode } from '../../graph/edge.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Lines } from '../line.ts';
import { joinEdges } from './text.ts';

/** Renders a graph in the DOT language, one cluster a host. */
export function renderDot(graph: Graph): Lines {
  const { ids, hosts, edges } = numbered(graph);
  return [
    ['digraph gatdeploy {'],
    ['  rankdir=LR;'],
    ['  node [shape=box, fontname="sans-serif"];'],
    ...[...hosts].flatMap(
      ([host, nodes], index): Lines => [
        [`  subgraph cluster_${index} {`],
        [`    label=${quoteDot(host)};`],
        ...nodes.map((node) => [`    ${ids.get(node.key)} [label=${quoteDot(node.resource.id)}];`]),
        ['  }'],
      ],
    ),
    ...edges.map(({ from, to, reason }) => [`  ${from} -> ${to} [tooltip=${quoteDot(reason)}];`]),
    ['}'],
  ];
}

/** Renders a graph as a Mermaid flowchart, one subgraph a host; the reasons stand at the arrows. */
export function renderMermaid(graph: Graph): Lines {
  const { ids, hosts, edges } = numbered(graph);
  return [
    ['flowchart LR'],
    ...[...hosts].flatMap(
      ([host, nodes], index): Lines => [
        [`  subgraph h${index}[${quoteMermaid(host)}]`],
        ...nodes.map((node) => [`    ${ids.get(node.key)}[${quoteMermaid(node.resource.id)}]`]),
        ['  end'],
      ],
    ),
    ...edges.map(({ from, to, reason }) => [`  ${from} -->|${quoteMermaid(reason)}| ${to}`]),
  ];
}

/** Names of our own making stand for the resources, so that no text of a user can break the syntax. */
function numbered(graph: Graph) {
  const ids = new Map([...graph.nodes.keys()].map((key, index) => [key, `n${index}`]));
  const hosts = new Map<string, GraphNode[]>();
  for (const node of graph.nodes.values()) hosts.set(node.host, [...(hosts.get(node.host) ?? []), node]);
  const edges = [...graph.needs].flatMap(([to, needs]) =>
    [...joinEdges(needs)].map(([from, reasons]) => ({
      from: ids.get(from) ?? '',
      to: ids.get(to) ?? '',
      reason: reasons.join(', '),
    })),
  );
  return { ids, hosts, edges };
}

function quoteDot(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

/** Mermaid knows entities by number; whatever could end a label, or be taken for markup or markdown, becomes one. */
function quoteMermaid(text: string): string {
  return `"${text.replace(/["#;<>&`|]/g, (char) => `#${char.charCodeAt(0)};`)}"`;
}
