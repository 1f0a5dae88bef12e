/** One task with a module: what is done in each pass of its loop, as far as that is known. */
import { GatError } from '../base/errors.ts';
import { renderPosition } from '../base/position.ts';
import type { ModuleTask } from '../project/playbook/types.ts';
import type { Action } from './action.ts';
import { callModule, nameOf } from './call.ts';
import type { Frame, Place, TaskContext } from './context.ts';
import { frameOf } from './frame.ts';
import { type Pass, passesOf, SINGLE } from './loop.ts';
import { type Asking, type Cell, createAsking, type Known, type Memory, type View } from './memory.ts';

/** What one pass does; `skip` when its condition is false. */
export type PassAction = {
  readonly pass: Pass;
  readonly action: Action | 'skip';
  /** The condition that is false. */
  readonly condition?: string | boolean | undefined;
  readonly asking: Asking;
};

/** The whole task, or the results that must be known first. */
export type Worked = { readonly passes: readonly PassAction[] } | { readonly waits: readonly Cell[] };

/** Works a task out; results that aren't known yet and are asked for make it wait. @throws GatError */
export function workOut(task: ModuleTask, place: Place, context: TaskContext, view: View = 'known'): Worked {
  const frame = frameOf(place.frame, task);
  const outer = ask({ frame, memory: place.memory }, context, [], view);
  const passes = unlessWaiting(outer, () => passesAt(task, frame, outer));
  if ('waits' in passes) return passes;
  const worked: PassAction[] = [];
  let memory: Memory = place.memory;
  for (const pass of passes.value) {
    const asking = ask({ frame, memory }, context, pass.layers, view);
    const action = unlessWaiting(asking, () => actionOf(task, frame, pass, asking, context));
    if ('waits' in action) return action;
    const condition = action.value === 'skip' ? firstFalse(frame, asking) : undefined;
    worked.push({ pass, action: action.value, condition, asking });
    memory = withFacts(memory, action.value);
  }
  return { passes: worked };
}

/** As in Ansible, a task whose condition is false is skipped even where its loop can't be worked out. */
export function passesAt(
  task: Pick<ModuleTask, 'loop' | 'keywords'>,
  frame: Frame,
  asking: Asking,
): readonly Pass[] {
  try {
    return passesOf(task.loop, task.keywords.get('loop_control'), asking.templar, frame.files);
  } catch (error) {
    if (error instanceof GatError && isSkippedWithoutItem(frame, asking)) return [SINGLE];
    throw error;
  }
}

function isSkippedWithoutItem(frame: Frame, asking: Asking): boolean {
  try {
    return !holds(frame, asking);
  } catch (error) {
    if (error instanceof GatError) return false;
    throw error;
  }
}

/** Makes the templar of a place. */
export function ask(
  place: Place,
  context: TaskContext,
  layers: Pass['layers'] = [],
  view: View = 'known',
): Asking {
  return createAsking({
    scope: context.scope,
    access: { ...context.access, searchPath: place.frame.files.folders },
    memory: place.memory,
    layers: [...context.exports, ...place.frame.layers, ...layers],
    view,
  });
}

/** Runs an evaluation; what it gives or throws doesn't count when it asked for something that isn't known yet. */
export function unlessWaiting<T>(
  asking: Asking,
  run: () => T,
): { readonly value: T } | { readonly waits: readonly Cell[] } {
  const waiting = () => asking.waits();
  try {
    const value = run();
    return waiting().length > 0 ? { waits: waiting() } : { value };
  } catch (error) {
    if (waiting().length > 0) return { waits: waiting() };
    throw error;
  }
}

function actionOf(
  task: ModuleTask,
  frame: Frame,
  pass: Pass,
  asking: Asking,
  context: TaskContext,
): Action | 'skip' {
  if (!holds(frame, asking)) return 'skip';
  return callModule({ task, frame, templar: asking.templar, context, label: pass.label });
}

/** Whether all conditions hold; one that is false decides before later ones are asked. */
export function holds(frame: Frame, asking: Asking): boolean {
  return firstFalse(frame, asking) === undefined;
}

/** The first condition that is false, or that waits for a result. */
function firstFalse(frame: Frame, asking: Asking): string | boolean | undefined {
  for (const condition of frame.when) {
    const value = condition.kind === 'scalar' ? condition.value : null;
    const text = typeof value === 'boolean' || typeof value === 'string' ? value : String(value);
    const isTrue = asking.templar.condition(text, condition.position);
    if (asking.waits().length > 0 || !isTrue) return text;
  }
  return undefined;
}

function withFacts(memory: Memory, action: Action | 'skip'): Memory {
  if (action === 'skip' || action.type !== 'value' || !action.facts) return memory;
  return new Map<string, Known>([...memory, ...factsOf(action)]);
}

/** The variables that an action gives the host. */
export function factsOf(action: Action): readonly (readonly [string, Known])[] {
  if (action.type !== 'value' || !action.facts) return [];
  const level = action.result.has('ansible_included_var_files')
    ? { rank: 18, name: 'include_vars' }
    : { rank: 19, name: 'set_fact and register' };
  return [...action.facts].map(([name, node]) => [name, { level, node }] as const);
}

/** Names a task for people: its name and place. */
export function describe(
  task: Pick<ModuleTask, 'name' | 'position'> & { readonly module?: string },
  asking: Asking,
): string {
  return `${nameOf(task, asking.templar)} (${renderPosition({ ...task.position, column: 0 })})`;
}
