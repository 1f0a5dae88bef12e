/** What compiling the tasks of one host is given, and what a task inherits from the blocks, includes and play around it. */
import type { Facts } from '../base/facts.ts';
import type { Node } from '../base/node.ts';
import type { Position } from '../base/position.ts';
import type { RoleFolder } from '../project/playbook/role-folder.ts';
import type { Keywords, Task } from '../project/playbook/types.ts';
import type { HostScope } from '../project/vars/host-scope.ts';
import type { Layer } from '../project/vars/levels.ts';
import type { LookupAccess } from '../render/lookups/access.ts';
import type { Resource, RunOutput } from '../resources/index.ts';
import type { Past } from './chain.ts';
import type { ProjectFiles } from './files.ts';
import type { Known, Memory, SlotOf } from './memory.ts';
import type { TagFilter } from './tags.ts';

/** What a role's name stands for: a native role, or an unmodified Ansible role in the project. */
export type FoundRole =
  | { readonly kind: 'native'; readonly declare: (asking: RoleAsking, position: Position) => readonly Resource[] }
  | { readonly kind: 'folder'; readonly role: RoleFolder };

/** The variables that a native role is declared with; `onUse` hears of each that it asks for. */
export type RoleAsking = { readonly scope: HostScope; readonly onUse: (used: { readonly node: Node }) => void };

/** What tasks that only look found while a plan was made, by the place of the task and the pass of its loop. */
export type Readings = ReadonlyMap<string, RunOutput>;

/** One host in one play. */
export type PlayContext = {
  /** inventory_hostname */
  readonly host: string;
  readonly facts: Facts;
  /** The host's variables in this play, facts and role defaults included. */
  readonly scope: HostScope;
  readonly access: LookupAccess;
  readonly files: ProjectFiles;
  /** The play's words: become, environment, tags, … */
  readonly keywords: Keywords;
  /** Conditions of the imports that brought the play in. */
  readonly when: readonly Node[];
  readonly tags: TagFilter;
  readonly handlers: readonly Task[];
  /** The first host of the play, which runs tasks with run_once. */
  readonly isFirst: boolean;
  /** Whether delegate_to may name this host. */
  readonly isHost: (name: string) => boolean;
  /** Finds a role by its name; undefined when there is none. */
  readonly role: (name: string) => FoundRole | undefined;
  /** Where a role of this name is looked for, for messages. */
  readonly searchedRoles: (name: string) => readonly string[];
  readonly warn: (text: string) => void;
  /** Tells what a task says: debug. */
  readonly tell: (title: string, text: string) => void;
  /** Takes what tells what the host's tasks have learnt so far, for `hostvars`. */
  readonly learning?: (memory: () => Memory) => void;
  readonly readings: Readings;
  /** What earlier plays declared, and their last tasks. */
  readonly past: Past;
  /** Where values are put that are known later. */
  readonly slotOf: SlotOf;
  /** What tasks of run_once learnt on the first host, for the others, by the task's place. */
  readonly learntOnce: Map<string, readonly (readonly [string, Known])[]>;
};

/** The same while it is compiled. */
export type TaskContext = PlayContext & {
  /** Defaults and variables of the play's roles, which all of its tasks see; roles that tasks bring in add theirs. */
  readonly exports: Layer[];
  /** Whether a task or role has declared a folder at this path. */
  readonly declaresFolder: (path: string) => boolean;
};

/** What stands around a task. */
export type Frame = {
  readonly keywords: Keywords;
  readonly when: readonly Node[];
  readonly tags: readonly string[];
  readonly notify: readonly Node[];
  readonly environment: readonly Node[];
  /** The values of `module_defaults`, the outermost first. */
  readonly moduleDefaults: readonly Node[];
  readonly layers: readonly Layer[];
  readonly files: ProjectFiles;
  /** The role that the task belongs to, and before it those that brought it in. */
  readonly roles: readonly RoleFolder[];
  /** Files that include each other, the outermost first. */
  readonly includes: readonly string[];
};

/** Where a list of tasks stands: what was learnt before it. */
export type Place = { readonly frame: Frame; readonly memory: Memory };
