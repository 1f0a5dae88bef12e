/**
 * A saved plan: what was reviewed, so that exactly that is applied later or nothing. It holds no secret and no digest of
 * a single content, which could be guessed: one slow, salted fingerprint over everything says whether anything moved.
 */
import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto';
import { GatError } from '../base/errors.ts';
import type { Graph } from '../graph/graph.ts';
import type { Plan } from './plan.ts';

/** The version of the file's shape. */
const SCHEMA = 1;

/** What the file holds. */
export type SavedPlan = {
  readonly gatdeployPlan: number;
  /** The stacks and the inventory sources that were planned, as they were named. */
  readonly stacks: readonly string[];
  readonly salt: string;
  /** Over what the project asks for. */
  readonly desired: string;
  /** Over what the hosts were. */
  readonly observed: string;
  /** Each host's change counter. */
  readonly serials: Readonly<Record<string, string>>;
  /** What would be done, for people: `host/kind[name]` → create, update mode … */
  readonly changes: Readonly<Record<string, string>>;
};

type Planned = { readonly graph: Graph; readonly plan: Plan; readonly serials: ReadonlyMap<string, string> };

/** Makes the saved form of a plan. */
export function savePlan(
  stacks: readonly string[],
  planned: Planned,
  salt = randomBytes(16).toString('hex'),
): SavedPlan {
  return {
    gatdeployPlan: SCHEMA,
    stacks,
    salt,
    desired: fingerprint(salt, desiredStates(planned.graph)),
    observed: fingerprint(salt, observedStates(planned.plan)),
    serials: Object.fromEntries([...planned.serials].map(([host, serial]) => [host, counterOf(serial)])),
    changes: changesOf(planned.plan),
  };
}

/** Parses a saved plan. @throws GatError plan/not-a-plan, plan/newer */
export function parseSavedPlan(text: string, file: string): SavedPlan {
  const parsed = parseJson(text);
  if (!isSavedPlan(parsed)) throw notAPlan(file);
  if (parsed.gatdeployPlan > SCHEMA) throw newerPlan(file);
  return parsed;
}

/**
 * Makes sure that a plan made now is the one that was saved.
 * @throws GatError plan/config-moved, plan/hosts-moved, which name what is different
 */
export function requireSame(saved: SavedPlan, planned: Planned): void {
  const now = savePlan(saved.stacks, planned, saved.salt);
  const moved = differenceOf(saved.changes, now.changes);
  if (!same(saved.desired, now.desired)) throw configMoved(moved);
  const serials = Object.entries(saved.serials).filter(
    ([host, serial]) => counterOf(planned.serials.get(host) ?? '') !== serial,
  );
  if (!same(saved.observed, now.observed)) throw hostsMoved(moved);
  if (serials.length > 0) throw hostsMoved(serials.map(([host]) => `${host} was changed by another run since`));
}

/** The counter itself; what stands behind it is about runs that were cut off. */
function counterOf(serial: string): string {
  return serial.split(/\s/)[0] ?? '';
}

function desiredStates(graph: Graph): unknown {
  return [...graph.nodes.values()].map(({ key, resource }) => [key, resource.kind.desired(resource)]);
}

function observedStates(plan: Plan): unknown {
  return plan.entries.map(({ key, observed }) => [key, observed]);
}

function changesOf(plan: Plan): Readonly<Record<string, string>> {
  const changes = plan.entries.filter((entry) => entry.status !== 'same');
  return Object.fromEntries(
    changes.map((entry) => [
      entry.key,
      entry.status === 'update' ? `update ${entry.differences.map(({ key }) => key).join(', ')}` : entry.status,
    ]),
  );
}

function fingerprint(salt: string, states: unknown): string {
  return scryptSync(JSON.stringify(states), Buffer.from(salt, 'hex'), 32, { N: 16_384 }).toString('hex');
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, 'hex'), Buffer.from(b, 'hex')];
  return left.length === right.length && timingSafeEqual(left, right);
}

function differenceOf(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys
    .filter((key) => before[key] !== after[key])
    .map((key) => `${key}: planned ${before[key] ?? 'nothing'}, now ${after[key] ?? 'nothing'}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isSavedPlan(value: unknown): value is SavedPlan {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  const plan = value as Partial<Record<keyof SavedPlan, unknown>>;
  const texts = [plan.salt, plan.desired, plan.observed];
  const records = [plan.serials, plan.changes];
  return (
    typeof plan.gatdeployPlan === 'number' &&
    Array.isArray(plan.stacks) &&
    texts.every((one) => typeof one === 'string' && /^[0-9a-f]+$/.test(one)) &&
    records.every((one) => one !== null && typeof one === 'object')
  );
}

const notAPlan = (file: string): GatError =>
  new GatError({
    code: 'plan/not-a-plan',
    what: `cannot apply ${file}: it is no saved plan`,
    where: { file, line: 1, column: 1 },
    fix: 'make one with gatdeploy plan STACK --out FILE',
  });

const newerPlan = (file: string): GatError =>
  new GatError({
    code: 'plan/newer',
    what: `cannot apply ${file}: a newer gatdeploy made it`,
    where: { file, line: 1, column: 1 },
    fix: 'plan again with this gatdeploy, or apply with the newer one',
  });

const configMoved = (moved: readonly string[]): GatError =>
  new GatError({
    code: 'plan/config-moved',
    class: 'stale',
    what: 'cannot apply the saved plan: the project asks for something else now',
    why: moved.length > 0 ? moved.join('\n') : 'a content or a setting differs, though the same resources change',
    fix: 'plan again and review it; nothing was changed',
  });

const hostsMoved = (moved: readonly string[]): GatError =>
  new GatError({
    code: 'plan/hosts-moved',
    class: 'stale',
    what: 'cannot apply the saved plan: the hosts are not as they were',
    why: moved.length > 0 ? moved.join('\n') : 'a state differs, though the same resources change',
    fix: 'plan again and review it; nothing was changed',
  });
