/** Compiles lists of tasks: what is known becomes resources in a chain, what depends on results becomes a late task. */
import { GatError, Problems, throwProblems } from '../base/errors.ts';
import { renderPosition } from '../base/position.ts';
import type { BlockTask, IncludeTask, ModuleTask, Task } from '../project/playbook/types.ts';
import { addLate } from './add-late.ts';
import { shortName } from './call.ts';
import { compileModule } from './compile-module.ts';
import type { Compiler } from './compiler.ts';
import type { Frame } from './context.ts';
import { unsupported } from './errors.ts';
import { frameOf, isOn } from './frame.ts';
import { includedTasks } from './include.ts';
import { ENDINGS, endsLate, guarded, metaOf, refuseLookingRole, roleWaits, WITHOUT_EFFECT } from './meta.ts';
import { ask, holds, unlessWaiting } from './module-task.ts';
import { neverLearnt } from './results.ts';
import type { OpenedRole, RolePart } from './roles.ts';
import { isTagged } from './tags.ts';
import { warnWithoutEffect } from './without-effect.ts';

/** Compiles a list; the mistakes of all tasks are collected. */
export function compileList(compiler: Compiler, tasks: readonly Task[], frame: Frame): void {
  for (const task of tasks) {
    if (compiler.ended || compiler.endedRole) return;
    try {
      compileOnce(compiler, task, guarded(frame, compiler.memory));
    } catch (error) {
      if (!(error instanceof GatError || error instanceof Problems)) throw error;
      compiler.problems.push(error);
      compiler.memory = new Map([...compiler.memory, ...neverLearnt(task, compiler.context.host)]);
    }
  }
}

/** Throws all the mistakes that were collected. */
export function throwCollected(problems: readonly unknown[]): void {
  throwProblems(problems.flatMap((one) => (one instanceof Problems ? one.errors : [one as GatError])));
}

/** run_once: the first host runs the task, and all others learn what it learnt. */
function compileOnce(compiler: Compiler, task: Task, outer: Frame): void {
  const { context } = compiler;
  const frame = frameOf(outer, task);
  if (!frame.keywords.has('run_once') || !isOn(frame.keywords, 'run_once', askAt(compiler, frame).templar)) {
    compileTask(compiler, task, outer);
    return;
  }
  const place = renderPosition(task.position);
  const count = (compiler.once.get(place) ?? 0) + 1;
  compiler.once.set(place, count);
  const key = `${place}#${count}`;
  if (!context.isFirst) {
    compiler.memory = new Map([...compiler.memory, ...(context.learntOnce.get(key) ?? [])]);
    return;
  }
  const before = compiler.memory;
  compileTask(compiler, task, outer);
  const learnt = [...compiler.memory].filter(([name, known]) => before.get(name) !== known);
  context.learntOnce.set(key, learnt);
}

function askAt(compiler: Compiler, frame: Frame) {
  return ask({ frame, memory: compiler.memory }, compiler.context);
}

function compileTask(compiler: Compiler, task: Task, outer: Frame): void {
  const frame = frameOf(outer, task);
  const isDynamic = task.kind === 'module' || (task.kind === 'include' && !task.isStatic);
  if (isDynamic && !isTagged(frame.tags, compiler.context.tags)) return;
  warnWithoutEffect(task.keywords, compiler.context);
  if (task.kind === 'block') compileBlock(compiler, task, outer);
  else if (task.kind === 'include') compileInclude(compiler, task, outer);
  else if (shortName(task.module) === 'meta') compileMeta(compiler, task, frame, outer);
  else compileModule(compiler, task, outer);
}

/** A block that rescues or always does something is decided at its turn, as nobody knows before whether it fails. */
function compileBlock(compiler: Compiler, task: BlockTask, outer: Frame): void {
  const frame = frameOf(outer, task);
  if (task.rescue.length === 0 && task.always.length === 0) {
    compileList(compiler, task.block, frame);
    return;
  }
  const asking = askAt(compiler, frame);
  const runs = unlessWaiting(asking, () => holds(frame, asking));
  if ('value' in runs && !runs.value) return;
  addLate(compiler, task, outer, {
    waits: 'waits' in runs ? runs.waits : [],
    reason: 'whether a task of the block fails decides what is done',
  });
}

function compileInclude(compiler: Compiler, task: IncludeTask, outer: Frame): void {
  const found = includedTasks(task, { frame: outer, memory: compiler.memory }, compiler.context);
  if ('waits' in found) addLate(compiler, task, outer, { waits: found.waits });
  else for (const one of found.value) compileRole(compiler, one, task);
}

/** Compiles what a role, or an include, brings in. */
export function compileRole(compiler: Compiler, role: OpenedRole, at: Pick<Task, 'position'>): void {
  compiler.notices.add(role.handlers);
  compiler.context.exports.push(...role.exports);
  for (const part of role.parts) {
    if (compiler.ended) return;
    if (part.kind === 'role') compileNative(compiler, part, at);
    else compilePart(compiler, part);
  }
}

type Part<K extends RolePart['kind']> = Extract<RolePart, { kind: K }>;

function compileNative(compiler: Compiler, { frame, declare }: Part<'role'>, at: Pick<Task, 'position'>): void {
  const { host, tags } = compiler.context;
  const inner = guarded(frame, compiler.memory);
  const asking = askAt(compiler, inner);
  if (!isTagged(inner.tags, tags)) return;
  refuseLookingRole(inner, asking, at.position);
  const runs = unlessWaiting(asking, () => holds(inner, asking));
  if ('waits' in runs) throw roleWaits(at.position, runs.waits);
  if (!runs.value) return;
  compiler.chain.add({ host, resources: declare(asking), isRole: true }, at.position);
}

/** A role that ran with the same variables isn't run again. */
function compilePart(compiler: Compiler, { key, tasks, frame, endsRole }: Part<'tasks'>): void {
  if (key !== undefined && compiler.ran.has(key)) return;
  if (key !== undefined) compiler.ran.add(key);
  compileList(compiler, tasks, frame);
  if (endsRole) compiler.endedRole = false;
}

function compileMeta(compiler: Compiler, task: ModuleTask, frame: Frame, outer: Frame): void {
  const asking = askAt(compiler, frame);
  const worked = unlessWaiting(asking, () => holds(frame, asking));
  const what = metaOf(task);
  if ('waits' in worked) {
    if (WITHOUT_EFFECT.includes(what)) return;
    if (!ENDINGS.includes(what) && what !== 'flush_handlers') throw endsLate(task, worked.waits);
    addLate(compiler, task, outer, { waits: worked.waits });
    return;
  }
  if (!worked.value) return;
  if (what === 'flush_handlers') compiler.flush();
  else if (ENDINGS.includes(what)) compiler.ended = true;
  else if (what === 'end_role') compiler.endedRole = true;
  else if (!WITHOUT_EFFECT.includes(what)) throw unsupported(task.modulePosition, `meta: ${what}`);
}
