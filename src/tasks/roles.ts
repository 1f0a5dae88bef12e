/** Roles of a play: native ones declare resources, unmodified Ansible roles are lists of tasks with variables of their own. */
import { type Node, nodeOf } from '../base/node.ts';
import type { Position } from '../base/position.ts';
import type { RoleFolder, RoleParts } from '../project/playbook/role-folder.ts';
import type { RoleEntry, Task } from '../project/playbook/types.ts';
import type { Layer } from '../project/vars/levels.ts';
import type { Resource } from '../resources/index.ts';
import type { Frame, RoleAsking, TaskContext } from './context.ts';
import { unknownRole, unsupported } from './errors.ts';
import { tagsIn, withKeywords } from './frame.ts';
import { LEVEL } from './memory.ts';

/** A role of a play's `roles`, or one that a task or another role brings in. */
export type PlayRole =
  | { readonly kind: 'native'; readonly resources: readonly Resource[]; readonly position?: Position }
  | { readonly kind: 'folder'; readonly role: RoleFolder; readonly entry: RoleEntry };

/** A handler with what it inherits from the role that it belongs to. */
export type Handler = { readonly task: Task; readonly frame: Frame; readonly role?: string };

/** A part of a role in the order in which parts run: the roles that it depends on come first. */
export type RolePart =
  | {
      readonly kind: 'tasks';
      readonly tasks: readonly Task[];
      readonly frame: Frame;
      /** It runs once in a play; undefined for what runs each time. */
      readonly key: string | undefined;
      /** `meta: end_role` ends here. */
      readonly endsRole?: true;
    }
  | {
      readonly kind: 'role';
      readonly frame: Frame;
      readonly declare: (asking: RoleAsking) => readonly Resource[];
    };

/** What a role brings into a play. */
export type OpenedRole = {
  readonly parts: readonly RolePart[];
  readonly handlers: readonly Handler[];
  /** Variables that the play's other tasks see, too. */
  readonly exports: readonly Layer[];
};

/** How a role is used. */
export type RoleUse = {
  readonly entry: RoleEntry;
  readonly parts?: RoleParts;
  /** Runs again although it ran before. */
  readonly repeats?: boolean;
  /** Another role depends on it; it isn't that role's part. */
  readonly isNeeded?: boolean;
};

/** How deep roles may depend on each other. */
const MAX_DEPTH = 40;

/** Opens an unmodified role with all that it depends on. @throws GatError or Problems of its files */
export function openRole(role: RoleFolder, use: RoleUse, outer: Frame, context: TaskContext): OpenedRole {
  const { entry, parts = {} } = use;
  const { position } = entry;
  if (outer.roles.length >= MAX_DEPTH)
    throw unsupported(position, 'roles nested so deeply', 'roles that depend on each other never end');
  const own = {
    defaults: { level: LEVEL.roleDefaults, variables: role.defaults(parts.defaults, position) },
    vars: { level: LEVEL.roleVars, variables: role.vars(parts.vars, position) },
  };
  const around = roleFrame(role, use, outer);
  const needed = role
    .dependencies()
    .map((one) =>
      openDependency(
        one,
        { ...around, layers: [...around.layers, own.defaults, own.vars, ...entryLayers(entry)] },
        context,
      ),
    );
  const exported = needed.flatMap((one) => one.exports);
  const frame: Frame = {
    ...around,
    layers: [...around.layers, ...exported, own.defaults, own.vars, ...entryLayers(entry)],
  };
  const repeats = use.repeats || role.allowsDuplicates();
  const tasks = role.tasks(parts.tasks, position);
  const handlers = role.handlers(parts.handlers, position);
  return {
    parts: [
      ...needed.flatMap((one) => one.parts),
      {
        kind: 'tasks',
        tasks: tasks.tasks,
        frame: { ...frame, files: frame.files.below(tasks.folder) },
        key: repeats ? undefined : keyOf(role, entry, parts),
        endsRole: true,
      },
    ],
    handlers: [
      ...needed.flatMap((one) => one.handlers),
      ...handlersIn(handlers.tasks, { ...frame, files: frame.files.below(handlers.folder) }, role.name),
    ],
    exports: [...exported, own.defaults, own.vars],
  };
}

