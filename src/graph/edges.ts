/** Draws the edges that follow from the data: paths, owners, what a process loads, capabilities. */
import type { Capability } from '../base/capability.ts';
import type { Edge, GraphNode } from './edge.ts';
import { pathRegister } from './paths.ts';

/** The reason of an edge from the maker of a path to a resource that uses the path. */
export const USES = 'uses it';

type Nodes = ReadonlyMap<string, GraphNode>;
type Drawn = {
  readonly edges: readonly Edge[];
  /** Those of a playbook's order: one that would close a circle is left out. */
  readonly givingWay: readonly Edge[];
  readonly external: readonly { capability: Capability; by: string }[];
};

/** What edges are looked up by. */
type Index = {
  readonly byPath: ReadonlyMap<string, string>;
  readonly providers: ReadonlyMap<Capability, readonly string[]>;
};

/** Draws all edges; capabilities without a provider are returned beside them. @throws GatError graph/conflict */
export function drawEdges(nodes: Nodes): Drawn {
  const index = indexNodes(nodes);
  const external: { capability: Capability; by: string }[] = [];
  const edges = [...nodes.values()].flatMap((node) => {
    for (const capability of node.resource.props.requires ?? []) {
      if (!index.providers.has(capability)) external.push({ capability, by: node.key });
    }
    return [
      ...explicit(node, nodes),
      ...byPaths(node, index),
      ...byOwners(node, nodes),
      ...byCapabilities(node, index),
    ];
  });
  const givingWay = [...nodes.values()].flatMap(following).filter((edge) => nodes.has(edge.from));
  return { edges: withoutLoops(edges), givingWay: withoutLoops(givingWay), external };
}

function withoutLoops(edges: readonly Edge[]): readonly Edge[] {
  return edges.filter((edge) => edge.from !== edge.to);
}

function following({ resource, host, key }: GraphNode): Edge[] {
  const reason = 'stands before it in the playbook';
  const { follows = [], followsElsewhere = [] } = resource.props;
  return [
    ...follows.map((one) => ({ from: `${host}/${one.id}`, to: key, reason })),
    ...followsElsewhere.map((one) => ({ from: `${one.host}/${one.resource.id}`, to: key, reason })),
  ];
}

function indexNodes(nodes: Nodes): Index {
  const byPath = new Map<string, string>();
  const paths = pathRegister();
  const providers = new Map<Capability, string[]>();
  for (const node of nodes.values()) {
    const touches = node.resource.kind.touches(node.resource);
    if (touches.path !== undefined && !node.resource.props.absent)
      byPath.set(`${node.host}:${touches.path}`, node.key);
    paths.add(node, touches);
    for (const capability of node.resource.props.provides ?? []) {
      providers.set(capability, [...(providers.get(capability) ?? []), node.key]);
    }
  }
  return { byPath, providers };
}

function explicit(node: GraphNode, nodes: Nodes): Edge[] {
  const { resource, host, key } = node;
  const after = (resource.props.after ?? []).map((one) => ({ one, reason: 'comes after it', other: host }));
  const loads = resource.kind
    .reacts(resource)
    .flatMap(({ to, host: other = host }) => to.map((one) => ({ one, reason: 'loads it', other })));
  return [...after, ...loads].map(({ one, reason, other }) => {
    const from = `${other}/${one.id}`;
    if (!nodes.has(from)) throw new Error(`${key} refers to ${from}, which no role returned`);
    return { from, to: key, reason };
  });
}

/** A path comes after the nearest directory above it that somebody declares, and after the paths it uses. */
function byPaths(node: GraphNode, { byPath }: Index): Edge[] {
  const { path, uses = [] } = node.resource.kind.touches(node.resource);
  const parent = path === undefined ? undefined : nearest(node.host, path, byPath);
  const inside = parent === undefined ? [] : [{ from: parent, to: node.key, reason: 'lies in it' }];
  const used = uses.flatMap((one) => {
    const from = byPath.get(`${node.host}:${one}`) ?? nearest(node.host, one, byPath);
    return from === undefined ? [] : [{ from, to: node.key, reason: USES }];
  });
  return [...inside, ...used];
}

function nearest(host: string, path: string, byPath: ReadonlyMap<string, string>): string | undefined {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const key = byPath.get(`${host}:${path.slice(0, end)}`);
    if (key !== undefined) return key;
  }
  return undefined;
}

function byOwners(node: GraphNode, nodes: Nodes): Edge[] {
  const { users = [], groups = [] } = node.resource.kind.touches(node.resource);
  const owners = [...users.map((name) => `user[${name}]`), ...groups.map((name) => `group[${name}]`)];
  return owners
    .map((id) => `${node.host}/${id}`)
    .filter((from) => nodes.has(from))
    .map((from) => ({ from, to: node.key, reason: 'belongs to it' }));
}

function byCapabilities(node: GraphNode, { providers }: Index): Edge[] {
  return (node.resource.props.requires ?? []).flatMap((capability) =>
    (providers.get(capability) ?? []).map((from) => ({ from, to: node.key, reason: `needs ${capability}` })),
  );
}
