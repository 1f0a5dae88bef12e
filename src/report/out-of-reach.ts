/** Hosts of a fleet that cannot be reached: why is told of the first, of those with the same trouble just that it is theirs, too. */
import type { RunEvent } from '../base/events.ts';
import { eventLines, hostLine, missingWord } from './event-line.ts';
import { type Lines, span } from './line.ts';
import { troubleOf } from './same-errors.ts';

type OutOfReach = Extract<RunEvent, { type: 'unreachable' }>;

/** Makes a teller that remembers. Of more than `most` hosts with one trouble it says no more: the end counts them. */
export function tellOutOfReach(most = Number.POSITIVE_INFINITY): (event: OutOfReach) => Lines {
  const first = new Map<string, { readonly host: string; others: number }>();
  return (event) => {
    const { host, error } = event;
    const trouble = troubleOf(error, host);
    const known = first.get(trouble);
    if (!known) {
      first.set(trouble, { host, others: 0 });
      return eventLines(event);
    }
    known.others++;
    if (known.others > most + 1) return [];
    if (known.others > most) return [[span('dim', `… and more like ${known.host}`)]];
    return [hostLine(host, span('bad', missingWord(error)), `, like ${known.host}: ${error.code}`)];
  };
}
