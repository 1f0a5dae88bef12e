/** The timeline: when each change of each host began and ended, and which of them made up the run's time. */
import type { RunEvent } from '../../../base/events.ts';
import { cut } from '../../neutral.ts';
import { renderTime } from '../../quantity.ts';
import { html, type Markup, nothing } from './markup.ts';

/** One resource on the critical path. Times are milliseconds. */
export type PathStep = { readonly host: string; readonly resource: string; readonly ms: number };

type Bar = {
  readonly host: string;
  readonly key: string;
  readonly from: number;
  readonly to: number;
  readonly status: string;
};

const WIDTH = 760;
const ROW = 20;
const LABEL = 250;
/** Quicker changes are dots that nobody could tell apart. */
const MOST_BARS = 400;

/** Draws the bars, host by host. */
export function renderTimeline(events: readonly RunEvent[], path: readonly PathStep[]): Markup {
  const all = events.flatMap(barOf);
  if (all.length === 0) return nothing;
  const slowest = [...all].sort((a, b) => b.to - b.from - (a.to - a.from)).slice(0, MOST_BARS);
  const bars = all.filter((one) => slowest.includes(one));
  const end = Math.max(1, ...all.map((one) => one.to));
  const marked = new Set(path.map(({ host, resource }) => `${host}/${resource}`));
  const hosts = [...new Set(bars.map((one) => one.host))];
  return html`<section aria-labelledby="time-title"><h2 id="time-title">Timeline</h2>
${pathList(path)}${hosts.map((host) =>
  hostChart(
    host,
    bars.filter((one) => one.host === host),
    end,
    marked,
  ),
)}</section>`;
}

function barOf(event: RunEvent): readonly Bar[] {
  if (event.type !== 'done' || event.status === 'unchanged' || event.ms <= 0) return [];
  const { host, resource, at, ms, status } = event;
  return [{ host, key: resource, from: Math.max(0, at - ms), to: at, status }];
}

function pathList(path: readonly PathStep[]): Markup {
  if (path.length === 0) return nothing;
  const total = path.reduce((sum, { ms }) => sum + ms, 0);
  const steps = path.map(({ host, resource, ms }) => html`<li>${renderTime(ms)}: ${resource} on ${host}</li>`);
  return html`<details open><summary>Critical path: ${renderTime(total)}. No order of the same work is faster.</summary><ol>${steps}</ol></details>`;
}

function hostChart(host: string, bars: readonly Bar[], end: number, marked: ReadonlySet<string>): Markup {
  const height = bars.length * ROW + 24;
  const rows = bars.map((bar, index) => drawBar(bar, index, { end, isMarked: marked.has(`${host}/${bar.key}`) }));
  const width = LABEL + WIDTH + 90;
  return html`<h3>${host}</h3><div class="scroll" tabindex="0" role="region" aria-label="Timeline of ${host}">
<svg role="img" aria-label="${bars.length} changes on ${host} in ${renderTime(end)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${rows}
<line class="tick" x1="${LABEL}" y1="0" x2="${LABEL}" y2="${height - 20}"/><line class="tick" x1="${LABEL + WIDTH}" y1="0" x2="${LABEL + WIDTH}" y2="${height - 20}"/>
<text x="${LABEL}" y="${height - 6}">0 s</text><text x="${LABEL + WIDTH}" y="${height - 6}">${renderTime(end)}</text></svg></div>`;
}

function drawBar(
  { key, from, to, status }: Bar,
  index: number,
  { end, isMarked }: { end: number; isMarked: boolean },
): Markup {
  const y = index * ROW + 2;
  const x = LABEL + (from / end) * WIDTH;
  const width = Math.max(2, ((to - from) / end) * WIDTH);
  const kind = status === 'failed' ? 'bar failed' : 'bar';
  return html`<text x="0" y="${y + 13}">${cut(key, 38)}</text><rect class="${isMarked ? `${kind} marked` : kind}" x="${x.toFixed(1)}" y="${y}" width="${width.toFixed(1)}" height="${ROW - 4}" rx="2"><title>${key}: ${renderTime(from)} to ${renderTime(to)}</title></rect><text x="${(x + width + 4).toFixed(1)}" y="${y + 13}">${renderTime(to - from)}</text>`;
}
