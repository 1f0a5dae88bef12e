/** The graph as a drawing: a lane for each host, a column for each wave, a line for each edge. */
import type { Graph } from '../../../graph/graph.ts';
import { waveNumbers } from '../../graph/text.ts';
import { cut } from '../../neutral.ts';
import { html, type Markup, nothing } from './markup.ts';

const BOX = { width: 190, height: 22, gapX: 34, gapY: 6 };
const LANE_TITLE = 24;
/** Beyond these a drawing helps nobody; the list below it has everything. */
const MOST_NODES = 1500;

type Spot = { readonly x: number; readonly y: number };

/** Draws a graph; `ids` are the anchors of the resources, `marked` those on the critical path. */
export function renderGraphDrawing(
  graph: Graph,
  ids: ReadonlyMap<string, string>,
  marked: ReadonlySet<string>,
): Markup {
  if (graph.nodes.size === 0 || graph.nodes.size > MOST_NODES) return nothing;
  const { spots, lanes, width, height } = layOut(graph);
  const edges = [...graph.needs.values()].flat();
  const drawnEdges = edges.map(({ from, to, reason }) =>
    edgeLine(spots.get(from), spots.get(to), `${from} → ${to}: ${reason}`),
  );
  const boxes = [...graph.nodes.values()].map(({ key, resource }) =>
    box(spots.get(key), resource.id, { key, id: ids.get(key), isMarked: marked.has(key) }),
  );
  const titles = lanes.map(({ host, y }) => html`<text class="lane" x="4" y="${y + 15}">${host}</text>`);
  return html`<section aria-labelledby="graph-title"><h2 id="graph-title">Graph</h2>
<p>Left before right; what stands in one column can be done at the same time. ${marked.size > 0 ? 'A thick border: the critical path.' : ''}</p>
<div class="scroll" tabindex="0" role="region" aria-label="Drawing of the graph">
<svg role="group" aria-label="Graph of ${graph.nodes.size} resources" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
${drawnEdges}${titles}${boxes}</svg></div></section>`;
}

function layOut(graph: Graph) {
  const waves = waveNumbers(graph);
  const hosts = [...new Set([...graph.nodes.values()].map((node) => node.host))];
  const spots = new Map<string, Spot>();
  const lanes: { readonly host: string; readonly y: number }[] = [];
  let top = 0;
  for (const host of hosts) {
    lanes.push({ host, y: top });
    const rows = new Map<number, number>();
    for (const node of [...graph.nodes.values()].filter((one) => one.host === host)) {
      const wave = waves.get(node.key) ?? 1;
      const row = rows.get(wave) ?? 0;
      rows.set(wave, row + 1);
      const y = top + LANE_TITLE + row * (BOX.height + BOX.gapY);
      spots.set(node.key, { x: 4 + (wave - 1) * (BOX.width + BOX.gapX), y });
    }
    top += LANE_TITLE + Math.max(0, ...rows.values()) * (BOX.height + BOX.gapY) + 10;
  }
  const columns = Math.max(1, ...waves.values());
  return { spots, lanes, width: columns * (BOX.width + BOX.gapX), height: top };
}

function edgeLine(from: Spot | undefined, to: Spot | undefined, title: string): Markup {
  if (!from || !to) return nothing;
  const [x1, y1] = [from.x + BOX.width, from.y + BOX.height / 2];
  const [x2, y2] = [to.x, to.y + BOX.height / 2];
  const bend = Math.max(12, (x2 - x1) / 2);
  return html`<path class="edge" d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"><title>${title}</title></path>`;
}

function box(
  spot: Spot | undefined,
  label: string,
  { key, id, isMarked }: { readonly key: string; readonly id: string | undefined; readonly isMarked: boolean },
): Markup {
  if (!spot) return nothing;
  const drawn = html`<rect class="${isMarked ? 'box marked' : 'box'}" x="${spot.x}" y="${spot.y}" width="${BOX.width}" height="${BOX.height}" rx="3"></rect><text x="${spot.x + 6}" y="${spot.y + 15}">${cut(label, 28)}</text>`;
  if (id === undefined) return html`<g>${drawn}<title>${key}</title></g>`;
  return html`<a href="#${id}" aria-label="${key}">${drawn}<title>${key}</title></a>`;
}
