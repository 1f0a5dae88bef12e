/** The live picture: a line of counts, then the hosts that matter most, as many as fit; the others are counted. */

import { type Line, type Lines, type Span, span } from '../line.ts';
import { cut, neutralise } from '../neutral.ts';
import { count, renderSeconds } from '../quantity.ts';
import type { Fleet, HostState, Running } from './fleet.ts';

export type FrameSize = { readonly columns: number; readonly rows: number };

/** A step that runs for so long also shows what it printed last. */
const SLOW_MS = 3000;
/** The widest column of host names. */
const WIDEST_HOST = 24;

/** Renders the picture; its first line goes beside the spinner. */
export function renderFrame(fleet: Fleet, time: number, { columns, rows }: FrameSize): Lines {
  const hosts = [...fleet.hosts.values()].sort((a, b) => urgency(b) - urgency(a) || a.since - b.since);
  const room = Math.max(1, rows - 3);
  const names = Math.min(WIDEST_HOST, Math.max(0, ...hosts.map((one) => neutralise(one.host).length)));
  const lines: Line[] = [];
  let shown = 0;
  for (const host of hosts) {
    const block = renderHost(host, time, names);
    const needed = block.length + (shown + 1 < hosts.length ? 1 : 0);
    if (lines.length + needed > room) break;
    lines.push(...block);
    shown++;
  }
  const folded = hosts.slice(shown);
  const more: Lines = folded.length === 0 ? [] : [['  ', span('dim', `and ${countPhases(folded)}`)]];
  const title: Line = [`${countPhases(hosts)}, ${renderSeconds(time - fleet.startedAt)}`];
  return [title, ...lines, ...more].map((line) => narrow(line, columns - 4));
}

/** Failures first, then those at work, then those that wait, then the finished. */
function urgency(host: HostState): number {
  if (hasTrouble(host)) return 3;
  if (host.phase === 'finished') return 0;
  return host.running.size > 0 ? 2 : 1;
}

function hasTrouble(host: HostState): boolean {
  return host.failed > 0 || host.checksFailed > 0 || host.phase === 'unreachable';
}

function renderHost(host: HostState, time: number, names: number): Lines {
  const name = cut(neutralise(host.host), names).padEnd(names);
  const trouble: Line = hasTrouble(host)
    ? [span('bad', '✗ ')]
    : [host.phase === 'finished' ? span('good', '✓ ') : '  '];
  const head: Line = [...trouble, span('strong', name), '  ', ...progress(host)];
  const [oldest] = host.running.values();
  const now = oldest ? renderRunning(host, oldest, time) : idle(host, time);
  const line = [[...head, ...now]];
  const indent = ' '.repeat(names + 4);
  const last =
    oldest && time - oldest.since >= SLOW_MS && oldest.line !== '' ? [[indent, span('dim', oldest.line)]] : [];
  const wrong = hasTrouble(host) ? [[indent, span('bad', host.trouble)]] : [];
  return [...line, ...wrong, ...last];
}

function progress(host: HostState): Line {
  const checks = host.checksOk + host.checksFailed;
  if (checks > 0) return [`${host.checksOk} of ${count(checks, 'check')} ok`];
  if (host.total === 0) return [];
  return [`${host.done}/${host.total}`.padEnd(8)];
}

function renderRunning(host: HostState, oldest: Running, time: number): Line {
  const beside = host.running.size > 1 ? ` (+${host.running.size - 1})` : '';
  const next = [...host.left].find((id) => !host.running.has(id));
  const then: readonly Span[] = next === undefined ? [] : [span('dim', `  next ${next}`)];
  return [oldest.resource, ` ${renderSeconds(time - oldest.since)}${beside}`, ...then];
}

function idle(host: HostState, time: number): Line {
  const since = time - host.since >= SLOW_MS ? ` for ${renderSeconds(time - host.since)}` : '';
  switch (host.phase) {
    case 'connecting':
      return [span('dim', `connecting${since}`)];
    case 'reading':
      return [span('dim', `reading its state${since}`)];
    case 'unreachable':
      return [span('bad', 'not reached')];
    case 'finished':
      return [span('dim', `${host.changed} changed${host.blocked > 0 ? `, ${host.blocked} not done` : ''}`)];
    default:
      return host.left.size > 0 ? [span('dim', `waits${since}  next ${[...host.left][0]}`)] : [];
  }
}

function countPhases(hosts: readonly HostState[]): string {
  const failing = hosts.filter(hasTrouble);
  const fine = hosts.filter((host) => !hasTrouble(host));
  const parts: readonly (readonly [number, string])[] = [
    [failing.length, 'in trouble'],
    [fine.filter((host) => host.running.size > 0).length, 'at work'],
    [fine.filter((host) => host.phase === 'finished').length, 'finished'],
  ];
  const told = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return [count(hosts.length, 'host'), ...told].join(', ');
}

/** Cuts a line to a width, so that the terminal does not break it. */
function narrow(line: Line, width: number): Line {
  let room = width;
  return line.map((part) => {
    const { text, style } = typeof part === 'string' ? span('plain', part) : part;
    const fitting = cut(neutralise(text), Math.max(0, room));
    room -= fitting.length;
    return span(style, fitting);
  });
}
