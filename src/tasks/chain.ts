/** The order of a playbook as edges: each task comes after the one before it, unless the data ask for another order. */
import { type Capability, taskDone } from '../base/capability.ts';
import type { Position } from '../base/position.ts';
import type { Resource } from '../resources/index.ts';
import { isSame, isWork, merge, named, renamed, withProps } from './identity.ts';

/** Resources on one host that stand side by side in the order. */
export type Link = {
  readonly host: string;
  readonly resources: readonly Resource[];
  /** A native role declares them: what it declares twice is one thing. */
  readonly isRole?: true;
};

/** What earlier plays declared, by host and id. */
export type Before = (host: string, id: string) => Resource | undefined;

/** All resources of a play's host, and of hosts that its tasks are delegated to, in the making. */
export type Chain = {
  /** Adds what comes after everything before it. Returns the resources as the graph will know them. */
  readonly add: (link: Link, position: Position) => readonly Resource[];
  /** A role's resources have their turn: they have an order of their own, and come after what is before them. */
  readonly addRole: (resources: readonly Resource[]) => void;
  /** What the tasks of later plays follow: the last ones of this play; nothing where native roles come last. */
  readonly end: () => readonly Link[];
  /** Whether a folder is declared at this path of the play's host. */
  readonly declaresFolder: (path: string) => boolean;
  /** What was added, by host. */
  readonly resources: () => ReadonlyMap<string, readonly Resource[]>;
};

type Entry = { readonly host: string; resource: Resource };

type State = {
  readonly host: string;
  /** By id. */
  readonly known: Map<string, Entry>;
  /** What was declared last by the name that a task gives, whatever its id. */
  readonly latest: Map<string, Entry>;
  /** Those of native roles. */
  readonly roles: ReadonlySet<Entry>;
  /** What earlier plays declared. */
  readonly earlier: Before;
  readonly order: Entry[];
  last: Link;
  /** What the last link follows, for links that join it. */
  before: Link;
  /** The last tasks of earlier plays on other hosts: the first task of this play follows them. */
  elsewhere: readonly Link[];
  /** The last link is made of native roles. */
  joinsRoles: boolean;
};

/** What comes before a play. */
export type Past = { readonly ends: readonly Link[]; readonly declared: Before };

/** Begins a chain; tasks that ask for what a role declares share the role's resource, wherever its turn is. */
export function createChain(host: string, roles: readonly Resource[], { ends, declared }: Past): Chain {
  const nothing: Link = ends.find((link) => link.host === host) ?? { host, resources: [] };
  const entries = roles.map((resource): Entry => ({ host, resource }));
  const known = new Map(entries.map((entry) => [keyOf(entry), entry] as const).reverse());
  const state: State = {
    host,
    known,
    latest: new Map(known),
    roles: new Set(entries),
    earlier: declared,
    order: [],
    last: nothing,
    before: nothing,
    joinsRoles: false,
    elsewhere: ends.filter((link) => link.host !== host),
  };
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
    declaresFolder(path) {
      const id = `directory[${path}]`;
      const declared = state.latest.get(`${host}/${id}`)?.resource ?? state.earlier(host, id);
      return declared !== undefined && !declared.props.absent;
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

function add(state: State, link: Link, position: Position): readonly Resource[] {
  const { host, resources } = link;
  if (resources.length === 0) return [];
  const joins = state.last.host === host && [...resources, ...state.last.resources].every(isInstall);
  const previous = joins ? state.before : state.last;
  const adopted: Adopted[] = [];
  for (const [at, one] of resources.entries()) {
    const own = among(resources, adopted, one);
    const inOrder = resources.every(isInstall) ? own : after(own, adopted[at - 1]?.resource);
    adopted.push(adopt(state, link, follow(state, { host, resource: inOrder }, previous), position));
  }
  // What was declared before stands where it stood: the next link must follow what this one follows, too.
  const isNew = adopted.some((one) => one.isNew);
  const added = adopted.map((one) => one.resource);
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
  const { follows = [], followsElsewhere = [], requires = [] } = resource.props;
  if (link.host === host) return withProps(resource, { follows: [...follows, ...link.resources] });
  const isOwn = (one: Resource): boolean => state.known.has(keyOf({ host: link.host, resource: one }));
  const before = link.resources.filter((one) => !isOwn(one)).map((one) => ({ host: link.host, resource: one }));
  return withProps(resource, {
    requires: [...requires, ...link.resources.filter(isOwn).map((one) => provide(state, link.host, one))],
    ...(before.length > 0 && { followsElsewhere: [...followsElsewhere, ...before] }),
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
function adopt(state: State, link: Link, resource: Resource, position: Position): Adopted {
  const { host } = link;
  // Several hosts may have a task done on one: each its own.
  const isElsewhere = host !== state.host && isWork(resource);
  const own = isElsewhere ? named(resource, `${resource.name} for ${state.host}`, host) : resource;
  const entry = state.latest.get(keyOf({ host, resource: own }));
  const isAlone = isWork(own) && !link.isRole;
  const merged = entry && !isAlone ? merge(entry.resource, own, link.isRole || state.roles.has(entry)) : undefined;
  if (entry && merged) {
    entry.resource = merged;
    return { resource: merged, isNew: false };
  }
  return entry === undefined && !isAlone ? again(state, link, own, position) : another(state, link, own, position);
}

/** What an earlier play has declared, too, stands where that play has it. */
function again(state: State, link: Link, resource: Resource, position: Position): Adopted {
  const { host } = link;
  const before = link.isRole ? undefined : state.earlier(host, resource.id);
  if (!before || !isSame(before, resource)) return another(state, link, resource, position);
  const { follows = [] } = before.props;
  const stood = { host, resource: withProps(resource, { follows }) };
  return { resource: enter(state, resource, stood), isNew: false };
}

/** A declaration that is none of those before it, by a name that is free. */
function another(state: State, { host, isRole }: Link, resource: Resource, position: Position): Adopted {
  const isTaken = (id: string): boolean =>
    state.known.has(`${host}/${id}`) || (!isRole && state.earlier(host, id) !== undefined);
  const own = isTaken(resource.id) ? renamed(resource, { host, position, isTaken }) : resource;
  return { resource: enter(state, resource, { host, resource: own }), isNew: true };
}

type Adopted = { readonly resource: Resource; readonly isNew: boolean };

/** Notes a declaration by its own id and by the one that its task gives. */
function enter({ known, latest, order }: State, asked: Resource, entry: Entry): Resource {
  known.set(keyOf(entry), entry);
  latest.set(`${entry.host}/${asked.id}`, entry);
  order.push(entry);
  return entry.resource;
}

/** The resources of one task follow each other. */
function after(resource: Resource, previous: Resource | undefined): Resource {
  if (previous === undefined) return resource;
  return withProps(resource, { follows: [...(resource.props.follows ?? []), previous] });
}

/** A resource that comes after others of its task, by the names that these have got. */
function among(resources: readonly Resource[], added: readonly Adopted[], resource: Resource): Resource {
  const { after: wanted } = resource.props;
  if (!wanted) return resource;
  const byId = new Map(added.map((one, at) => [resources[at]?.id, one.resource]));
  return withProps(resource, { after: wanted.map((one) => byId.get(one.id) ?? one) });
}

function isInstall({ kind }: Resource): boolean {
  return kind.name === 'package';
}
