/** Upper bounds of a user or virtual host, as one text: what is not in it is not limited. */

/** `max-channels 20, max-connections 2`; an empty list is Erlang's way to write an empty dict. */
export function renderLimits(limits: Readonly<Record<string, unknown>> | readonly unknown[] = {}): string {
  return listed(Object.entries(limits).map(([name, value]) => `${name} ${Number(value)}`));
}

/** One text for several, in any order. */
export function listed(all: readonly string[]): string {
  return all.length === 0 ? 'none' : [...all].sort().join(', ');
}
