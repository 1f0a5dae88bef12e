/** The order of a playbook as edges: each task comes after the one before it, unless the data ask for another order. */
import { type Capability, taskDone } from '../base/capability.ts';
import { type Position, renderPosition } from '../base/position.ts';
import type { Resource } from '../resources/index.ts';

/** Resources on one host that stand side by side in the order. */
export type Link = { readonly host: string; readonly resources: readonly Resource[] };

/** All resources of a play's host, and of hosts that its tasks are delegated to, in the making. */
export type Chain = {
  /** Adds what comes after everything before it. Returns the resources as the graph will know them. */
  readonly add: (link: Link, position: Position) => readonly Resource[];
  /** A role's resources have their turn: they have an order of their own, and come after what is before them. */
  readonly addRole: (resources: readonly Resource[]) => void;
  /** What the tasks of later plays follow: the last ones of this play; nothing where native roles come last. */
  readonly end: () => readonly Link[];
  /** What was added, by host. */
  readonly resources: () => ReadonlyMap<string, readonly Resource[]>;
};

type Entry = { readonly host: string; resource: Resource };

type State = {
  readonly known: Map<string, Entry>;
  readonly order: Entry[];
  last: Link;
  /** What the last link follows, for links that join it. */
  before: Link;
  /** The last tasks of earlier plays on other hosts: the first task of this play follows them. */
  elsewhere: readonly Link[];
  /** The last link is made of native roles. */
  joinsRoles: boolean;
};

/** Begins a chain; tasks that ask for what a role declares share the role's resource, wherever its turn is. */
export function createChain(host: string, roles: readonly Resource[], earlier: readonly Link[] = []): Chain {
  const nothing: Link = earlier.find((link) => link.host === host) ?? { host, resources: [] };
  const state: State = {
    known: new Map(),
    order: [],
    last: nothing,
    before: nothing,
    joinsRoles: false,
    elsewhere: earlier.filter((link) => link.host !== host),
  };
  const entries = roles.map((resource): Entry => ({ host, resource }));
  for (const entry of entries) if (!state.known.has(keyOf(entry))) state.known.set(keyOf(entry), entry);
  return {
    add: (link, position) => add(state, afterEarlier(state, link), position),
    end: () => (state.joinsRoles || state.last.host !== host ? [] : [state.last]),
    addRole(resources) {
      const ids = new Set(resources.map((one) => one.id));
      const own = entries.filter((entry) => ids.has(entry.resource.id) && !state.order.includes(entry));
      if (own.length === 0) return;
      // Native roles side by side have no order among each other but what the data ask for.
      const previous = state.joinsRoles ? state.before : state.last;
      for (const entry of own) entry.resource = follow(state, entry, previous);
      state.order.push(...own);
      state.before = previous;
      const side = state.joinsRoles ? state.last.resources : [];
      state.last = { host, resources: [...side, ...own.map((entry) => entry.resource)] };
      state.joinsRoles = true;
    },
    resources() {
      const hosts = new Map<string, Resource[]>();
      for (const entry of state.order) hosts.set(entry.host, [...(hosts.get(entry.host) ?? []), entry.resource]);
      return hosts;
    },
  };
}

function keyOf({ host, resource }: Entry): string {
  return `${host}/${resource.id}`;
}

function add(state: State, { host, resources }: Link, position: Position): readonly Resource[] {
  if (resources.length === 0) return [];
  const joins = state.last.host === host && [...resources, ...state.last.resources].every(isInstall);
  const previous = joins ? state.before : state.last;
  const before = state.order.length;
  const added = inOrder(resources).map((one) =>
    adopt(state, { host, resource: follow(state, { host, resource: one }, previous) }, position),
  );
  // What was declared before stands where it stood: the next link must follow what this one follows, too.
  const isNew = state.order.length > before;
  state.before = previous;
  state.joinsRoles = false;
  state.last = {
    host,
    resources: joins || (!isNew && previous.host === host) ? [...state.last.resources, ...added] : added,
  };
  return added;
}

