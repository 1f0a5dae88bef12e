/** Errors that many hosts share: one of them is told in full, and of the others just where. */
import { GatError } from '../base/errors.ts';

export type SharedError = {
  readonly error: unknown /** Hosts with the same. */;
  readonly others: readonly string[];
};

/** Groups errors that say the same of different hosts, in the order of their first ones. */
export function groupErrors(errors: Iterable<unknown>): readonly SharedError[] {
  const groups = new Map<unknown, { error: unknown; others: string[] }>();
  for (const error of new Set(errors)) {
    const host = hostOf(error);
    const key = error instanceof GatError && host !== undefined ? troubleOf(error, host) : error;
    const known = groups.get(key);
    if (known && host !== undefined) known.others.push(host);
    else groups.set(key, { error, others: [] });
  }
  return [...groups.values()];
}

function hostOf(error: unknown): string | undefined {
  if (!(error instanceof GatError)) return undefined;
  return error.where.flatMap((one) => ('host' in one ? [one.host] : []))[0];
}

/** What an error is about, apart from the host's own name and address, and from how long a step took. */
export function troubleOf({ code, what, why = '', fix = '' }: GatError, host: string): string {
  const address = /^cannot connect to .* \(([^()]+)\)$/.exec(what)?.[1] ?? host;
  const said = [what.replace(/ after [\d.]+ .*$/, ''), why, fix].map((text) =>
    text.replaceAll(host, 'HOST').replaceAll(address, 'HOST'),
  );
  return JSON.stringify([code, ...said]);
}

const NAMED = 5;

/** `The same on 49 other hosts: a, b, …` */
export function sameOn(others: readonly string[]): string {
  const named = others.slice(0, NAMED).join(', ');
  const more = others.length > NAMED ? ` and ${others.length - NAMED} more` : '';
  return `The same on ${others.length === 1 ? 'another host' : `${others.length} other hosts`}: ${named}${more}`;
}
