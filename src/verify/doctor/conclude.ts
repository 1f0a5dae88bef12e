/** From what was found to what is wrong: causes first, and without what only follows from them. */
import type { CheckResult } from '../run.ts';
import { type Diagnosis, PLACES, type Place } from './examination.ts';

/** By the beginnings of their ids, where it is that a check looks at; the first that fits counts. */
const CHECK_PLACES: readonly (readonly [RegExp, Place])[] = [
  [/\/(?:broker|galaxy)-tls$|^nginx\/tls|certificate|certbot/, 'way'],
  [/^nginx/, 'web server'],
  [/^rabbitmq/, 'broker'],
  [/^cvmfs/, 'reference data'],
  [/^(?:galaxy|postgresql|tusd)/, 'Galaxy'],
];

/** What the hosts differ in from what is declared. */
export type Pending = {
  readonly host: string;
  readonly changes: readonly string[];
  readonly stacks: readonly string[];
};

/** Draws the conclusion, in the order in which causes have to be mended. */
export function conclude(found: {
  readonly diagnoses: readonly Diagnosis[];
  readonly checks: readonly CheckResult[];
  readonly pending: readonly Pending[];
}): readonly Diagnosis[] {
  const failed = found.checks.filter(({ verdict }) => !verdict.ok).map(ofCheck);
  const all = [...found.pending.map(ofPending), ...found.diagnoses, ...failed];
  const explained = all.filter((one) => !all.some((other) => other !== one && explains(other, one)));
  return uniqueBy(explained, ({ id, host }) => `${host} ${id}`).sort(
    (a, b) => PLACES.indexOf(a.place) - PLACES.indexOf(b.place),
  );
}

function explains(cause: Diagnosis, effect: Diagnosis): boolean {
  if (!(cause.explains ?? []).some((id) => effect.id.startsWith(id))) return false;
  return (
    !(effect.explains ?? []).some((id) => cause.id.startsWith(id)) ||
    PLACES.indexOf(cause.place) < PLACES.indexOf(effect.place)
  );
}

function ofCheck({ check, verdict }: CheckResult): Diagnosis {
  const place = CHECK_PLACES.find(([pattern]) => pattern.test(check.id))?.[1] ?? 'Pulsar';
  return {
    id: check.id,
    place,
    host: check.host,
    cause: `it does not hold that ${check.title}`,
    evidence: verdict.got,
    fix: verdict.fix ?? `gatdeploy verify tells more`,
  };
}

/** A host that is not as declared is no cause by itself, but often shows what somebody changed. */
function ofPending({ host, changes, stacks }: Pending): Diagnosis {
  const shown = changes.slice(0, 5).join('; ');
  return {
    id: 'host/not-as-declared',
    place: 'host',
    host,
    cause: `the host is not as the variables say: ${changes.length} ${changes.length === 1 ? 'difference' : 'differences'}`,
    evidence: changes.length > 5 ? `${shown}; and ${changes.length - 5} more` : shown,
    fix: `gatdeploy apply ${stacks.join(' ')}`,
  };
}

function uniqueBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  return [...new Map([...items].reverse().map((item) => [keyOf(item), item])).values()].reverse();
}
