/** One event as one line of plain progress: `host | what`. */
import type { GatError } from '../base/errors.ts';
import type { RunEvent } from '../base/events.ts';
import { renderError } from './error.ts';
import { type Line, type Lines, span } from './line.ts';
import { neutralise } from './neutral.ts';
import { count, renderTime } from './quantity.ts';

/** What stands in front where no host does. */
const SELF = 'gatdeploy';

/** Makes the line of a host; the prefix never changes its form. */
export function hostLine(host: string | undefined, ...rest: Line): Line {
  return [`${neutralise(host ?? SELF)} | `, ...rest];
}

/** The lines of an event; none for what would only be noise: beginnings, a slow step's output, what is as it was. */
export function eventLines(event: RunEvent): Lines {
  switch (event.type) {
    case 'connecting':
    case 'started':
    case 'output':
      return [];
    case 'connected':
      return [hostLine(event.host, `connected in ${renderTime(event.ms)}`)];
    case 'unreachable':
      return [hostLine(event.host, span('bad', missingWord(event.error))), ...renderError(event.error)];
    case 'probed':
      return [hostLine(event.host, `read ${count(event.resources, 'resource')} in ${renderTime(event.ms)}`)];
    case 'warning':
      return [hostLine(event.host, span('warn', 'warning'), `: ${event.text}`)];
    case 'done':
      return doneLines(event);
    case 'checked':
      return checkedLines(event);
  }
}

/** Why a host takes no part: a connection that sudo or the shell ended was there. */
export function missingWord({ code }: GatError): string {
  if (code.startsWith('become/')) return 'NO SUDO';
  return code.startsWith('probe/') ? 'UNREADABLE' : 'UNREACHABLE';
}

function doneLines(event: Extract<RunEvent, { type: 'done' }>): Lines {
  const { host, resource, status, summary, ms, error } = event;
  if (status === 'unchanged') return [];
  if (status === 'changed') return [hostLine(host, 'done ', resource, `: ${summary} (${renderTime(ms)})`)];
  if (status === 'failed')
    return [hostLine(host, span('bad', 'FAILED '), error?.what ?? `${resource}: ${summary}`)];
  const word = status === 'left' ? 'UNKNOWN ' : 'not done ';
  return [hostLine(host, word, resource, `: ${summary}`)];
}

function checkedLines({ host, ok, title, got, fix }: Extract<RunEvent, { type: 'checked' }>): Lines {
  if (ok) return [hostLine(host, 'ok ', title)];
  const what = hostLine(host, span('bad', 'FAILED '), `check: ${title}; got: ${got}`);
  return fix === undefined ? [what] : [what, hostLine(host, `fix: ${fix}`)];
}
