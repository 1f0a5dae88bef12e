/** Turns a play into one host's resources and checks: the play's roles, with the host's own variables. */

import { type GatError, throwProblems } from '../base/errors.ts';
import type { Facts } from '../base/facts.ts';
import { pathFault } from '../base/host-path.ts';
import type { Node } from '../base/node.ts';
import { renderPosition } from '../base/position.ts';
import { reveal, type Text } from '../base/secret.ts';
import type { RoleEntry } from '../project/playbook/types.ts';
import type { HostScope } from '../project/vars/host-scope.ts';
import { type Layer, LEVELS } from '../project/vars/levels.ts';
import type { LookupAccess } from '../render/lookups/access.ts';
import { createTemplar, type Templar } from '../render/templar.ts';
import type { Resource } from '../resources/index.ts';
import type { HostContext, Role } from '../roles/role.ts';
import { defaultsOf, evaluateVars, type VariableSource } from '../roles/values.ts';
import type { Check } from '../verify/check.ts';
import type { Examination } from '../verify/doctor/examination.ts';
import type { Proof } from '../verify/proof.ts';
import { collectErrors } from './collect.ts';
import { toldWhereNamed } from './named-file.ts';
import { type DefinedVariable, variablesOf } from './sources.ts';

/** A role entry of a play with the native role that it names. */
export type BoundRole = { readonly entry: RoleEntry; readonly role: Role };

/** What a host's declaration is made from. */
export type HostPlay = {
  readonly host: string;
  readonly facts: Facts;
  /** The host's variables in this play, facts included. */
  readonly scope: HostScope;
  readonly roles: readonly BoundRole[];
  readonly access: LookupAccess;
  /** Reads a file of the project by its path relative to the playbook's folder, or to this folder in it. */
  readonly readFile: (path: string, folder?: 'files' | 'templates') => Text;
  readonly readContent: HostContext['readContent'];
  readonly hostsOf: (group: string) => readonly string[];
  readonly hostByAddress: (address: string) => string | undefined;
  readonly warn: (text: string) => void;
  /** Hears of each variable that is used. */
  readonly onUse?: (used: { readonly node: Node }) => void;
  /** Find out which variables each resource comes from; it takes time, and only `why` tells it. */
  readonly trace?: boolean | undefined;
  /** Leave out checks, proofs and examinations. */
  readonly onlyResources?: boolean | undefined;
};

export type HostDeclaration = {
  readonly resources: readonly Resource[];
  /** The same by the entry that names the role. */
  readonly byEntry: ReadonlyMap<RoleEntry, readonly Resource[]>;
  readonly checks: readonly Check[];
  readonly proofs: readonly Proof[];
  readonly examinations: readonly Examination[];
};

/** Declares all roles of a play for one host. @throws GatError or Problems, all the mistakes of all the roles at once */
export function declareHost(play: HostPlay): HostDeclaration {
  const defaults = play.roles.map(({ role }) => defaultsLayer(role));
  const problems: GatError[] = [];
  const byEntry = new Map<RoleEntry, readonly Resource[]>();
  const declarations = play.roles.flatMap((bound) => {
    const declared = collectErrors(problems, () => declareRole(play, bound, defaults));
    if (declared) byEntry.set(bound.entry, declared.resources);
    return declared ?? [];
  });
  throwProblems(problems);
  return {
    resources: declarations.flatMap((one) => one.resources),
    byEntry,
    checks: declarations.flatMap((one) => one.checks),
    proofs: declarations.flatMap((one) => one.proofs),
    examinations: declarations.flatMap((one) => one.examinations),
  };
}

const NOTHING = { resources: [], checks: [], proofs: [], examinations: [] };

