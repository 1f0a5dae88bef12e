/** Hosts that could not be reached. Why is told when it happens; results only name them. */
import type { GatError } from '../base/errors.ts';
import { errorRecord, type Json } from './json/events.ts';
import { type Lines, span } from './line.ts';

const NAMED = 20;

/** A host and why it could not be reached. */
export type Unreachable = { readonly host: string; readonly error: GatError };

/** Renders the hosts' names; nothing when all were reached. */
export function renderUnreachable(hosts: readonly Unreachable[]): Lines {
  if (hosts.length === 0) return [];
  const named = hosts.slice(0, NAMED).map(({ host }) => host);
  const rest = hosts.length > NAMED ? ` and ${hosts.length - NAMED} more` : '';
  const number = hosts.length > NAMED ? `${hosts.length} hosts, ` : '';
  return [[span('bad', 'Not reached: '), `${number}${named.join(', ')}${rest}`]];
}

/** Makes the record of one. */
export function unreachableRecord({ host, error }: Unreachable): Json {
  return { host, error: errorRecord(error) };
}
