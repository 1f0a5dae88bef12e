/** What can be wrong with a graph. */
import { GatError } from '../base/errors.ts';
import { renderPosition } from '../base/position.ts';
import type { Edge, GraphNode } from './edge.ts';

/** Two declarations of one thing that can't both hold. */
export function conflict(first: GraphNode, second: GraphNode): GatError {
  const [a, b] = [first.resource, second.resource];
  const [before, after] = [a.kind.desired(a), b.kind.desired(b)];
  const differing = Object.keys({ ...(before as object), ...(after as object) }).filter(
    (key) => JSON.stringify(stateValue(before, key)) !== JSON.stringify(stateValue(after, key)),
  );
  return new GatError({
    code: 'graph/conflict',
    what: `cannot declare ${a.id} twice with different states`,
    where: [
      { host: first.host, resource: a.id },
      ...(a.origin?.positions.slice(0, 1) ?? []),
      ...(b.origin?.positions.slice(0, 1) ?? []),
    ],
    why: `${a.origin?.role ?? 'one role'} and ${b.origin?.role ?? 'another'} differ in ${differing.join(', ') || 'whether it exists'}`,
    fix: 'change the variables of one of them so that both ask for the same',
  });
}

/** One path that is to be a file and a folder. */
export function twoShapes(first: GraphNode, second: GraphNode): GatError {
  const [a, b] = [first.resource, second.resource];
  return new GatError({
    code: 'graph/conflict',
    what: `cannot make ${a.name} both a file and a folder on ${first.host}`,
    where: [
      { host: first.host, resource: b.id },
      ...[a, b].flatMap(({ origin }) => origin?.positions.slice(0, 1) ?? []),
    ],
    why: `${a.id} and ${b.id} are declared for it`,
    fix: 'give one of them another path; to put a file into the folder, end its path with the name that it has there',
  });
}

/** A path that no host has, such as one that begins with `~`. */
export function badPath({ host, resource }: GraphNode, path: string, why: string): GatError {
  const { positions = [], variables = [] } = resource.origin ?? {};
  const names = variables.map(({ name, position }) => `${name} (${renderPosition(position)})`);
  return new GatError({
    code: 'graph/path',
    what: `cannot make ${resource.id} on ${host}: ${JSON.stringify(path)} is no path of a host`,
    where: [{ host, resource: resource.id }, ...positions.slice(0, 1)],
    why,
    fix: `write the whole path${names.length > 0 ? `; it comes from ${names.slice(0, 3).join(', ')}` : ''}`,
  });
}

function stateValue(state: unknown, key: string): unknown {
  return state && typeof state === 'object' ? Object.entries(state).find(([name]) => name === key)?.[1] : state;
}

/** A circle of needs, printed whole, with each edge's reason, and where each of its resources is declared. */
export function cycle(edges: readonly Edge[], nodes: ReadonlyMap<string, GraphNode>): GatError {
  const places = edges.flatMap(({ to }) => nodes.get(to)?.resource.origin?.positions.slice(0, 1) ?? []);
  const path = edges.map((edge) => `${edge.to} waits for ${edge.from}: ${edge.reason}`);
  return new GatError({
    code: 'graph/cycle',
    what: 'cannot order the resources: some wait for each other in a circle',
    where: places,
    why: path.join('\n'),
    fix: 'break the circle where one of these reasons need not hold',
  });
}