/** In Ansible, too, the defaults of all roles of a play are known to each of them, its own ones first. */
function declareRole(
  play: HostPlay,
  { entry, role }: BoundRole,
  defaults: readonly Layer[],
): Omit<HostDeclaration, 'byEntry'> {
  const scope = play.scope.with([
    ...defaults,
    defaultsLayer(role),
    { level: LEVELS.roleVars, variables: entry.vars },
    { level: LEVELS.roleParams, variables: entry.params },
  ]);
  const templar = createTemplar({ scope, access: play.access, ...(play.onUse && { onUse: play.onUse }) });
  if (!entry.when.every((condition) => holds(templar, condition))) return NOTHING;
  const values = evaluateVars(role, sourceOf(scope, templar), play.host);
  const context = { ...contextOf(play, role, scope, templar), becomeUser: becomeUserOf(entry, templar) };
  for (const { text, fix, position } of role.advise(values, context)) {
    play.warn(`${position ? `${renderPosition(position)}: ` : ''}${text}; ${fix}`);
  }
  const origin = { role: entry.role, positions: [entry.position] };
  let defined: readonly DefinedVariable[] | undefined;
  const traced = (one: Resource) => {
    defined ??= definedVariables(role, scope, templar);
    return { ...origin, variables: variablesOf(one, defined) };
  };
  const resources = role.declare(values, context).map((one) => ({
    ...one,
    origin: one.origin ?? (play.trace || hasBadPath(one) ? traced(one) : origin),
  }));
  if (play.onlyResources) return { ...NOTHING, resources };
  return {
    resources,
    checks: role.verify(values, context),
    proofs: role.prove(values, context),
    examinations: role.examine(values, context),
  };
}

/** Whether the graph will refuse it: then it tells which variable is to blame. */
function hasBadPath(one: Resource): boolean {
  if (one.name.startsWith('/')) return false;
  const { path } = one.kind.touches(one);
  return path !== undefined && pathFault(path) !== undefined;
}

/** The role's variables that the project itself defines. */
function definedVariables(role: Role, scope: HostScope, templar: Templar): readonly DefinedVariable[] {
  return Object.keys(role.vars).flatMap((name): DefinedVariable[] => {
    const definition = scope.definitions(name)[0];
    if (!definition || definition.level === LEVELS.roleDefaults) return [];
    const value = templar.variable(name);
    return value === undefined ? [] : [{ name, position: definition.position, value }];
  });
}

function defaultsLayer(role: Role): Layer {
  const entries = [...defaultsOf(role)].map(([name, node]) => [name, { node, position: node.position }] as const);
  return { level: LEVELS.roleDefaults, variables: new Map(entries) };
}

function holds(templar: Templar, condition: Node): boolean {
  const value = condition.kind === 'scalar' ? condition.value : undefined;
  const text = typeof value === 'boolean' ? value : String(value ?? '');
  return templar.condition(text, condition.position);
}

function sourceOf(scope: HostScope, templar: Templar): VariableSource {
  return {
    node: scope.lookup,
    value: (name) => templar.variable(name),
    positionOf: (name) => scope.definitions(name)[0]?.position,
  };
}

/** `become_user` of the role's own entry; the play's holds for everything in it, so it tells nothing about the role. */
function becomeUserOf({ keywords }: RoleEntry, templar: Templar): string | undefined {
  const written = keywords.get('become_user');
  const user = written === undefined ? undefined : templar.evaluate(written);
  return typeof user === 'string' && user !== '' ? user : undefined;
}

function contextOf(play: HostPlay, role: Role, scope: HostScope, templar: Templar): HostContext {
  const nodes = () => Object.keys(role.vars).flatMap((name) => scope.lookup(name) ?? []);
  const readFile = (path: string, folder: 'files' | 'templates') =>
    toldWhereNamed(path, nodes, () => play.readFile(path, folder));
  return {
    name: play.host,
    facts: play.facts,
    renderTemplate: (path) => templar.renderTemplate(reveal(readFile(path, 'templates')), path),
    readFile: (path) => readFile(path, 'files'),
    readContent: (path) => toldWhereNamed(path, nodes, () => play.readContent(path)),
    hostsOf: play.hostsOf,
    hostByAddress: play.hostByAddress,
    positionOf: (name) => scope.definitions(name)[0]?.position,
  };
}
