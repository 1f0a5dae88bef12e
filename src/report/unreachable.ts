/** Hosts that could not be reached: each with its error, and that nothing was done there. */
import type { GatError } from '../base/errors.ts';
import { renderError } from './error.ts';
import { errorRecord, type Json } from './json.ts';
import { type Lines, span } from './line.ts';

/** A host and why it could not be reached. */
export type Unreachable = { readonly host: string; readonly error: GatError };

/** Renders the errors and the list of the hosts; nothing when all were reached. */
export function renderUnreachable(hosts: readonly Unreachable[], columns?: number): Lines {
  if (hosts.length === 0) return [];
  return [
    ...hosts.flatMap(({ error }): Lines => [...renderError(error, columns), []]),
    [span('bad', 'Not reached: '), hosts.map(({ host }) => host).join(', ')],
  ];
}

/** Makes the record of one. */
export function unreachableRecord({ host, error }: Unreachable): Json {
  return { host, error: errorRecord(error) };
}
