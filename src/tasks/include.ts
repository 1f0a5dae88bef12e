/** include_tasks, import_tasks, include_role, import_role: what they bring in. */
import type { DictNode, Node } from '../base/node.ts';
import type { IncludeTask, RoleEntry } from '../project/playbook/types.ts';
import type { Frame, Place, TaskContext } from './context.ts';
import { missingSource, unknownRole, unsupported } from './errors.ts';
import { frameOf, oneOrMany, withKeywords } from './frame.ts';
import type { Pass } from './loop.ts';
import { type Asking, type Cell, LEVEL, layerOf } from './memory.ts';
import { ask, holds, passesAt, unlessWaiting } from './module-task.ts';
import { type OpenedRole, openRole } from './roles.ts';

/** What an include brings in, one for each pass of its loop, or what it waits for. */
export type Brought = { readonly value: readonly OpenedRole[] } | { readonly waits: readonly Cell[] };

/** How deep files may include each other. */
const MAX_DEPTH = 40;

/**
 * Reads what an include brings in, for each pass of its loop, or says which results it depends on.
 * @param place what stands around the include
 * @throws GatError task/no-file, task/unknown-role
 */
export function includedTasks(task: IncludeTask, place: Place, context: TaskContext): Brought {
  const { memory } = place;
  const frame = frameOf(place.frame, task);
  const outer = ask({ frame, memory }, context);
  const passes = unlessWaiting(outer, () => passesAt(task, frame, outer));
  if ('waits' in passes) return passes;
  const all: OpenedRole[] = [];
  for (const pass of passes.value) {
    const asking = ask({ frame, memory }, context, pass.layers);
    const bring = { task, pass, asking, context, outer: place.frame };
    // An include's own conditions decide about the include; an import's about each task that it brings in.
    const part = unlessWaiting(asking, () =>
      task.isStatic || holds(frame, asking) ? [brought(bring, innerFrame(bring))] : [],
    );
    if ('waits' in part) return part;
    all.push(...part.value);
  }
  return { value: all };
}

type Bring = {
  readonly task: IncludeTask;
  readonly pass: Pass;
  readonly asking: Asking;
  readonly context: TaskContext;
  /** What stands around the include. */
  readonly outer: Frame;
};

function brought(bring: Bring, frame: Frame): OpenedRole {
  const { task, asking } = bring;
  const name = String(asking.templar.evaluate(task.target) ?? '');
  if (task.includes === 'role') return broughtRole(bring, name, frame);
  const found = frame.files.tasks(name);
  if (!found) throw missingSource(task.target.position, name, frame.files.searched(name, 'tasks'));
  if (frame.includes.length >= MAX_DEPTH)
    throw unsupported(
      task.target.position,
      'includes nested so deeply',
      'files that include each other never end',
    );
  const inner = { ...frame, files: found.files, includes: [...frame.includes, name] };
  return {
    parts: [{ kind: 'tasks', tasks: found.tasks, frame: inner, key: undefined }],
    handlers: [],
    exports: [],
  };
}

/** Nothing of a dynamic include reaches what it brings in but its variables and what `apply` holds; all of an import does. */
function innerFrame({ task, pass, asking, outer }: Bring): Frame {
  const layers = pass.layers.map((layer) => ({ ...layer, level: LEVEL.includeParams }));
  const around = frameOf(outer, task);
  if (task.isStatic) return { ...around, layers: [...around.layers, ...layers] };
  const apply = task.args.get('apply');
  const words = new Map(
    [...(apply?.kind === 'dict' ? apply.entries : [])].map(([key, node]) => [String(key), node] as const),
  );
  const tags = oneOrMany(words.get('tags')).flatMap((node) =>
    String(asking.templar.evaluate(node) ?? '').split(','),
  );
  const when = oneOrMany(words.get('when'));
  const vars = words.get('vars');
  for (const name of ['tags', 'when', 'vars']) words.delete(name);
  const inner = withKeywords(outer, words);
  const given = vars?.kind === 'dict' ? [layerOf(LEVEL.blockVars, namedNodes(vars))] : [];
  return {
    ...inner,
    when: [...outer.when, ...when],
    tags: [...inner.tags, ...tags],
    layers: [...around.layers, ...given, ...layers],
  };
}

function namedNodes({ entries }: DictNode): readonly (readonly [string, Node])[] {
  return [...entries].map(([key, node]) => [String(key), node]);
}

function broughtRole(bring: Bring, name: string, frame: Frame): OpenedRole {
  const { task, asking, context } = bring;
  const text = (key: string): string | undefined => {
    const node = task.args.get(key);
    const value = node === undefined ? undefined : asking.templar.evaluate(node);
    return value === undefined || value === null ? undefined : String(value).replace(/\.(?:ya?ml|json)$/, '');
  };
  const parts = {
    tasks: text('tasks_from'),
    vars: text('vars_from'),
    defaults: text('defaults_from'),
    handlers: text('handlers_from'),
  };
  const { position } = task.target;
  const found = context.role(name);
  if (!found) throw unknownRole(position, name, context.searchedRoles(name));
  if (found.kind === 'folder') {
    const nothing = new Map<never, never>();
    const entry: RoleEntry = { role: name, position, vars: nothing, params: nothing, when: [], keywords: nothing };
    const opened = openRole(
      found.role,
      { entry, parts, repeats: isRepeated(text('allow_duplicates')) },
      frame,
      context,
    );
    const isPublic = text('public') === undefined ? task.isStatic : /^(?:true|yes)$/i.test(text('public') ?? '');
    return isPublic ? opened : { ...opened, exports: [] };
  }
  const part = task.args.get('tasks_from') ?? task.args.get('vars_from') ?? task.args.get('defaults_from');
  if (part) throw unsupported(part.position, 'a part of a role', 'a native role is declared as a whole');
  return {
    parts: [{ kind: 'role', frame, declare: (one) => found.declare(one, position) }],
    handlers: [],
    exports: [],
  };
}

function isRepeated(word: string | undefined): boolean {
  return word === undefined || /^(?:true|yes)$/i.test(word);
}
