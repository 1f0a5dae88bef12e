/** The state of one compilation: what is known, done and still to be told. */
import type { Task } from '../project/playbook/types.ts';
import type { Resource } from '../resources/index.ts';
import type { Chain } from './chain.ts';
import type { Frame, TaskContext } from './context.ts';
import type { Memory } from './memory.ts';

/** What compiling a host's tasks fills. */
export type Compiler = {
  readonly context: TaskContext;
  readonly chain: Chain;
  readonly notices: Notices;
  memory: Memory;
  /** meta: end_play has come. */
  ended: boolean;
  /** Runs the handlers that were notified so far. */
  readonly flush: () => void;
  readonly problems: unknown[];
};

/** Who notified which handler since the last flush. */
export type Notices = {
  /** Notes that these resources notify the handlers of a frame's `notify`. */
  readonly notify: (frame: Frame, compiler: Compiler, by: readonly Resource[], host: string) => void;
  /** The same for all tasks in a task that is worked out at its turn. */
  readonly notifyAll: (task: Task, outer: Frame, compiler: Compiler, by: Resource, host: string) => void;
  /** Declares the handlers that were notified, in the order of the play, and forgets the notices. */
  readonly flush: (compiler: Compiler) => void;
};
