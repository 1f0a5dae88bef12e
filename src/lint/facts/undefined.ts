/** What can't be evaluated although no fact of a host is missing, and where the missing variable is defined instead. */
import type { GatError } from '../../base/errors.ts';
import { type Position, renderPosition } from '../../base/position.ts';
import type { Play, Task } from '../../project/playbook/types.ts';
import { LEVELS } from '../../project/vars/levels.ts';
import type { Role } from '../../roles/role.ts';
import type { ProjectFacts } from './facts-of-project.ts';
import type { HostView } from './host-view.ts';
import { undefinedName } from './rendered.ts';
import { getsAlong } from './used.ts';

export type Unusable = {
  readonly view: HostView;
  /** The variable or template that fails. */
  readonly variable: string;
  readonly error: GatError;
  readonly at: Position | undefined;
  /** The variable that nobody defines, when that is the reason. */
  readonly missing: string | undefined;
  /** Who defines it for others. */
  readonly elsewhere: Elsewhere | undefined;
  /** No file that tasks include, and no task of a role, could define it. */
  readonly isCertain: boolean;
};

export type Elsewhere = {
  readonly at: Position;
  readonly by: 'vars_files' | 'group' | 'host';
  readonly name: string;
};

const known = new WeakMap<ProjectFacts, readonly Unusable[]>();

/** Evaluates what the plays' roles use, and gathers what fails for another reason than a fact that only the host knows. */
export function findUnusable(facts: ProjectFacts): readonly Unusable[] {
  const found = known.get(facts) ?? facts.views.flatMap((view) => unusableOf(view, facts));
  known.set(facts, found);
  return found;
}

function unusableOf(view: HostView, facts: ProjectFacts): readonly Unusable[] {
  for (const name of usedNames(view)) view.node(name);
  const later = laterNames(view.play);
  const found = [...view.failures()].flatMap(({ variable, error }): readonly Unusable[] => {
    const missing = undefinedName(error);
    const at = error.where.find((one): one is Position => 'file' in one);
    if (at?.file.startsWith('defaults of role') || isExpected(error, missing, later)) return [];
    const elsewhere = missing === undefined ? undefined : findElsewhere(missing, view, facts);
    const isCertain = view.otherRoles.length === 0 && !hasUnseenTasks(view.play);
    return [{ view, variable, error, at, missing, elsewhere, isCertain }];
  });
  const keyOf = ({ missing, error, at }: Unusable) => `${missing ?? reasonOf(error)} ${at && renderPosition(at)}`;
  const isAskedFor = askedFor(view, facts);
  return groupsOf(found, keyOf).flatMap((shared) => (isAskedFor(shared) ? shared.slice(0, 1) : []));
}

/** What many variables share: it is told of the first of them. */
function groupsOf<T>(all: readonly T[], keyOf: (one: T) => string): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one]);
  return [...groups.values()];
}

function reasonOf({ cause, what }: GatError): string {
  return cause instanceof Error ? cause.message : what;
}

/** What no role asks for hurts nobody: Slurm's accounting on a host that only runs jobs. */
function askedFor(view: HostView, { project }: ProjectFacts): (shared: readonly Unusable[]) => boolean {
  const along = new Map<Role, boolean>();
  const asks = (role: Role): boolean => {
    const known = along.get(role) ?? getsAlong(role, view, project);
    along.set(role, known);
    return !known;
  };
  const readersOf = ({ variable }: Unusable) => {
    const name = /^\w+/.exec(variable)?.[0] ?? variable;
    return view.roles.filter((role) => Object.hasOwn(role.vars, name));
  };
  return (shared) => {
    const readers = shared.filter(({ missing }) => missing !== undefined).flatMap(readersOf);
    return readers.length === 0 || readers.some(asks);
  };
}

/** Facts come from the host, and some variables from tasks; other failures may follow from those. */
function isExpected(error: GatError, missing: string | undefined, later: ReadonlySet<string>): boolean {
  if (missing !== undefined) return isFact(missing) || later.has(missing);
  return !/^(?:vault|template\/(?:syntax|unknown-plugin))/.test(error.code);
}

/** The variables of the play's roles that the user sets. */
export function usedNames(view: HostView): readonly string[] {
  const names = new Set(view.roles.flatMap((role) => Object.keys(role.vars)));
  return view.userNames().filter((name) => names.has(name));
}

function isFact(name: string): boolean {
  return /^ansible_|^(?:hostvars|omit|item|groups|group_names)$/.test(name);
}

function findElsewhere(name: string, from: HostView, facts: ProjectFacts): Elsewhere | undefined {
  const others = facts.allViews.filter((other) => other !== from);
  const inFile = others.flatMap((other): readonly Elsewhere[] => {
    const definition = other.scope.definitions(name).find((one) => one.level === LEVELS.playVarsFiles);
    return definition ? [{ at: definition.position, by: 'vars_files', name: other.play.name }] : [];
  });
  const onHost = others.flatMap((other): readonly Elsewhere[] => {
    const at = other.defined(name);
    return at ? [{ at, by: 'host', name: other.host }] : [];
  });
  return inFile[0] ?? inGroup(name, facts) ?? onHost[0];
}

function inGroup(name: string, { project }: ProjectFacts): Elsewhere | undefined {
  const { inventory, sources } = project;
  const folders = [...new Set([...sources.inventoryFolders, sources.playbookFolder])];
  const found = [...inventory.groups.keys()].flatMap((group) =>
    folders.flatMap((folder): readonly Elsewhere[] => {
      const variable = sources.files.read(folder, 'group_vars', group).get(name);
      return variable ? [{ at: variable.position, by: 'group', name: group }] : [];
    }),
  );
  return found[0];
}

/** Names that tasks of the play bring while it runs. */
function laterNames({ preTasks, tasks, postTasks, handlers }: Play): ReadonlySet<string> {
  return new Set([...preTasks, ...tasks, ...postTasks, ...handlers].flatMap(namesOfTask));
}

function namesOfTask(task: Task): readonly string[] {
  const register = task.keywords.get('register');
  const own = register?.kind === 'scalar' ? [String(register.value)] : [];
  if (task.kind === 'block')
    return [...own, ...[...task.block, ...task.rescue, ...task.always].flatMap(namesOfTask)];
  const sets = task.kind === 'module' && /(?:^|\.)set_fact$/.test(task.module);
  return sets ? [...own, ...task.args.keys()] : own;
}

/** Whether tasks bring more variables than can be seen here. */
function hasUnseenTasks({ preTasks, tasks }: Pick<Play, 'preTasks' | 'tasks'>): boolean {
  return [...preTasks, ...tasks].some(
    (task) =>
      task.kind === 'include' ||
      (task.kind === 'module' && /(?:^|\.)include_vars$/.test(task.module)) ||
      (task.kind === 'block' && hasUnseenTasks({ preTasks: task.block, tasks: task.always })),
  );
}
