/** Hosts of a fleet that cannot be reached: why is told of the first ones, of others with the same trouble just that it is theirs, too. */
import type { RunEvent } from '../base/events.ts';
import { eventLines, hostLine, missingWord } from './event-line.ts';
import { type Lines, span } from './line.ts';
import { troubleOf } from './same-errors.ts';

type OutOfReach = Extract<RunEvent, { type: 'unreachable' }>;

/** So many are told in full: each has a command of its own to try. */
const IN_FULL = 2;

/** Makes a teller that remembers. Of more than `most` hosts with one trouble it says no more: the end counts them. */
export function tellOutOfReach(most = Number.POSITIVE_INFINITY): (event: OutOfReach) => Lines {
  const known = new Map<string, { readonly first: string; hosts: number }>();
  return (event) => {
    const { host, error } = event;
    const trouble = troubleOf(error, host);
    const alike = known.get(trouble) ?? { first: host, hosts: 0 };
    known.set(trouble, alike);
    alike.hosts++;
    if (alike.hosts <= IN_FULL) return eventLines(event);
    if (alike.hosts > most + 1) return [];
    if (alike.hosts > most) return [[span('dim', `… and more like ${alike.first}`)]];
    return [hostLine(host, span('bad', missingWord(error)), `, like ${alike.first}: ${error.code}`)];
  };
}
