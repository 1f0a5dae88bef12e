/** Why one resource is there, what it waits for, who waits for it, and what would change. */
import { renderPosition } from '../base/position.ts';
import type { Edge } from '../graph/edge.ts';
import type { Graph } from '../graph/graph.ts';
import type { Entry } from '../plan/plan.ts';
import type { JsonRecord } from './json/events.ts';
import { entryRecord } from './json/plan.ts';
import { type Line, type Lines, span } from './line.ts';
import { renderEntry } from './plan.ts';

const LABEL = 12;

/** Renders it for people. */
export function renderWhy(entry: Entry, graph: Graph): Lines {
  const { host, resource } = entry.node;
  const { origin } = resource;
  const variables = (origin?.variables ?? []).map(({ name, position }) => `${name} (${renderPosition(position)})`);
  const places = (origin?.positions ?? []).map(renderPosition);
  const state = entry.status === 'same' ? [['as it should be']] : renderEntry(entry, 0, { columns: 100 });
  return [
    [span('strong', resource.id), ` on ${host}`],
    ...labelled('declared by', [[origin?.role ?? 'gatdeploy', ...places].join(', ')]),
    ...labelled('from', variables),
    ...labelled('waits for', (graph.needs.get(entry.key) ?? []).map(sourceOf)),
    ...labelled(
      'waited for',
      followersOf(entry, graph).map((edge) => `${edge.to}: ${edge.reason}`),
    ),
    ...labelled(
      'needs',
      graph.external.filter(({ by }) => by === entry.key).map(({ capability }) => `${capability}, from elsewhere`),
    ),
    ['  ', span('dim', 'now')],
    ...state,
  ];
}

/** The same as JSON. */
export function whyRecord(entry: Entry, graph: Graph): JsonRecord {
  const { origin } = entry.node.resource;
  return {
    type: 'why',
    ...entryRecord(entry),
    role: origin?.role,
    positions: (origin?.positions ?? []).map(renderPosition),
    variables: (origin?.variables ?? []).map(({ name, position }) => ({ name, at: renderPosition(position) })),
    waitsFor: (graph.needs.get(entry.key) ?? []).map(({ from, reason }) => ({ from, reason })),
    waitedFor: followersOf(entry, graph).map(({ to, reason }) => ({ to, reason })),
  };
}

function sourceOf({ from, reason }: Edge): string {
  return `${from}: ${reason}`;
}

function followersOf(entry: Entry, graph: Graph): readonly Edge[] {
  return [...graph.needs.values()].flat().filter((edge) => edge.from === entry.key);
}

function labelled(label: string, texts: readonly string[]): Lines {
  return texts.map((text, index): Line => ['  ', span('dim', (index === 0 ? label : '').padEnd(LABEL)), text]);
}