function openDependency(entry: RoleEntry, outer: Frame, context: TaskContext): OpenedRole {
  const found = context.role(entry.role);
  if (found === undefined) throw unknownRole(entry.position, entry.role, context.searchedRoles(entry.role));
  if (found.kind === 'folder') return openRole(found.role, { entry, isNeeded: true }, outer, context);
  const frame = entryFrame(entry, { ...outer, layers: [...outer.layers, ...entryLayers(entry)] });
  const parts: readonly RolePart[] = [
    { kind: 'role', frame, declare: (asking) => found.declare(asking, entry.position) },
  ];
  return { parts, handlers: [], exports: [] };
}

/** Variables given beside the role's name: `vars` rank as the role's own, parameters above facts that were set. */
function entryLayers({ vars, params }: RoleEntry): readonly Layer[] {
  return [
    { level: LEVEL.roleVars, variables: vars },
    { level: LEVEL.roleParams, variables: params },
  ];
}

/** What a role's tasks inherit from its entry. */
function entryFrame(entry: RoleEntry, outer: Frame): Frame {
  const frame = withKeywords(outer, entry.keywords);
  return { ...frame, when: [...outer.when, ...entry.when] };
}

function roleFrame(role: RoleFolder, { entry, isNeeded }: RoleUse, outer: Frame): Frame {
  const frame = entryFrame(entry, outer);
  const roles = [...outer.roles, role];
  return {
    ...frame,
    roles,
    files: outer.files.inRole(role.folder),
    layers: [...outer.layers, magicLayer(role, isNeeded ? [] : outer.roles)],
  };
}

function magicLayer(role: RoleFolder, parents: readonly RoleFolder[]): Layer {
  const position = { file: role.folder, line: 1, column: 0 };
  const values: readonly (readonly [string, unknown])[] = [
    ['role_name', role.name],
    ['ansible_role_name', role.name],
    ['role_path', role.folder],
    ...(parents.length > 0
      ? ([
          ['ansible_parent_role_names', parents.map((one) => one.name).reverse()],
          ['ansible_parent_role_paths', parents.map((one) => one.folder).reverse()],
        ] as const)
      : []),
  ];
  const node = (value: unknown): Node => nodeOf(value, position, false);
  return {
    level: LEVEL.magic,
    variables: new Map(values.map(([name, value]) => [name, { node: node(value), position }])),
  };
}

/** Handlers of imported files stand in the list themselves. */
export function handlersIn(tasks: readonly Task[], frame: Frame, role?: string): readonly Handler[] {
  return tasks.flatMap((task): readonly Handler[] => {
    const { target } = task.kind === 'include' ? task : { target: undefined };
    const isPlain = task.kind === 'include' && task.includes === 'tasks' && (task.isStatic || !task.name);
    const found = isPlain && target?.kind === 'scalar' ? frame.files.tasks(String(target.value)) : undefined;
    if (task.kind === 'block')
      return handlersIn(
        task.block,
        { ...withKeywords(frame, task.keywords), when: [...frame.when, ...task.when] },
        role,
      );
    if (found)
      return handlersIn(
        found.tasks,
        { ...withKeywords(frame, task.keywords), when: [...frame.when, ...task.when], files: found.files },
        role,
      );
    return [{ task, frame, ...(role !== undefined && { role }) }];
  });
}

/** A role that is named twice with the same variables runs once in a play. */
function keyOf(role: RoleFolder, entry: RoleEntry, parts: RoleParts): string {
  const plain = (_key: string, value: unknown): unknown => {
    if (value instanceof Map) return [...value];
    return typeof value === 'bigint' ? String(value) : value;
  };
  const given = [entry.vars, entry.params].map((variables) =>
    [...variables].map(([name, { node }]) => [
      name,
      node.kind === 'scalar' && !node.sealed ? node.value : positionText(node.position),
    ]),
  );
  const words = [
    role.folder,
    parts,
    given,
    entry.when.map((one) => (one.kind === 'scalar' ? one.value : null)),
    tagsIn(entry.keywords),
  ];
  return JSON.stringify(words, plain);
}

function positionText({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}
