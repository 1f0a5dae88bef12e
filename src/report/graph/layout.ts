/** Places a graph's resources for a drawing: one band a host, one column a wave, so that every arrow goes to the right. */
import type { GraphNode } from '../../graph/edge.ts';
import type { Graph } from '../../graph/graph.ts';
import { joinEdges, waveNumbers } from './text.ts';

/** A resource's box; all lengths are pixels. */
export type Box = {
  readonly node: GraphNode;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

export type Band = { readonly host: string; readonly y: number; readonly height: number };

export type Arrow = { readonly from: Box; readonly to: Box; readonly reasons: readonly string[] };

export type Layout = {
  readonly width: number;
  readonly height: number;
  readonly bands: readonly Band[];
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
};

const BOX = { height: 22, gap: 8, letter: 6.6, padding: 8, widest: 48 };
const BAND = { title: 28, gap: 20 };
const COLUMN_GAP = 70;
const MARGIN = 16;

/** The text in a box: long names are cut in the middle, where they differ least. */
export function labelOf({ resource }: GraphNode): string {
  const { id } = resource;
  if (id.length <= BOX.widest) return id;
  return `${id.slice(0, BOX.widest - 21)}…${id.slice(-20)}`;
}

/** Lays a graph out. */
export function layOut(graph: Graph): Layout {
  const waves = waveNumbers(graph);
  const columns = columnsOf(graph, waves);
  const boxes = new Map<string, Box>();
  const bands: Band[] = [];
  let y = MARGIN;
  for (const host of new Set([...graph.nodes.values()].map((node) => node.host))) {
    const nodes = [...graph.nodes.values()].filter((node) => node.host === host);
    const rows = placeHost({ graph, nodes, waves, columns, boxes, top: y + BAND.title });
    const height = BAND.title + rows * (BOX.height + BOX.gap);
    bands.push({ host, y, height });
    y += height + BAND.gap;
  }
  const width = Math.max(0, ...[...columns.values()].map((column) => column.x + column.width)) + MARGIN;
  return { width, height: y, bands, boxes: [...boxes.values()], arrows: arrowsOf(graph, boxes) };
}

type Column = { readonly x: number; readonly width: number };

/** A column is as wide as its widest label on any host. */
function columnsOf(graph: Graph, waves: ReadonlyMap<string, number>): ReadonlyMap<number, Column> {
  const widths = new Map<number, number>();
  for (const node of graph.nodes.values()) {
    const wave = waves.get(node.key) ?? 1;
    const width = labelOf(node).length * BOX.letter + 2 * BOX.padding;
    widths.set(wave, Math.max(widths.get(wave) ?? 0, width));
  }
  const columns = new Map<number, Column>();
  let x = MARGIN;
  for (const [wave, width] of [...widths].sort(([a], [b]) => a - b)) {
    columns.set(wave, { x, width });
    x += width + COLUMN_GAP;
  }
  return columns;
}

type HostParts = {
  readonly graph: Graph;
  readonly nodes: readonly GraphNode[];
  readonly waves: ReadonlyMap<string, number>;
  readonly columns: ReadonlyMap<number, Column>;
  /** All boxes so far; the host's are added. */
  readonly boxes: Map<string, Box>;
  readonly top: number;
};

/** Places one host's resources, column by column, each near what it waits for; returns how many rows they take. */
function placeHost({ graph, nodes, waves, columns, boxes, top }: HostParts): number {
  let rows = 0;
  for (const [wave, { x, width }] of columns) {
    const members = nodes.filter((node) => waves.get(node.key) === wave);
    const sorted = members
      .map((node) => ({ node, at: meanHeight(graph, node, boxes) }))
      .sort((a, b) => a.at - b.at)
      .map(({ node }) => node);
    sorted.forEach((node, row) => {
      boxes.set(node.key, { node, x, y: top + row * (BOX.height + BOX.gap), width, height: BOX.height });
    });
    rows = Math.max(rows, sorted.length);
  }
  return rows;
}

function meanHeight(graph: Graph, node: GraphNode, boxes: ReadonlyMap<string, Box>): number {
  const heights = (graph.needs.get(node.key) ?? []).flatMap(({ from }) => boxes.get(from)?.y ?? []);
  return heights.length === 0 ? 0 : heights.reduce((sum, one) => sum + one, 0) / heights.length;
}

function arrowsOf(graph: Graph, boxes: ReadonlyMap<string, Box>): readonly Arrow[] {
  return [...graph.needs].flatMap(([key, edges]) =>
    [...joinEdges(edges)].flatMap(([source, reasons]): Arrow[] => {
      const [from, to] = [boxes.get(source), boxes.get(key)];
      return from && to ? [{ from, to, reasons }] : [];
    }),
  );
}
