/** A graph as JSON: resources with their waves, edges with their reasons. */
import type { Graph } from '../../graph/graph.ts';
import { waveNumbers } from '../graph/text.ts';
import type { JsonRecord } from './events.ts';

/** Makes the record of a graph. */
export function graphRecord(graph: Graph): JsonRecord {
  const waves = waveNumbers(graph);
  return {
    type: 'graph',
    resources: [...graph.nodes.values()].map(({ key, host, resource }) => ({
      key,
      host,
      resource: resource.id,
      wave: waves.get(key),
    })),
    edges: [...graph.needs.values()].flat().map(({ from, to, reason }) => ({ from, to, reason })),
    external: graph.external.map(({ capability, by }) => ({ capability, by })),
  };
}
