/** What compiling the tasks of a play for one host fills. */
import type { Join } from '../project/inventory/inventory.ts';
import type { Task } from '../project/playbook/types.ts';
import type { Resource } from '../resources/index.ts';
import type { Chain } from './chain.ts';
import type { Frame, TaskContext } from './context.ts';
import type { Memory } from './memory.ts';
import type { Handler } from './roles.ts';

/** The state of compiling; one for each host of a play. */
export type Compiler = {
  readonly context: TaskContext;
  readonly chain: Chain;
  readonly notices: Notices;
  memory: Memory;
  /** Hosts that tasks put into groups. */
  readonly joins: Join[];
  /** meta: end_play has come. */
  ended: boolean;
  /** meta: end_role has come; cleared at the end of the role. */
  endedRole: boolean;
  /** Roles that ran, by name and variables: a play doesn't run them twice. */
  readonly ran: Set<string>;
  /** How often each task of run_once has had its turn, by its place. */
  readonly once: Map<string, number>;
  /** Runs the handlers that were notified so far. */
  readonly flush: () => void;
  readonly problems: unknown[];
};

/** What notifies: resources of one host. A task that is worked out at its turn says then whom it notified. */
export type Notifier = {
  readonly host: string;
  readonly resources: readonly Resource[];
  readonly heard?: ReadonlySet<string>;
};

/** Who notified which handler since the last flush. */
export type Notices = {
  /** More handlers: those of a role. */
  readonly add: (handlers: readonly Handler[]) => void;
  /** The handlers that a name means. */
  readonly named: (name: string, compiler: Compiler) => readonly Handler[];
  /** Notes that these resources notify the handlers of a frame's `notify`. */
  readonly notify: (frame: Frame, compiler: Compiler, by: Notifier) => void;
  /** The same for all tasks in a task that is worked out at its turn. */
  readonly notifyAll: (task: Task, outer: Frame, compiler: Compiler, by: Notifier) => void;
  /** Declares the handlers that were notified, in the order of the play, and forgets the notices. */
  readonly flush: (compiler: Compiler) => void;
};
