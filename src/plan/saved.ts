/**
 * A saved plan: what was reviewed, so that exactly that is applied later or nothing. It holds no secret and no digest that
 * could be guessed from: its fingerprints are keyed (RFC 2104), and a seal over the whole file shows every edit.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../base/secret.ts';
import { reveal } from '../base/secret.ts';
import type { Graph } from '../graph/graph.ts';
import type { State } from '../resources/kind.ts';
import {
  configMoved,
  editedPlan,
  hostsMoved,
  newerPlan,
  notAPlan,
  otherProject,
  packagesMoved,
} from './errors.ts';
import type { Plan } from './plan.ts';

/** The version of the file's shape. */
const SCHEMA = 2;

type Texts = Readonly<Record<string, string>>;

/** Which part of the project was planned; `apply FILE` takes it from here. */
export type PlannedPart = {
  /** The stacks, as they were named. */
  readonly stacks: readonly string[];
  /** The name of the project's folder. */
  readonly project: string;
  readonly limit?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly skipTags?: readonly string[] | undefined;
  /** As they were named; unlike the others they may be named anew. */
  readonly inventory?: readonly string[] | undefined;
  readonly prune?: 'made' | 'data' | undefined;
  /** There were extra variables, which may be secret, so they must be given again. */
  readonly extraVars: boolean;
};

/** What the file holds. */
export type SavedPlan = PlannedPart & {
  readonly gatdeployPlan: number;
  readonly salt: string;
  /** Over what the project asks for. */
  readonly desired: string;
  /** Over what the hosts were. */
  readonly observed: string;
  /** Each host's change counter. */
  readonly serials: Texts;
  /** `host/package[name]` → the version that is to be installed, where the host knew it. */
  readonly candidates: Texts;
  /** What would be done, for people: `host/kind[name]` → create, update mode … */
  readonly changes: Texts;
  /** Of each change two short keyed marks, of what is asked for and what was found: enough to name what moved, too little to guess from. */
  readonly marks?: Texts;
  /** Over all of the above. */
  readonly seal: string;
};

/** A plan with all that it was made from. */
export type PlannedState = {
  readonly graph: Graph;
  readonly plan: Plan;
  readonly serials: ReadonlyMap<string, string>;
  readonly candidates: ReadonlyMap<string, string>;
};

/** Makes the saved form of a plan. */
export function savePlan(
  part: PlannedPart,
  planned: PlannedState,
  key: Secret,
  salt = randomBytes(16).toString('hex'),
): SavedPlan {
  const open = {
    gatdeployPlan: SCHEMA,
    ...part,
    salt,
    desired: fingerprint(key, salt, desiredStates(planned.graph)),
    observed: fingerprint(key, salt, observedStates(planned.plan)),
    serials: Object.fromEntries([...planned.serials].map(([host, serial]) => [host, counterOf(serial)])),
    candidates: Object.fromEntries(planned.candidates),
    changes: changesOf(planned.plan),
    marks: marksOf(planned.plan, key, salt),
  };
  return { ...open, seal: sealOf(open, key) };
}

/** Parses a saved plan. @throws GatError plan/not-a-plan, plan/newer */
export function parseSavedPlan(text: string, file: string): SavedPlan {
  const parsed = parseJson(text);
  if (!isVersioned(parsed)) throw notAPlan(file);
  if (parsed.gatdeployPlan > SCHEMA) throw newerPlan(file);
  if (!isSavedPlan(parsed)) throw notAPlan(file);
  return parsed;
}

/**
 * Makes sure that nobody has edited the file, and that it is about this project.
 * @throws GatError plan/edited, plan/other-project
 */
export function requireOwn(saved: SavedPlan, project: string, key: Secret): void {
  const { seal, ...open } = saved;
  if (!same(seal, sealOf(open, key))) throw editedPlan();
  if (saved.project !== project) throw otherProject(saved.project, project);
}

/**
 * Makes sure that a plan made now is the one that was saved.
 * @throws GatError plan/config-moved, plan/hosts-moved, plan/packages-moved, which name what is different
 */
