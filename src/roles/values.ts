/** Gives a role its variables: templated, checked against their types, each mistake with its place. */
import { GatError, throwProblems } from '../base/errors.ts';
import { type Node, nodeOf } from '../base/node.ts';
import type { Position } from '../base/position.ts';
import { toPlain, type Value } from '../base/value.ts';
import { mayBeTemplate } from '../render/jinja/options.ts';
import { misfitsOf, parseGiven } from './form.ts';
import type { Role, RoleValues, RoleVar, RoleVars } from './role.ts';

/** What evaluating asks of the project: a variable's finished value, or undefined when nobody defines it. */
export type VariableSource = {
  /** Its winning definition as it is written; undefined when there is none. */
  node(name: string): Node | undefined;
  /** The finished value; undefined when it is omitted. */
  value(name: string): Value | undefined;
  positionOf(name: string): Position | undefined;
};

/** The same for all hosts. */
const knownDefaults = new WeakMap<Role, ReadonlyMap<string, Node>>();

/** A role's defaults as a layer of variables, lowest in precedence. */
export function defaultsOf(role: Role): ReadonlyMap<string, Node> {
  const known = knownDefaults.get(role) ?? makeDefaults(role);
  knownDefaults.set(role, known);
  return known;
}

function makeDefaults(role: Role): ReadonlyMap<string, Node> {
  const position = { file: `defaults of role ${role.name}`, line: 0, column: 0 };
  return new Map(
    Object.entries(role.vars).flatMap(([name, variable]): [string, Node][] =>
      variable.default === undefined ? [] : [[name, nodeOf(variable.default, position)]],
    ),
  );
}

/**
 * Evaluates all variables of a role. One that names something undefined hurts nobody until the role asks for it, as in
 * Ansible; then all of these are told. @throws GatError var/… or Problems, one for each variable of a wrong form
 */
export function evaluateVars(role: Role, source: VariableSource, host: string): RoleValues<RoleVars> {
  const values: Record<string, unknown> = {};
  const problems: GatError[] = [];
  const whenAsked: GatError[] = [];
  for (const [name, variable] of Object.entries(role.vars)) {
    try {
      values[name] = evaluateVar({ name, variable, role, host }, source);
    } catch (error) {
      if (!(error instanceof GatError)) throw error;
      if (error.code !== 'var/undefined') problems.push(error);
      else {
        whenAsked.push(error);
        Object.defineProperty(values, name, { get: () => throwProblems(whenAsked), enumerable: true });
      }
    }
  }
  throwProblems(problems);
  return values as RoleValues<RoleVars>;
}

type Wanted = {
  readonly name: string;
  readonly variable: RoleVar<unknown>;
  readonly role: Role;
  readonly host: string;
};

/** What defaults without templates evaluate to: on every host the same. */
const constants = new WeakMap<Node, { readonly value: unknown }>();

function evaluateVar(wanted: Wanted, source: VariableSource): unknown {
  const node = source.node(wanted.name);
  const known = node && constants.get(node);
  if (known) return known.value;
  const value = node && source.value(wanted.name);
  const given = value === undefined || wanted.variable.raw ? value : toPlain(value);
  const parsed = parseGiven(wanted.variable, given);
  if (parsed.success) {
    const isDefault = node !== undefined && node === defaultsOf(wanted.role).get(wanted.name);
    if (isDefault && !holdsTemplate(node)) constants.set(node, { value: parsed.data });
    return parsed.data;
  }
  const where = source.positionOf(wanted.name);
  throw value === undefined ? missing(wanted) : mismatch(wanted, given, where);
}

function holdsTemplate(node: Node): boolean {
  if (node.kind === 'list') return node.items.some(holdsTemplate);
  if (node.kind === 'dict') return [...node.entries.values()].some(holdsTemplate);
  return typeof node.value === 'string' && mayBeTemplate(node.value);
}

function missing({ name, role, host, variable }: Wanted): GatError {
  return new GatError({
    code: 'var/required',
    what: `cannot set up ${role.name} on ${host}: \`${name}\` is not defined`,
    where: { host },
    why: variable.doc,
    fix: `set ${name} in group_vars or host_vars`,
  });
}

function mismatch({ name, variable, role, host }: Wanted, given: unknown, where: Position | undefined): GatError {
  const misfits = misfitsOf(name, variable, given);
  const near = misfits[0]?.near;
  return new GatError({
    code: 'var/type',
    what: `cannot use \`${name}\` for ${role.name} on ${host}: it has the wrong form`,
    where: where ?? { host },
    why: misfits.map(({ text }) => text).join('; '),
    fix:
      near === undefined
        ? `look how each variable is written:\ngatdeploy roles ${role.name}`
        : `did you mean \`${near}\`?`,
  });
}
