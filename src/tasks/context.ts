/** What compiling the tasks of one host is given, and what a task inherits from the blocks, includes and play around it. */
import type { Facts } from '../base/facts.ts';
import type { Node } from '../base/node.ts';
import type { Position } from '../base/position.ts';
import type { Keywords, Task } from '../project/playbook/types.ts';
import type { HostScope } from '../project/vars/host-scope.ts';
import type { Layer } from '../project/vars/levels.ts';
import type { LookupAccess } from '../render/lookups/access.ts';
import type { Resource } from '../resources/index.ts';
import type { ProjectFiles } from './files.ts';
import type { Memory } from './memory.ts';
import type { TagFilter } from './tags.ts';

/** One host in one play. */
export type TaskContext = {
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
  /** The resources of a native role with these variables; undefined when there is no such role. */
  readonly role: (
    name: string,
    variables: readonly Layer[],
    position: Position,
  ) => readonly Resource[] | undefined;
  readonly warn: (text: string) => void;
};

/** What stands around a task. */
export type Frame = {
  readonly keywords: Keywords;
  readonly when: readonly Node[];
  readonly tags: readonly string[];
  readonly notify: readonly Node[];
  readonly environment: readonly Node[];
  readonly layers: readonly Layer[];
  readonly files: ProjectFiles;
  /** Files that include each other, the outermost first. */
  readonly includes: readonly string[];
};

/** Where a list of tasks stands: what was learnt before it. */
export type Place = { readonly frame: Frame; readonly memory: Memory };
