/** Adds a task that is worked out at its turn, as it depends on what earlier tasks find out. */
import { taskDone } from '../base/capability.ts';
import { renderPosition } from '../base/position.ts';
import type { Task } from '../project/playbook/types.ts';
import type { Resource } from '../resources/index.ts';
import { nameOf, shortName } from './call.ts';
import type { Compiler } from './compiler.ts';
import type { Frame } from './context.ts';
import { delegateOf } from './delegate.ts';
import { frameOf } from './frame.ts';
import { runLate } from './interpret.ts';
import { lateTask, type Reading } from './late.ts';
import { type Cell, LEVEL } from './memory.ts';
import { metaOf } from './meta.ts';
import { ask } from './module-task.ts';
import { learnsSomething, learntNames, reasonFor } from './results.ts';

export type LateParts = {
  readonly waits: readonly Cell[];
  readonly quiet?: boolean;
  readonly reason?: string;
  readonly readings?: readonly Reading[];
};

/** Adds the task; what it learns is known after it. */
export function addLate(compiler: Compiler, task: Task, outer: Frame, parts: LateParts): void {
  const { waits, quiet = false, reason, readings = [] } = parts;
  const { context, chain, memory } = compiler;
  const frame = frameOf(outer, task);
  const asking = ask({ frame, memory }, context);
  const title = nameOf(task, asking.templar);
  const place = renderPosition({ ...task.position, column: 0 });
  const host = task.kind === 'module' ? delegateOf(frame, context, asking.templar) : context.host;
  const from = sources(waits);
  const here = from.get(host) ?? [];
  const elsewhere = [...from].filter(([one]) => one !== host).map(([one, to]) => ({ host: one, to }));
  const cells = new Map<string, Cell>();
  const heard = new Set<string>();
  const handlersNamed = (one: string) => compiler.notices.named(one, compiler);
  if (flushesInside(task)) compiler.flush();
  const name = `${title} (${place})`;
  const resource = lateTask(name, {
    after: here,
    requires: elsewhere.flatMap((one) => one.to.map((other) => taskDone(other.id, one.host))),
    ...((isShared(frame, compiler, host) || learnsSomething(task)) && {
      provides: [taskDone(`task[${name}]`, host)],
    }),
    ...(quiet ? { if: here, ifElsewhere: elsewhere } : { reason: reason ?? reasonFor(waits) }),
    ...(readings.length > 0 && { readings }),
    work: (late) => runLate(task, { frame: outer, memory }, { context, late, cells, waits, heard, handlersNamed }),
  });
  const origin = { role: `task "${title}"`, positions: [task.position] };
  const [added] = chain.add({ host, resources: [{ ...resource, origin }] }, task.position);
  if (!added) return;
  learnLater(compiler, cells, learntNames(task, added, name, quiet, { host, slotOf: context.slotOf }));
  compiler.notices.notifyAll(task, outer, compiler, { host, resources: [added], heard });
}

/** What follows sees the cells, which the task fills. */
export function learnLater(
  compiler: Compiler,
  cells: Map<string, Cell>,
  learnt: readonly (readonly [string, Cell])[],
): void {
  for (const [name, cell] of learnt) {
    cells.set(name, cell);
    compiler.memory = new Map([...compiler.memory, [name, { level: LEVEL.setFacts, cell }]]);
  }
}

/** Handlers that were notified before a task which runs those notified in it have their turn before the task. */
function flushesInside(task: Task): boolean {
  if (task.kind === 'block') return [...task.block, ...task.rescue, ...task.always].some(flushesInside);
  return task.kind === 'module' && shortName(task.module) === 'meta' && metaOf(task) === 'flush_handlers';
}

/** Whether other hosts may wait for a task: it runs once for all of them, or on another host for this one. */
export function isShared(frame: Frame, { context }: Compiler, host: string): boolean {
  return frame.keywords.has('run_once') || host !== context.host;
}

/** What unknown results come from, by host. */
function sources(waits: readonly Cell[]): ReadonlyMap<string, readonly Resource[]> {
  const found = new Map<string, readonly Resource[]>();
  for (const { host, from } of waits) found.set(host, [...new Set([...(found.get(host) ?? []), ...from])]);
  return found;
}
