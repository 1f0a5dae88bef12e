/** When two declarations are one thing, and how those that aren't are told apart. */
import { taskDone } from '../base/capability.ts';
import { type Position, renderPosition } from '../base/position.ts';
import { reveal, Secret } from '../base/secret.ts';
import { Script } from '../base/shell.ts';
import type { Resource } from '../resources/index.ts';

/** Kinds that are work rather than a state with a name of its own: each task of a playbook does its own. */
const WORK = new Set(['authorized_keys', 'command', 'edit', 'task']);

/** Whether a resource of a task stands for itself alone. */
export function isWork({ kind }: Resource): boolean {
  return WORK.has(kind.name);
}

/** A copy of a resource with other props. */
export function withProps(resource: Resource, props: object): Resource {
  return { ...resource, props: { ...resource.props, ...props } };
}

/**
 * Two declarations of one thing as one: when one asks for all that the other asks for. A package may grow stronger in
 * its place, a service takes in what the other loads; anything else that differs stays apart.
 * @param isRole what is there comes from a native role, whose own words count as long as the state is the same
 */
export function merge(known: Resource, added: Resource, isRole: boolean): Resource | undefined {
  const [a, b] = [known.kind.desired(known), added.kind.desired(added)];
  if (known.kind !== added.kind || (a === 'absent') !== (b === 'absent')) return undefined;
  if (a === 'absent' || b === 'absent') return known;
  const old = new Map(Object.entries(a));
  const agrees = Object.entries(b).every(([key, value]) => [undefined, value].includes(old.get(key)));
  const isWeaker = Object.entries(b).every(([key, value]) => old.get(key) === value);
  const { follows = [] } = known.props;
  if (agrees && GROWING.has(known.kind.name)) return withProps(known, { ...union(known, added), follows });
  if (!isWeaker || !(isRole || asksNoMore(known, added))) return undefined;
  return withProps(known, {
    follows,
    provides: [...(known.props.provides ?? []), ...(added.props.provides ?? [])],
  });
}

/** Whether a declaration asks for nothing that another one doesn't. */
export function isSame(known: Resource, added: Resource): boolean {
  const [a, b] = [known.kind.desired(known), added.kind.desired(added)];
  return JSON.stringify(a) === JSON.stringify(b) && (a === 'absent' || asksNoMore(known, added));
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

/** Props that say where a resource stands, not what it is. */
const STANDING = new Set([
  'after',
  'follows',
  'followsElsewhere',
  'requires',
  'provides',
  'looseFor',
  'fatal',
  'limitSeconds',
]);

/** A state says not all: of a password or a checkout's version it only says that it is as declared. */
function asksNoMore({ props: known }: Resource, { props: added }: Resource): boolean {
  const old = new Map(Object.entries(known));
  return Object.entries(added).every(
    ([name, value]) => STANDING.has(name) || value === undefined || isEqual(old.get(name), value),
  );
}

function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (a instanceof Secret && b instanceof Secret) return reveal(a) === reveal(b);
  if (a instanceof Script && b instanceof Script) return a.source === b.source;
  if (isResource(a) && isResource(b)) return a.id === b.id;
  if (!isPlain(a) || !isPlain(b)) return false;
  const [old, more] = [Object.entries(a), new Map(Object.entries(b))];
  return old.length === more.size && old.every(([key, value]) => more.has(key) && isEqual(value, more.get(key)));
}

function isPlain(value: unknown): value is object {
  return Array.isArray(value) || (typeof value === 'object' && value !== null && value.constructor === Object);
}

function isResource(value: unknown): value is Resource {
  return typeof value === 'object' && value !== null && 'kind' in value && 'id' in value && 'props' in value;
}

/**
 * The same thing in another state, or the same work once more: a node of its own. Work is told apart by a number, as its
 * name holds its place already.
 */
export function renamed(
  resource: Resource,
  { host, position, isTaken }: { host: string; position: Position; isTaken: (id: string) => boolean },
): Resource {
  const base = isWork(resource)
    ? resource.name
    : `${resource.name} (${renderPosition({ ...position, column: 0 })})`;
  const idOf = (name: string): string => `${resource.kind.name}[${name}]`;
  let name = base;
  for (let number = 2; name === resource.name || isTaken(idOf(name)); number++) name = `${base} #${number}`;
  return named(resource, name, host);
}

/** Gives a resource another name; that of a file or service is its own, only its id changes. */
export function named(resource: Resource, name: string, host: string): Resource {
  const id = `${resource.kind.name}[${name}]`;
  const { provides } = resource.props;
  const before = taskDone(resource.id, host);
  const changed = { ...resource, id, ...(isWork(resource) && { name }) };
  if (!provides?.includes(before)) return changed;
  return withProps(changed, { provides: provides.map((one) => (one === before ? taskDone(id, host) : one)) });
}
