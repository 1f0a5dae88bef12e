/** A graph as an SVG picture and as a page with it: no script, nothing from the network, all texts escaped. See SVG 2. */
import type { Graph } from '../../graph/graph.ts';
import type { Lines } from '../line.ts';
import { type Arrow, type Band, type Box, labelOf, layOut } from './layout.ts';
import { joinEdges } from './text.ts';

const STYLE = `svg { font: 11px ui-monospace, monospace; background: #fff; }
.band { fill: #f4f6f8; stroke: #d5dbe1; }
.host { font: bold 14px sans-serif; fill: #24292f; }
.box rect { fill: #fff; stroke: #57606a; }
.box:hover rect { fill: #ddf4ff; stroke: #0969da; stroke-width: 2; }
.arrow { fill: none; stroke: #8c959f; stroke-opacity: .55; }
.across { stroke: #bf3989; stroke-opacity: .9; stroke-width: 1.5; }
.arrow:hover { stroke: #0969da; stroke-opacity: 1; stroke-width: 2.5; }`;

/** Renders the picture; each box tells what it waits for, each arrow its reason. */
export function renderSvg(graph: Graph): Lines {
  return asLines(svgLines(graph));
}

/** Renders a page: the picture, and below it the same as a table for reading and searching. */
export function renderHtml(graph: Graph): Lines {
  const rows = [...graph.needs].flatMap(([key, edges]) =>
    [...joinEdges(edges)].map(
      ([from, reasons]) =>
        `<tr><td>${escapeXml(key)}</td><td>${escapeXml(from)}</td><td>${escapeXml(reasons.join(', '))}</td></tr>`,
    ),
  );
  const lines = [
    '<!DOCTYPE html>',
    '<html lang="en"><head><meta charset="utf-8"><title>gatdeploy graph</title>',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<style>body { margin: 1em; font-family: sans-serif; } .picture { overflow: auto; max-height: 80vh; border: 1px solid #d5dbe1; }',
    'table { border-collapse: collapse; margin-top: 1em; } td, th { border: 1px solid #d5dbe1; padding: 2px 8px; text-align: left; }</style></head><body>',
    `<h1>${graph.nodes.size} resources</h1>`,
    '<p>Each column can be done once the columns before it are done; red arrows go from host to host. Hold the pointer still on a box or an arrow for its reasons.</p>',
    '<div class="picture">',
    ...svgLines(graph),
    '</div>',
    '<table><tr><th>resource</th><th>waits for</th><th>because it</th></tr>',
    ...rows,
    '</table></body></html>',
  ];
  return asLines(lines);
}

/** A text of several lines stays what it is: each line is made harmless on its own. */
function asLines(texts: readonly string[]): Lines {
  return texts.flatMap((text) => text.split('\n')).map((line) => [line]);
}

function svgLines(graph: Graph): readonly string[] {
  const { width, height, bands, boxes, arrows } = layOut(graph);
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">`,
    `<style>${STYLE}</style>`,
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="6" markerHeight="6" orient="auto"><path d="M0 0 8 4 0 8z" fill="#57606a"/></marker></defs>',
    ...bands.map((band) => drawBand(band, w)),
    ...arrows.map(drawArrow),
    ...boxes.map((box) => drawBox(box, graph)),
    '</svg>',
  ];
}

function drawBand({ host, y, height }: Band, width: number): string {
  return `<rect class="band" x="4" y="${y}" width="${width - 8}" height="${height}" rx="6"/><text class="host" x="14" y="${y + 19}">${escapeXml(host)}</text>`;
}

function drawBox({ node, x, y, width, height }: Box, graph: Graph): string {
  const needs = [...joinEdges(graph.needs.get(node.key) ?? [])];
  const title = [node.key, ...needs.map(([from, reasons]) => `waits for ${from}: ${reasons.join(', ')}`)];
  return `<g class="box"><title>${escapeXml(title.join('\n'))}</title><rect x="${round(x)}" y="${y}" width="${round(width)}" height="${height}" rx="4"/><text x="${round(x + 8)}" y="${y + 15}">${escapeXml(labelOf(node))}</text></g>`;
}

function drawArrow({ from, to, reasons }: Arrow): string {
  const [x1, y1] = [round(from.x + from.width), from.y + from.height / 2];
  const [x2, y2] = [round(to.x), to.y + to.height / 2];
  const bend = round(Math.max(30, (x2 - x1) / 2));
  const across = from.node.host === to.node.host ? '' : ' across';
  const title = `${to.node.key} waits for ${from.node.key}: ${reasons.join(', ')}`;
  return `<path class="arrow${across}" marker-end="url(#tip)" d="M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}"><title>${escapeXml(title)}</title></path>`;
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}

/** What a text needs to be no markup; characters that XML 1.0 has no place for become a replacement character. */
function escapeXml(text: string): string {
  return text
    .replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`)
    .replace(/(?!\n)\p{Cc}|[\ud800-\udfff\ufffe\uffff]/gu, '\ufffd');
}
