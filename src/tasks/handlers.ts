/** Handlers: a restart becomes what the service owes when it has loaded something else; others run when a notifier changed. */
import { didYouMean } from '../base/did-you-mean.ts';
import type { Node } from '../base/node.ts';
import { renderPosition } from '../base/position.ts';
import type { ModuleTask, Task } from '../project/playbook/types.ts';
import { type Resource, service } from '../resources/index.ts';
import { nameOf, shortName } from './call.ts';
import type { Compiler, Notices } from './compiler.ts';
import type { Frame } from './context.ts';
import { unknownHandler } from './errors.ts';
import { frameOf, oneOrMany, playFrame } from './frame.ts';
import { runLate } from './interpret.ts';
import { lateTask } from './late.ts';
import type { Asking } from './memory.ts';
import { ask, holds, unlessWaiting } from './module-task.ts';
import { unitName } from './modules/service.ts';

/** Makes the notices of a host's play. */
export function createNotices(handlers: readonly Task[]): Notices {
  const notified = new Map<Task, Resource[]>();
  const note = (name: string, node: Node, compiler: Compiler, by: readonly Resource[]): void => {
    const found = handlersNamed(name, handlers, compiler);
    if (found.length === 0)
      throw unknownHandler(
        node.position,
        name,
        didYouMean(
          name,
          handlers.flatMap((one) => namesOf(one, compiler)),
        ),
      );
    for (const handler of found) notified.set(handler, [...(notified.get(handler) ?? []), ...by]);
  };
  const notices: Notices = {
    notify(frame, compiler, by, host) {
      const { templar } = ask({ frame, memory: compiler.memory }, compiler.context);
      for (const node of frame.notify) {
        const value = templar.evaluate(node);
        if (typeof value === 'string') note(value, node, compiler, host === compiler.context.host ? by : []);
      }
    },
    notifyAll(task, outer, compiler, by, host) {
      const frame = frameOf(outer, task);
      notices.notify(frame, compiler, [by], host);
      if (task.kind !== 'block') return;
      for (const inner of [...task.block, ...task.rescue, ...task.always])
        notices.notifyAll(inner, { ...frame, notify: [] }, compiler, by, host);
    },
    flush(compiler) {
      for (const handler of handlers) {
        const by = notified.get(handler);
        notified.delete(handler);
        if (by && by.length > 0)
          declareHandler(handler, [...new Map(by.map((one) => [one.id, one])).values()], compiler);
      }
    },
  };
  return notices;
}

/** The last handler of this name, and all that listen to it. */
function handlersNamed(name: string, handlers: readonly Task[], compiler: Compiler): readonly Task[] {
  const named = handlers.filter((one) => ownName(one, compiler) === name).slice(-1);
  const listening = handlers.filter((one) => topics(one, compiler).includes(name));
  return [...new Set([...named, ...listening])];
}

function namesOf(handler: Task, compiler: Compiler): readonly string[] {
  const own = ownName(handler, compiler);
  return [...(own === undefined ? [] : [own]), ...topics(handler, compiler)];
}

function ownName(handler: Task, compiler: Compiler): string | undefined {
  if (!handler.name) return undefined;
  return nameOf(
    handler,
    ask({ frame: playFrame(compiler.context), memory: compiler.memory }, compiler.context).templar,
  );
}

function topics(handler: Task, compiler: Compiler): readonly string[] {
  const { templar } = ask({ frame: playFrame(compiler.context), memory: compiler.memory }, compiler.context);
  return oneOrMany(handler.keywords.get('listen')).flatMap((node) => {
    const value = templar.evaluate(node);
    return typeof value === 'string' ? [value] : [];
  });
}

function declareHandler(handler: Task, by: readonly Resource[], compiler: Compiler): void {
  const { context, chain } = compiler;
  const outer = playFrame(context);
  const frame = frameOf(outer, handler);
  const asking = ask({ frame, memory: compiler.memory }, context);
  const title = nameOf(handler, asking.templar);
  const origin = { role: `handler "${title}"`, positions: [handler.position] };
  const loadable = by.filter((one) => one.kind.loadables(one).length > 0);
  const activation = handler.kind === 'module' ? activationOf(handler, frame, loadable, compiler) : undefined;
  if (activation === 'never') return;
  const added = activation
    ? chain.add({ host: context.host, resources: [{ ...activation, origin }] }, handler.position)
    : [];
  const rest = activation ? by.filter((one) => !loadable.includes(one)) : by;
  const cells = new Map();
  const memory = compiler.memory;
  const late = lateTask(`handler ${title} (${renderPosition({ ...handler.position, column: 0 })})`, {
    if: rest,
    work: async (turn) => {
      if (!rest.some((one) => turn.statusOf(one) === 'changed'))
        return { changed: false, summary: 'not notified' };
      return runLate(handler, { frame: outer, memory }, { context, late: turn, cells, waits: [] });
    },
  });
  const ran =
    rest.length > 0 ? chain.add({ host: context.host, resources: [{ ...late, origin }] }, handler.position) : [];
  compiler.notices.notify(frame, compiler, [...added, ...ran], context.host);
}

/**
 * A restart or reload of a unit as the state that it owes; undefined for what isn't one, or when nothing that notifies
 * it is something that a process loads.
 */
function activationOf(
  handler: ModuleTask,
  frame: Frame,
  by: readonly Resource[],
  compiler: Compiler,
): Resource | 'never' | undefined {
  if (handler.loop || by.length === 0 || !UNIT_MODULES.has(shortName(handler.module))) return undefined;
  const asking = ask({ frame, memory: compiler.memory }, compiler.context);
  const worked = unlessWaiting(asking, () => (holds(frame, asking) ? unitOf(handler, by, asking) : 'never'));
  return 'value' in worked ? worked.value : undefined;
}

const UNIT_MODULES = new Set(['service', 'systemd', 'systemd_service']);

function unitOf(handler: ModuleTask, by: readonly Resource[], { templar }: Asking): Resource | undefined {
  const value = (...names: readonly string[]) => {
    const node = names.map((name) => handler.args.get(name)).find((one) => one !== undefined);
    return node === undefined ? undefined : templar.evaluate(node);
  };
  const [name, state, enabled] = [value('name', 'service', 'unit'), value('state'), value('enabled')];
  if (typeof name !== 'string' || value('scope') === 'user') return undefined;
  if (state !== 'restarted' && state !== 'reloaded') return undefined;
  const react = state === 'restarted' ? { loads: by } : { rereads: by };
  return service(unitName(name), {
    running: true,
    enabled: typeof enabled === 'boolean' ? enabled : null,
    ...react,
  });
}
