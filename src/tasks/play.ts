/** All resources of one host in one play: pre_tasks, the roles, tasks, post_tasks, and the handlers between them. */
import type { Join } from '../project/inventory/inventory.ts';
import type { Task } from '../project/playbook/types.ts';
import type { Resource } from '../resources/index.ts';
import { createChain, type Link } from './chain.ts';
import { compileList, compileRole, throwCollected } from './compile.ts';
import type { Compiler } from './compiler.ts';
import type { Frame, PlayContext, TaskContext } from './context.ts';
import { playFrame } from './frame.ts';
import { createNotices } from './handlers.ts';
import type { Memory } from './memory.ts';
import { ENDED, guarded, refuseLookingRole, roleWaits } from './meta.ts';
import { ask, holds, unlessWaiting } from './module-task.ts';
import { handlersIn, type OpenedRole, openRole, type PlayRole } from './roles.ts';
import { warnWithoutEffect } from './without-effect.ts';

/** The lists of a play's tasks. */
export type Sections = {
  readonly preTasks: readonly Task[];
  readonly tasks: readonly Task[];
  readonly postTasks: readonly Task[];
};

/** What a host's play declares, by the host that each resource is on: tasks may be delegated. */
export type CompiledPlay = {
  readonly resources: ReadonlyMap<string, readonly Resource[]>;
  /** What the tasks learnt, for the plays that follow. */
  readonly memory: Memory;
  /** What the tasks of later plays follow. */
  readonly end: readonly Link[];
  /** Hosts that tasks put into groups. */
  readonly joins: readonly Join[];
  /** What was learnt before the roles had their turn. */
  readonly beforeRoles: Memory;
};

/**
 * Compiles a play's tasks and roles.
 * @param memory what the tasks of earlier plays learnt of this host
 * @throws GatError or Problems, all the mistakes of all the tasks at once
 */
export function compilePlay(
  sections: Sections,
  roles: readonly PlayRole[],
  play: PlayContext,
  memory: Memory = new Map(),
): CompiledPlay {
  const declaresFolder = (path: string): boolean => compiler.chain.declaresFolder(path);
  const context: TaskContext = { ...play, exports: [], declaresFolder };
  const frame = playFrame(context);
  warnWithoutEffect(new Map([...context.keywords].filter(([name]) => name !== 'any_errors_fatal')), context);
  const opened = roles.map((role) => openPlayRole(role, frame, context));
  context.exports.push(...opened.flatMap((one) => ('exports' in one ? one.exports : [])));
  const native = opened.flatMap((one) => ('exports' in one ? [] : one.resources));
  const compiler: Compiler = {
    context,
    chain: createChain(context.host, native, play.past),
    notices: createNotices(),
    memory: new Map([...memory].filter(([name]) => name !== ENDED)),
    joins: [],
    ended: false,
    endedRole: false,
    ran: new Set(),
    once: new Map(),
    flush: () => compiler.notices.flush(compiler),
    problems: [],
  };
  context.learning?.(() => compiler.memory);
  for (const one of opened) if ('exports' in one) compiler.notices.add(one.handlers);
  compiler.notices.add(handlersIn(context.handlers, frame));
  compileList(compiler, sections.preTasks, frame);
  compiler.flush();
  const beforeRoles = compiler.memory;
  for (const one of opened) addRole(compiler, one);
  compileList(compiler, sections.tasks, frame);
  compiler.flush();
  compileList(compiler, sections.postTasks, frame);
  compiler.flush();
  throwCollected(compiler.problems);
  const { chain } = compiler;
  return {
    resources: chain.resources(),
    end: chain.end(),
    memory: compiler.memory,
    beforeRoles,
    joins: compiler.joins,
  };
}

type Opened =
  | Extract<PlayRole, { kind: 'native' }>
  | (OpenedRole & { readonly entry: { readonly position: Task['position'] } });

function openPlayRole(role: PlayRole, frame: Frame, context: TaskContext): Opened {
  if (role.kind === 'native') return role;
  return { ...openRole(role.role, { entry: role.entry }, frame, context), entry: role.entry };
}

/** A native role is declared before anything is done, and brought about as a whole. */
function addNative(compiler: Compiler, { resources, position }: Extract<PlayRole, { kind: 'native' }>): void {
  const frame = guarded(playFrame(compiler.context), compiler.memory);
  const asking = ask({ frame, memory: compiler.memory }, compiler.context);
  if (resources.length > 0 && position) {
    refuseLookingRole(frame, asking, position);
    const runs = unlessWaiting(asking, () => holds(frame, asking));
    if ('waits' in runs) throw roleWaits(position, runs.waits);
  }
  compiler.chain.addRole(resources);
}

function addRole(compiler: Compiler, role: Opened): void {
  if (compiler.ended) return;
  if (!('exports' in role)) addNative(compiler, role);
  else compileRole(compiler, { ...role, handlers: [], exports: [] }, role.entry);
}
