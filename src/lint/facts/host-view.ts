/** One host in one play, as far as it is known without asking the host. */
import path from 'node:path';
import { GatError } from '../../base/errors.ts';
import type { Node } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import { projectAccess } from '../../project/access.ts';
import { pathKind } from '../../project/files.ts';
import { orError } from '../../project/loader.ts';
import type { Play } from '../../project/playbook/types.ts';
import type { Project } from '../../project/project.ts';
import { hostScope } from '../../project/scope.ts';
import type { HostScope } from '../../project/vars/host-scope.ts';
import { type Layer, LEVELS } from '../../project/vars/levels.ts';
import { createTemplar, type Templar } from '../../render/templar.ts';
import type { Role } from '../../roles/role.ts';
import { defaultsOf } from '../../roles/values.ts';
import { type OtherRole, playRolesOf } from './play-roles.ts';
import { referencePath } from './reference.ts';
import { type Rendered, renderOffline } from './rendered.ts';
import { evaluateTree, part } from './tree.ts';

/** A variable whose value could not be worked out. */
export type Failure = { readonly variable: string; readonly error: GatError };

export type HostView = {
  readonly host: string;
  readonly play: Play;
  /** The native roles of the play. */
  readonly roles: readonly Role[];
  readonly has: (role: string) => boolean;
  /** Roles of the play without a native form. */
  readonly otherRoles: readonly OtherRole[];
  readonly scope: HostScope;
  readonly templar: Templar;
  /** A variable, evaluated leaf by leaf; undefined when nobody defines it. */
  readonly node: (name: string) => Node | undefined;
  /** Where the user defines a variable; undefined when only a role's default does. */
  readonly defined: (name: string) => Position | undefined;
  /** Where its value is written, or its name when that is a list or dict: for what is said of a wrong value. */
  readonly valueAt: (name: string) => Position | undefined;
  /** Names that the user's files define. */
  readonly userNames: () => readonly string[];
  readonly failures: () => readonly Failure[];
  /** Inventory names of a group's hosts. */
  readonly hostsOf: (group: string) => readonly string[];
  /** A template or file of the project as it would be on the host; undefined when there is none. */
  readonly render: (file: string, isTemplate: boolean) => Rendered | undefined;
};

/** Makes the view. @throws GatError for vars_files that can't be read */
export function viewHost(project: Project, play: Play, host: string): HostView {
  const { natives, others, exports } = playRolesOf(project, play);
  const layers = natives.flatMap(({ native, entry: { vars, params } }): Layer[] => [
    defaultsLayer(native),
    { level: LEVELS.roleVars, variables: vars },
    { level: LEVELS.roleParams, variables: params },
  ]);
  const scope = hostScope(project, host, { play, layers: [...exports, ...layers] });
  const templar = createTemplar({ scope, access: projectAccess(project) });
  const roles = natives.filter(({ entry }) => mayHold(templar, entry.when)).map(({ native }) => native);
  const ofRoles = new Set(exports.flatMap(({ variables }) => [...variables.values()].map(({ node }) => node)));
  const userDefinition = (name: string) =>
    scope
      .definitions(name)
      .find(({ level, node }) => level !== LEVELS.roleDefaults && level !== LEVELS.magic && !ofRoles.has(node));
  const failures: Failure[] = [];
  const rendered = new Map<string, Rendered | undefined>();
  let userNames: readonly string[] | undefined;
  return {
    host,
    play,
    roles,
    otherRoles: others,
    has: (role) => roles.some((one) => one.name === role),
    scope,
    templar,
    node: rememberNodes(scope, templar, failures, (name) => userDefinition(name) !== undefined),
    defined: (name) => userDefinition(name)?.position,
    valueAt(name) {
      const definition = userDefinition(name);
      return definition?.node.kind === 'scalar' ? definition.node.position : definition?.position;
    },
    userNames() {
      userNames ??= [...scope.userNames()].filter((name) => userDefinition(name) !== undefined);
      return userNames;
    },
    failures: () => failures,
    hostsOf: (group) => [...(project.inventory.groups.get(group)?.hosts ?? [])].map((one) => one.name),
    render(file, isTemplate) {
      const key = `${isTemplate} ${file}`;
      if (!rendered.has(key)) rendered.set(key, renderFile({ project, templar, failures }, file, isTemplate));
      return rendered.get(key);
    },
  };
}

/** Whether the conditions of a role can be true; one that asks for a fact can. */
function mayHold(templar: Templar, conditions: readonly Node[]): boolean {
  return conditions.every((condition) => {
    const value = condition.kind === 'scalar' ? condition.value : undefined;
    const text = typeof value === 'boolean' ? value : String(value ?? '');
    const held = orError(() => templar.condition(text, condition.position));
    return 'error' in held || held.value;
  });
}

function defaultsLayer(role: Role): Layer {
  const entries = [...defaultsOf(role)].map(([name, node]) => [name, { node, position: node.position }] as const);
  return { level: LEVELS.roleDefaults, variables: new Map(entries) };
}

function rememberNodes(
  scope: HostScope,
  templar: Templar,
  failures: Failure[],
  isUsers: (name: string) => boolean,
): HostView['node'] {
  const known = new Map<string, Node | undefined>();
  const nodeOf = (name: string): Node | undefined => {
    if (known.has(name)) return known.get(name);
    // A variable that names itself is not followed; evaluating it says what is wrong.
    known.set(name, undefined);
    const evaluate = (leaf: Node, variable: string) => {
      try {
        return templar.evaluate(leaf, `variable ${variable}`);
      } catch (error) {
        if (!(error instanceof GatError)) throw error;
        failures.push({ variable, error });
        return undefined;
      }
    };
    const follow = (leaf: Node) => {
      const [root, ...path] = referencePath(leaf) ?? [];
      const found = root === undefined || !isUsers(root) ? undefined : part(nodeOf(root), ...path);
      return found && found.kind !== 'scalar' ? found : undefined;
    };
    const written = scope.lookup(name);
    const node = written && evaluateTree(written, name, { evaluate, follow });
    known.set(name, node);
    return node;
  };
  return nodeOf;
}

type Rendering = { readonly project: Project; readonly templar: Templar; readonly failures: Failure[] };

function renderFile({ project, templar, failures }: Rendering, file: string, isTemplate: boolean) {
  const { playbookFolder } = project.sources;
  const folders = [playbookFolder, project.root].flatMap((one) => [
    one,
    path.join(one, isTemplate ? 'templates' : 'files'),
  ]);
  const found = folders.map((folder) => path.resolve(folder, file)).find((one) => pathKind(one) === 'file');
  if (found === undefined) return undefined;
  const shown = project.loader.shown(found);
  const { text } = project.loader.readText(found);
  if (!isTemplate) return { file: shown, text, template: text, failures: [], origin: (one: Position) => one };
  const rendered = renderOffline(templar, text, shown);
  for (const error of rendered.failures) failures.push({ variable: shown, error });
  return rendered;
}