export function requireSame(saved: SavedPlan, planned: PlannedState, key: Secret): void {
  const now = savePlan(saved, planned, key, saved.salt);
  const moved = differenceOf(saved.changes, now.changes, 'planned');
  const otherwise = (side: 0 | 1, word: string) => (moved.length > 0 ? moved : unlike(saved, now, side, word));
  if (!same(saved.desired, now.desired)) throw configMoved(otherwise(0, 'to'));
  const serials = Object.entries(saved.serials).filter(([host, serial]) => now.serials[host] !== serial);
  if (!same(saved.observed, now.observed)) throw hostsMoved(otherwise(1, 'from'));
  if (serials.length > 0) throw hostsMoved(serials.map(([host]) => `${host} was changed by another run since`));
  const packages = differenceOf(saved.candidates, now.candidates, 'version');
  if (packages.length > 0) throw packagesMoved(packages);
}

/** The counter itself; what stands behind it is about runs that were cut off. */
function counterOf(serial: string): string {
  return serial.split(/\s/)[0] ?? '';
}

function desiredStates(graph: Graph): unknown {
  return [...graph.nodes.values()].map(({ key, resource }) => [key, resource.kind.desired(resource)]);
}

const MARK_DIGITS = 4;

function marksOf(plan: Plan, key: Secret, salt: string): Texts {
  const asked = plan.entries.map(({ node }) => node.resource.kind.desired(node.resource));
  const found = observedStates(plan);
  const mark = (side: string, state: unknown) => fingerprint(key, `${salt} ${side}`, state).slice(0, MARK_DIGITS);
  return Object.fromEntries(
    plan.entries.flatMap((entry, index) =>
      entry.status === 'same'
        ? []
        : [[entry.key, `${mark('asked', [entry.key, asked[index]])} ${mark('found', found[index])}`]],
    ),
  );
}

/** The changes that are made to or from something else than planned. */
function unlike(saved: SavedPlan, now: SavedPlan, side: 0 | 1, word: string): readonly string[] {
  const markOf = ({ marks = {} }: SavedPlan, key: string) => marks[key]?.split(' ')[side];
  return Object.entries(saved.changes)
    .filter(([key]) => saved.marks?.[key] !== undefined && markOf(saved, key) !== markOf(now, key))
    .map(([key, change]) => `${key}: ${change} as planned, but ${word} something else`);
}

/** Only what is compared: what a host is at work on at the moment is told, but never the same twice. */
function observedStates(plan: Plan): readonly unknown[] {
  return plan.entries.map(({ key, node, observed }) => {
    const desired = node.resource.kind.desired(node.resource);
    if (typeof observed === 'string' || typeof observed.unknown === 'string' || desired === 'absent')
      return [key, observed];
    const state = observed as State;
    return [key, Object.keys(desired).map((one) => [one, state[one]])];
  });
}

function changesOf(plan: Plan): Texts {
  const changes = plan.entries.filter((entry) => entry.status !== 'same');
  return Object.fromEntries(
    changes.map((entry) => [
      entry.key,
      entry.status === 'update' ? `update ${entry.differences.map(({ key }) => key).join(', ')}` : entry.status,
    ]),
  );
}

function fingerprint(key: Secret, salt: string, states: unknown): string {
  return createHmac('sha256', reveal(key))
    .update(`${salt}\n${JSON.stringify(states)}`)
    .digest('hex');
}

/** The order in which a JSON file names its fields doesn't matter. */
function sealOf(open: Omit<SavedPlan, 'seal'>, key: Secret): string {
  const fields = Object.entries(open).filter(([, value]) => value !== undefined);
  return fingerprint(
    key,
    'seal',
    [...fields].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a, 'hex'), Buffer.from(b, 'hex')];
  return left.length === right.length && timingSafeEqual(left, right);
}

function differenceOf(before: Texts, after: Texts, word: string): readonly string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return keys
    .filter((key) => before[key] !== after[key])
    .map((key) => `${key}: ${word} ${before[key] ?? 'nothing'}, now ${after[key] ?? 'nothing'}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Fields = Partial<Record<keyof SavedPlan, unknown>>;

function isVersioned(value: unknown): value is Fields & { readonly gatdeployPlan: number } {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return false;
  return typeof (value as Fields).gatdeployPlan === 'number';
}

function isSavedPlan(plan: Fields): plan is SavedPlan {
  const texts = [plan.salt, plan.desired, plan.observed, plan.seal];
  const records = [plan.serials, plan.candidates, plan.changes];
  const lists = [plan.limit, plan.tags, plan.skipTags, plan.inventory].filter((one) => one !== undefined);
  return (
    [plan.stacks, ...lists].every(isTextList) &&
    typeof plan.project === 'string' &&
    texts.every((one) => typeof one === 'string' && /^[0-9a-f]+$/.test(one)) &&
    records.every((one) => one !== null && typeof one === 'object')
  );
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}
