/** Signs: lines of logs that tell a cause. */
import type { Diagnosis, Place } from './examination.ts';

/** What a line means. `cause` and `fix` may name the line's groups as `$1`. */
export type Sign = {
  readonly id: string;
  readonly pattern: RegExp;
  readonly place: Place;
  readonly cause: string;
  readonly fix: string;
  readonly explains?: readonly string[];
  readonly needs?: readonly string[];
};

/** What the broker says to a user, `$3`, who may not use an exchange or a queue; Galaxy and Pulsar both log it. */
export const NO_PERMISSION = {
  pattern:
    /ACCESS_REFUSED - access to (?:exchange|queue|topic) '([^']+)' in vhost '([^']+)' refused for user '([^']+)'/,
  place: 'broker',
  fix: 'gatdeploy apply galaxy gives the declared users their permissions; those of $3 in rabbitmq_users must fit pulsar.*',
} as const satisfies Partial<Sign>;

/** How much of a line is shown. */
const SHOWN = 300;

/** The diagnoses that the lines of a host's log tell; of lines with one meaning the newest counts. */
export function readSigns(text: string, signs: readonly Sign[], host: string): readonly Diagnosis[] {
  const lines = text.split('\n');
  return signs.flatMap(({ pattern, id, place, cause, fix, explains, needs }): Diagnosis[] => {
    const line = lines.findLast((one) => pattern.test(one));
    const found = line === undefined ? undefined : pattern.exec(line);
    if (line === undefined || !found) return [];
    const fill = (words: string): string => words.replace(/\$(\d)/g, (_, group) => found[Number(group)] ?? '');
    const told = { id, place, host, cause: fill(cause), evidence: line.trim().slice(0, SHOWN), fix: fill(fix) };
    return [{ ...told, ...(explains ? { explains } : {}), ...(needs ? { needs } : {}) }];
  });
}

/** The same, of signs that shut each other out: only the newest counts. */
export function readNewest(text: string, signs: readonly Sign[], host: string): readonly Diagnosis[] {
  const newest = text.split('\n').findLast((line) => signs.some(({ pattern }) => pattern.test(line))) ?? '';
  return readSigns(newest, signs, host).slice(0, 1);
}

/** The lines after the last one that tells that all is well again. */
export function linesAfter(text: string, healed: RegExp): string {
  const lines = text.split('\n');
  return lines.slice(lines.findLastIndex((line) => healed.test(line)) + 1).join('\n');
}

/** Patterns of all signs as one, for `journalctl --grep`; it knows Perl's syntax, as JavaScript nearly does. */
export function grepOf(signs: readonly Sign[]): string {
  return signs.map(({ pattern }) => `(?:${pattern.source})`).join('|');
}
