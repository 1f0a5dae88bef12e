/** Plans the removal of what a deployment has made and no longer declares; or says what there is of it. */
import type { HostLink } from '../apply/work.ts';
import { buildGraph, type Declared } from '../graph/graph.ts';
import type { Resource } from '../resources/index.ts';
import { type Leftover, leftoverId, type Removals, removalsOf, whyItStays } from '../resources/leftover.ts';
import type { DeclaredBy } from '../stack/declare-all.ts';
import type { Deployments } from './deployments.ts';
import { lineOf, parseLines } from './deployments.ts';
import { findHeldData } from './held-data.ts';

/** `made` leaves what holds data; `data` takes that too. */
export type Prune = 'made' | 'data';

/** Something that is no longer declared. */
export type Undeclared = {
  readonly host: string;
  readonly leftover: Leftover;
  /** What it holds, if it holds something. */
  readonly data?: string;
};

/** Finds what hosts have told of things that are not declared now, and what these hold. */
export async function findUndeclared(
  told: ReadonlyMap<string, string>,
  deployments: Deployments,
  links: ReadonlyMap<string, HostLink>,
): Promise<readonly Undeclared[]> {
  const found = await Promise.all(
    [...told].map(async ([host, text]) => {
      const leftovers = parseLines(text).filter((one) => {
        const key = `${host}/${leftoverId(one)}`;
        return !deployments.lines.has(key) && !deployments.gone.has(key);
      });
      const wanted = withoutBroker(leftovers);
      const link = links.get(host);
      if (!link || wanted.length === 0) return [];
      const held = await findHeldData(wanted, link);
      return wanted.map((leftover): Undeclared => {
        const data =
          whyItStays(leftover) ?? held.get(leftover) ?? (leftover.kind === 'group' ? heldUsers(held) : undefined);
        return { host, leftover, ...(data !== undefined && { data }) };
      });
    }),
  );
  return found.flat();
}

/** A group can't go while a user stays whose own one it may be. */
function heldUsers(held: ReadonlyMap<Leftover, string>): string | undefined {
  const names = [...held.keys()].flatMap(({ kind, name }) => (kind === 'user' ? [name] : []));
  return names.length === 0 ? undefined : `${names.join(', ')} may belong to it`;
}

/** What lies in a broker that goes itself can't be taken out of it any more. */
function withoutBroker(leftovers: readonly Leftover[]): readonly Leftover[] {
  const goes = leftovers.some(({ kind, name }) => kind === 'service' && name === 'rabbitmq-server.service');
  return goes ? leftovers.filter(({ kind }) => !kind.startsWith('rabbitmq_')) : leftovers;
}

/** The graph of what is declared, and of what goes. */
export function graphWithRemovals(parts: readonly DeclaredBy[], going: readonly Undeclared[]) {
  const hosts = [...new Set(going.map(({ host }) => host))];
  const removals = new Map(hosts.map((host) => [host, removalsOn(host, parts, going)]));
  const declared = parts.map(({ host, resources }): Declared => {
    const early = removals.get(host)?.early ?? [];
    return { host, resources: early.length === 0 ? resources : resources.map((one) => behind(one, early)) };
  });
  const gone = [...removals].map(
    ([host, { early, late }]): Declared => ({ host, resources: [...early, ...late] }),
  );
  return buildGraph([...declared, ...gone]);
}

function removalsOn(host: string, parts: readonly DeclaredBy[], going: readonly Undeclared[]): Removals {
  const own = going.filter((one) => one.host === host);
  const settled = parts.filter((part) => part.host === host).flatMap(({ resources }) => resources.filter(reacts));
  return removalsOf(
    own.map(({ leftover }) => leftover),
    new Set(own.filter(({ data }) => data !== undefined).map(({ leftover }) => leftover)),
    settled,
  );
}

function reacts(resource: Resource): boolean {
  return resource.kind.reacts(resource).length > 0;
}

/** A service comes after files that go, and reads its folders again where one of them lay beside what it reads. */
function behind(resource: Resource, early: readonly Resource[]): Resource {
  if (!reacts(resource)) return resource;
  const { props } = resource;
  const after = [...(props.after ?? []), ...early];
  const reread = 'rereads' in props ? (props.rereads as readonly Resource[]) : [];
  const folders = new Set(reread.map(({ name }) => folderOf(name)));
  const beside = early.filter(({ name }) => name.startsWith('/') && folders.has(folderOf(name)));
  const rereads = beside.length > 0 ? { rereads: [...reread, ...beside] } : {};
  return { ...resource, props: { ...props, after, ...rereads } };
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** The notes of a run that takes these away: hosts forget them. */
export function withForgotten(deployments: Deployments, going: readonly Undeclared[]): Deployments {
  const lines = new Map(deployments.lines);
  for (const { host, leftover } of going)
    lines.set(`${host}/${leftoverId(leftover)}`, { deployment: '', line: lineOf(leftover) });
  return { ...deployments, lines };
}

/** One as it is shown. */
export function tellUndeclared({ host, leftover, data }: Undeclared) {
  const always = whyItStays(leftover) !== undefined;
  return { host, resource: leftoverId(leftover), ...(data !== undefined && { data }), ...(always && { always }) };
}