/** The first task of a play comes after the last tasks of the plays before it, on whatever host. */
function afterEarlier(state: State, link: Link): Link {
  if (state.elsewhere.length === 0 || link.resources.length === 0) return link;
  const followsElsewhere = state.elsewhere
    .filter(({ host }) => host !== link.host)
    .flatMap(({ host, resources }) => resources.map((resource) => ({ host, resource })));
  state.elsewhere = [];
  return { ...link, resources: link.resources.map((one) => withProps(one, { followsElsewhere })) };
}

/** The resource after a link: by order on its own host, by a capability on another one. */
function follow(state: State, { host, resource }: Entry, link: Link): Resource {
  if (link.resources.length === 0) return resource;
  const { follows = [], requires = [] } = resource.props;
  if (link.host === host) return withProps(resource, { follows: [...follows, ...link.resources] });
  return withProps(resource, {
    requires: [...requires, ...link.resources.map((one) => provide(state, link.host, one))],
  });
}

function provide({ known }: State, host: string, resource: Resource): Capability {
  const capability = taskDone(resource.id, host);
  const entry = known.get(`${host}/${resource.id}`);
  const provides = entry?.resource.props.provides ?? [];
  if (entry && !provides.includes(capability))
    entry.resource = withProps(entry.resource, { provides: [...provides, capability] });
  return capability;
}

/** The resource that stands for a declaration: one that is there already, or the new one. */
function adopt({ known, order }: State, { host, resource }: Entry, position: Position): Resource {
  const entry = known.get(`${host}/${resource.id}`);
  const merged = entry && merge(entry.resource, resource);
  if (entry && merged) {
    entry.resource = merged;
    return merged;
  }
  const named = entry ? renamed(resource, position, (id) => known.has(`${host}/${id}`)) : resource;
  const added = { host, resource: named };
  known.set(keyOf(added), added);
  order.push(added);
  return named;
}

/** The resources of one task follow each other. */
function inOrder(resources: readonly Resource[]): readonly Resource[] {
  if (resources.every(isInstall)) return resources;
  return resources.map((one, at) => {
    const previous = resources[at - 1];
    return previous === undefined ? one : withProps(one, { follows: [...(one.props.follows ?? []), previous] });
  });
}

function isInstall({ kind }: Resource): boolean {
  return kind.name === 'package';
}

/** A copy of a resource with other props. */
export function withProps(resource: Resource, props: object): Resource {
  return { ...resource, props: { ...resource.props, ...props } };
}

/**
 * Two declarations of one thing as one: when one asks for all that the other asks for. A package may grow stronger in
 * its place, a service takes in what the other loads; anything else that differs stays apart.
 */
function merge(known: Resource, added: Resource): Resource | undefined {
  const [a, b] = [known.kind.desired(known), added.kind.desired(added)];
  if (known.kind !== added.kind || (a === 'absent') !== (b === 'absent')) return undefined;
  if (a === 'absent' || b === 'absent') return known;
  const isWeaker = Object.entries(b).every(([key, value]) => a[key] === value);
  const agrees = Object.entries(b).every(([key, value]) => a[key] === undefined || a[key] === value);
  const grows = agrees && GROWING.has(known.kind.name);
  if (!isWeaker && !grows) return undefined;
  return withProps(known, { ...(grows ? union(known, added) : {}), follows: known.props.follows ?? [] });
}

/** Kinds whose props may be joined where both stand at the first one's place. */
const GROWING = new Set(['package', 'service']);

function union(known: Resource, added: Resource): object {
  const strongest: Record<string, unknown> = { ...added.props };
  for (const [key, value] of Object.entries(known.props)) {
    const other = strongest[key];
    if (Array.isArray(value) && Array.isArray(other)) strongest[key] = [...new Set([...value, ...other])];
    else if (
      value !== undefined &&
      !(value === null && other !== undefined) &&
      !(value === false && other === true)
    )
      strongest[key] = value;
  }
  return strongest;
}

/** The same thing in another state: a node of its own, told apart by its place. */
function renamed(resource: Resource, position: Position, isTaken: (id: string) => boolean): Resource {
  const place = renderPosition({ ...position, column: 0 });
  const base = `${resource.kind.name}[${resource.name} (${place})]`;
  let id = base;
  for (let number = 2; isTaken(id); number++) id = `${base}#${number}`;
  return { ...resource, id };
}
