/** include_tasks, import_tasks, include_role, import_role: what they bring in. */
import type { IncludeTask, Task } from '../project/playbook/types.ts';
import type { Resource } from '../resources/index.ts';
import type { Frame, Place, TaskContext } from './context.ts';
import { missingSource, unknownRole, unsupported } from './errors.ts';
import { oneOrMany } from './frame.ts';
import { type Pass, passesOf } from './loop.ts';
import type { Asking, Cell } from './memory.ts';
import { ask, holds, unlessWaiting } from './module-task.ts';

/** What one pass of an include brings in. */
export type Included =
  | { readonly kind: 'tasks'; readonly tasks: readonly Task[]; readonly frame: Frame }
  | { readonly kind: 'role'; readonly resources: readonly Resource[]; readonly frame: Frame };

/** What an include brings in, or what it waits for. */
export type Brought = { readonly value: readonly Included[] } | { readonly waits: readonly Cell[] };

/** How deep files may include each other. */
const MAX_DEPTH = 40;

/**
 * Reads what an include brings in, for each pass of its loop, or says which results it depends on.
 * @throws GatError task/no-file, task/unknown-role
 */
export function includedTasks(task: IncludeTask, place: Place, context: TaskContext): Brought {
  const { frame, memory } = place;
  const outer = ask({ frame, memory }, context);
  const passes = unlessWaiting(outer, () =>
    passesOf(task.loop, task.keywords.get('loop_control'), outer.templar, frame.files),
  );
  if ('waits' in passes) return passes;
  const all: Included[] = [];
  for (const pass of passes.value) {
    const asking = ask({ frame, memory }, context, pass.layers);
    // An include's own conditions decide about the include; an import's about each task that it brings in.
    const part = unlessWaiting(asking, () =>
      task.isStatic || holds(frame, asking) ? [bring(task, frame, pass, asking, context)] : [],
    );
    if ('waits' in part) return part;
    all.push(...part.value);
  }
  return { value: all };
}

function bring(task: IncludeTask, frame: Frame, pass: Pass, asking: Asking, context: TaskContext): Included {
  const name = String(asking.templar.evaluate(task.target) ?? '');
  const inner = innerFrame(task, frame, pass, asking);
  if (task.includes === 'role')
    return { kind: 'role', frame: inner, resources: roleResources(task, name, inner, asking, context) };
  const found = frame.files.tasks(name);
  if (!found) throw missingSource(task.target.position, name, frame.files.searched(name, 'tasks'));
  if (frame.includes.length >= MAX_DEPTH)
    throw unsupported(
      task.target.position,
      'includes nested so deeply',
      'files that include each other never end',
    );
  return {
    kind: 'tasks',
    tasks: found.tasks,
    frame: { ...inner, files: found.files, includes: [...frame.includes, name] },
  };
}

/** Tags of a dynamic include select the include, those of `apply` and of an import what it brings in. */
function innerFrame(task: IncludeTask, frame: Frame, pass: Pass, asking: Asking): Frame {
  const apply = task.args.get('apply');
  const value = apply && apply.kind === 'dict' ? apply : undefined;
  const tags = oneOrMany(value?.entries.get('tags')).flatMap((node) =>
    String(asking.templar.evaluate(node) ?? '').split(','),
  );
  const others = value
    ? [...value.entries].filter(([key]) => key !== 'tags').map(([key, node]) => [String(key), node] as const)
    : [];
  return {
    ...frame,
    keywords: new Map([...frame.keywords, ...others]),
    when: task.isStatic ? frame.when : [],
    tags: [...frame.tags, ...tags],
    layers: [...frame.layers, ...pass.layers],
  };
}

function roleResources(
  task: IncludeTask,
  name: string,
  frame: Frame,
  asking: Asking,
  context: TaskContext,
): readonly Resource[] {
  const part = task.args.get('tasks_from') ?? task.args.get('vars_from') ?? task.args.get('defaults_from');
  if (part) throw unsupported(part.position, 'a part of a role', 'a native role is declared as a whole');
  if (task.isStatic && !holds(frame, asking)) return [];
  const resources = context.role(name, frame.layers, task.target.position);
  if (!resources) throw unknownRole(task.target.position, name);
  return resources;
}
