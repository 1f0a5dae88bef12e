/** Handlers: a restart becomes what the service owes when it has loaded something else; others run when a notifier changed. */
import { taskDone } from '../base/capability.ts';
import { didYouMean } from '../base/did-you-mean.ts';
import type { Node } from '../base/node.ts';
import { renderPosition } from '../base/position.ts';
import type { ModuleTask } from '../project/playbook/types.ts';
import { type Resource, service } from '../resources/index.ts';
import type { LateContext } from '../resources/kind.ts';
import { learnLater } from './add-late.ts';
import { nameOf, shortName } from './call.ts';
import type { Compiler, Notices, Notifier } from './compiler.ts';
import type { Frame } from './context.ts';
import { unknownHandler } from './errors.ts';
import { frameOf, oneOrMany } from './frame.ts';
import { tasksInside } from './inside.ts';
import { runLate } from './interpret.ts';
import { lateTask } from './late.ts';
import type { Asking, Cell } from './memory.ts';
import { ask, holds, unlessWaiting } from './module-task.ts';
import { unitName } from './modules/service.ts';
import { notifiedNames } from './notified.ts';
import { learnsSomething, learntNames } from './results.ts';
import type { Handler } from './roles.ts';

/** Makes the notices of a host's play. */
export function createNotices(): Notices {
  const handlers: Handler[] = [];
  let notices: readonly Notice[] = [];
  const note = (name: string, node: Node, compiler: Compiler, by: Notifier): void => {
    const found = handlersNamed(name, handlers, compiler);
    if (found.length === 0) {
      const names = handlers.flatMap((one) => namesOf(one, compiler));
      throw unknownHandler(node.position, name, didYouMean(name, names));
    }
    notices = [...notices, { name, by, done: new Set() }];
  };
  const all: Notices = {
    add: (more) => handlers.push(...more),
    named: (name, compiler) => handlersNamed(name, handlers, compiler),
    notify(frame, compiler, by) {
      for (const { name, node } of notifiedNames(frame, ask({ frame, memory: compiler.memory }, compiler.context)))
        note(name, node, compiler, by);
    },
    notifyAll(task, outer, compiler, by) {
      const frame = frameOf(outer, task);
      all.notify(frame, compiler, by);
      const inside = tasksInside(task, outer, compiler);
      all.add(inside.handlers);
      for (const { task: inner, frame: around } of inside.tasks)
        all.notifyAll(inner, { ...around, notify: [] }, compiler, by);
    },
    flush(compiler) {
      // As in Ansible, a name means the handlers that have it now: a role that came later may have brought another one.
      const meant = new Map<string, readonly Handler[]>();
      const handlersOf = (name: string): readonly Handler[] => {
        const found = meant.get(name) ?? handlersNamed(name, handlers, compiler);
        meant.set(name, found);
        return found;
      };
      for (const handler of handlers) {
        const own = notices.filter(({ name, done }) => !done.has(handler) && handlersOf(name).includes(handler));
        for (const { done } of own) done.add(handler);
        const by = own.map((notice) => notice.by);
        if (by.some(({ resources }) => resources.length > 0)) declareHandler(handler, by, compiler);
      }
      // What notifies a handler that had its turn already waits for the next time.
      notices = notices.filter(({ name, done }) => handlersOf(name).some((handler) => !done.has(handler)));
    },
  };
  return all;
}

/** One name that was notified, and the handlers of this name that had their turn since. */
type Notice = { readonly name: string; readonly by: Notifier; readonly done: Set<Handler> };

/** The last handler of this name, and all that listen to it: of those with one name the last, as in Ansible. */
function handlersNamed(name: string, handlers: readonly Handler[], compiler: Compiler): readonly Handler[] {
  const named = handlers.filter((one) => ownNames(one, compiler).includes(name)).slice(-1);
  const seen = new Set<string>();
  const listening = handlers.toReversed().filter((one) => {
    const [own] = ownNames(one, compiler);
    if (!topics(one, compiler).includes(name) || (own !== undefined && seen.has(own))) return false;
    if (own !== undefined) seen.add(own);
    return true;
  });
  return [...new Set([...named, ...listening])];
}

