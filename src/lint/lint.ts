/** Runs the rules over the facts of a project. */
import { throwProblems } from '../base/errors.ts';
import { type Position, renderPosition } from '../base/position.ts';
import { atOnce, type Steps } from '../base/steps.ts';
import type { Play } from '../project/playbook/types.ts';
import type { Project } from '../project/project.ts';
import { factsOfProject, type ProjectFacts } from './facts/facts-of-project.ts';
import { type Resolve, unresolvedNames } from './resolved-names.ts';
import type { Finding, Found, Rule, Severity } from './rule.ts';
import { rules } from './rules/index.ts';
import { challenge } from './rules/l28-challenge.ts';
import { form } from './rules/l55-form.ts';

/** Which findings are wanted. */
export type LintOptions = {
  /** Only those that are about one of these hosts. */
  readonly hosts?: readonly string[];
  /** Further plays of the project: what these ones must agree with may stand there. */
  readonly others?: readonly Play[];
};

/** What the rules find at once. @throws GatError or Problems for files of variables that can't be read */
export function lint(project: Project, plays: readonly Play[], options: LintOptions = {}): readonly Finding[] {
  return atOnce(lintInSteps(project, plays, options));
}

/**
 * Looks for known mistakes in what these plays make of a project; no host is asked.
 * @throws GatError or Problems for files of variables that can't be read
 */
export function* lintInSteps(
  project: Project,
  plays: readonly Play[],
  { hosts, others = [] }: LintOptions = {},
): Steps<readonly Finding[]> {
  const facts = yield* factsOfProject(project, plays, others);
  throwProblems(
    facts.unreadable.flatMap(({ errors }) => errors.filter((error) => !error.code.startsWith('vault/'))),
  );
  const found: Finding[] = [];
  for (const rule of rules) {
    found.push(...rule.check(facts).map((one) => toFinding(rule, one, facts)));
    yield;
  }
  const wanted = hosts ? found.filter((one) => one.hosts.some((host) => hosts.includes(host))) : found;
  return unshadowed([...unique(wanted)]).sort(byPlace);
}

/** What name servers know against a project's certificates; asks them, but no host. */
export async function lintNames(
  project: Project,
  plays: readonly Play[],
  resolve: Resolve,
): Promise<readonly Finding[]> {
  const facts = atOnce(factsOfProject(project, plays, []));
  const found = await unresolvedNames(facts, resolve);
  return found.map((one) => toFinding(challenge, one, facts));
}

/** Whether a finding is reason enough not to begin. */
export function stops({ rule, severity }: Finding): boolean {
  return severity === 'E' && rule.stops !== false;
}

function toFinding(rule: Rule, found: Found, { project }: ProjectFacts): Finding {
  const given = found.at.filter((one): one is Position => one !== undefined);
  const places = given.length > 0 ? given : [{ file: project.loader.shown(project.root), line: 1, column: 0 }];
  const { at: _at, ...rest } = found;
  return { ...rest, rule, severity: found.severity ?? rule.severity, places, hosts: [...new Set(found.hosts)] };
}

/** What many hosts share is said once, with all of them. */
function unique(findings: readonly Finding[]): Iterable<Finding> {
  const known = new Map<string, Finding>();
  for (const finding of findings) {
    const key = [finding.rule.id, ...finding.places.map(renderPosition)].join(' ');
    const same = known.get(key);
    known.set(key, same ? { ...same, hosts: [...new Set([...same.hosts, ...finding.hosts])] } : finding);
  }
  return known.values();
}

/** That a value has the wrong form says nothing more where another rule tells what is wrong with it. */
function unshadowed(findings: readonly Finding[]): Finding[] {
  const placeOf = ({ places: [place] }: Finding) => place && renderPosition(place);
  const told = new Set(findings.flatMap((one) => (one.rule !== form && one.severity === 'E' ? placeOf(one) : [])));
  return findings.filter((one) => one.rule !== form || !told.has(placeOf(one)));
}

const RANK: Readonly<Record<Severity, number>> = { E: 0, W: 1, I: 2 };

function byPlace(a: Finding, b: Finding): number {
  const [one, other] = [a.places[0], b.places[0]];
  return (
    compare(one?.file ?? '', other?.file ?? '') ||
    (one?.line ?? 0) - (other?.line ?? 0) ||
    RANK[a.severity] - RANK[b.severity] ||
    compare(a.rule.id, b.rule.id)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
