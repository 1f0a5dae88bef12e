/** All resources of one host in one play: pre_tasks, the roles' resources, tasks, post_tasks, and the handlers between them. */
import type { Task } from '../project/playbook/types.ts';
import type { Resource } from '../resources/index.ts';
import { createChain } from './chain.ts';
import { compileList, throwCollected } from './compile.ts';
import type { Compiler } from './compiler.ts';
import type { TaskContext } from './context.ts';
import { playFrame } from './frame.ts';
import { createNotices } from './handlers.ts';
import type { Memory } from './memory.ts';

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
};

/**
 * Compiles a play's tasks around its roles' resources.
 * @param memory what the tasks of earlier plays learnt of this host
 * @throws GatError or Problems, all the mistakes of all the tasks at once
 */
export function compilePlay(
  sections: Sections,
  roles: readonly Resource[],
  context: TaskContext,
  memory: Memory = new Map(),
): CompiledPlay {
  const compiler: Compiler = {
    context,
    chain: createChain(context.host, roles),
    notices: createNotices(context.handlers),
    memory,
    ended: false,
    flush: () => compiler.notices.flush(compiler),
    problems: [],
  };
  const frame = playFrame(context);
  compileList(compiler, sections.preTasks, frame);
  compiler.flush();
  if (!compiler.ended) compiler.chain.addRoles();
  compileList(compiler, sections.tasks, frame);
  compiler.flush();
  compileList(compiler, sections.postTasks, frame);
  compiler.flush();
  throwCollected(compiler.problems);
  return { resources: compiler.chain.resources(), memory: compiler.memory };
}