function namesOf(handler: Handler, compiler: Compiler): readonly string[] {
  return [...ownNames(handler, compiler), ...topics(handler, compiler)];
}

/** A role's handler goes by its name and by `role : name`. */
function ownNames(handler: Handler, compiler: Compiler): readonly string[] {
  if (!handler.task.name) return [];
  const name = nameOf(handler.task, askFor(handler, compiler).templar);
  return handler.role === undefined ? [name] : [name, `${handler.role} : ${name}`];
}

function topics(handler: Handler, compiler: Compiler): readonly string[] {
  const { templar } = askFor(handler, compiler);
  return oneOrMany(handler.task.keywords.get('listen')).flatMap((node) => {
    const value = templar.evaluate(node);
    return typeof value === 'string' ? [value] : [];
  });
}

function askFor({ frame }: Handler, compiler: Compiler): Asking {
  return ask({ frame, memory: compiler.memory }, compiler.context);
}

function declareHandler(handler: Handler, by: readonly Notifier[], compiler: Compiler): void {
  const { task } = handler;
  const { context, chain } = compiler;
  const frame = frameOf(handler.frame, task);
  const title = nameOf(task, ask({ frame, memory: compiler.memory }, context).templar);
  const origin = { role: `handler "${title}"`, positions: [task.position] };
  const loadable = by
    .filter(({ host }) => host === context.host)
    .flatMap(({ resources }) => resources.filter((one) => one.kind.loadables(one).length > 0));
  const activation = task.kind === 'module' ? activationOf(task, frame, once(loadable), compiler) : undefined;
  if (activation === 'never') return;
  const added = activation
    ? chain.add({ host: context.host, resources: [{ ...activation, origin }] }, task.position)
    : [];
  const taken = activation ? loadable : [];
  const rest = by
    .map((one) => ({ ...one, resources: one.resources.filter((resource) => !taken.includes(resource)) }))
    .filter(({ resources }) => resources.length > 0);
  const cells = new Map<string, Cell>();
  const late = lateHandler(handler, title, { by: rest, cells }, compiler);
  const ran =
    rest.length > 0 ? chain.add({ host: context.host, resources: [{ ...late, origin }] }, task.position) : [];
  if (ran[0])
    learnLater(
      compiler,
      cells,
      learntNames(task, ran[0], `handler ${title}`, true, { host: context.host, slotOf: context.slotOf }),
    );
  compiler.notices.notify(frame, compiler, { host: context.host, resources: [...added, ...ran] });
}

type Late = { readonly by: readonly Notifier[]; readonly cells: ReadonlyMap<string, Cell> };

function lateHandler(handler: Handler, title: string, { by, cells }: Late, compiler: Compiler): Resource {
  const { context, memory } = compiler;
  const names = new Set(namesOf(handler, compiler));
  const here = by.filter(({ host }) => host === context.host).flatMap(({ resources }) => resources);
  const elsewhere = by.filter(({ host }) => host !== context.host);
  const hasNotified = ({ host, resources, heard }: Notifier, late: LateContext): boolean =>
    resources.some((one) => late.statusOf(one, host) === 'changed') &&
    (heard === undefined || [...names].some((name) => heard.has(name)));
  const name = `handler ${title} (${renderPosition({ ...handler.task.position, column: 0 })})`;
  return lateTask(name, {
    ...(learnsSomething(handler.task) && { provides: [taskDone(`task[${name}]`, context.host)] }),
    if: once(here),
    ifElsewhere: elsewhere.map(({ host, resources }) => ({ host, to: resources })),
    requires: elsewhere.flatMap(({ host, resources }) => resources.map((one) => taskDone(one.id, host))),
    work: async (late) => {
      if (!by.some((one) => hasNotified(one, late))) {
        for (const cell of cells.values()) cell.slot.value = cell.quiet;
        return { changed: false, summary: 'not notified' };
      }
      const place = { frame: handler.frame, memory };
      const turn = { context, late, cells, waits: [], heard: new Set<string>() };
      return runLate(handler.task, place, { ...turn, handlersNamed: () => [] });
    },
  });
}

function once(resources: readonly Resource[]): readonly Resource[] {
  return [...new Map(resources.map((one) => [one.id, one])).values()];
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
