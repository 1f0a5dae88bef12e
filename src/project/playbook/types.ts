/** Playbooks as typed data: what is written, with places, and nothing evaluated. */
import type { Node } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import type { Variables } from '../inventory/model.ts';

/** Words of a play, role entry, block or task with their values. */
export type Keywords = ReadonlyMap<string, Node>;

/** A file of plays; imported playbooks are in their place. */
export type Playbook = {
  /** As `apply NAME` names it. */
  readonly name: string;
  readonly file: string;
  /** group_vars, templates and files beside the playbook are found from here. */
  readonly folder: string;
  readonly plays: readonly Play[];
};

/** A variable that a person is asked for, where there is a terminal and nobody has given it. */
export type VariablePrompt = {
  readonly name: string;
  readonly position: Position;
  readonly question: string;
  /** The answer isn't shown. */
  readonly isPrivate: boolean;
  /** It is asked for twice. */
  readonly isConfirmed: boolean;
  /** The answer where nobody is asked. */
  readonly answer: Node | undefined;
};

export type Play = {
  readonly name: string;
  readonly position: Position;
  /** The file it stands in, which is another one than the playbook's after an import. */
  readonly file: string;
  /** Its folder, where another playbook has brought it in: `playbook_dir`, and group_vars beside it. */
  readonly importedFrom?: string;
  readonly hosts: Node;
  readonly vars: Variables;
  /** Variables of `vars_prompt`. */
  readonly prompts: readonly VariablePrompt[];
  /** Each entry is a file, or a list of which the first that exists counts. */
  readonly varsFiles: readonly Node[];
  readonly roles: readonly RoleEntry[];
  readonly preTasks: readonly Task[];
  readonly tasks: readonly Task[];
  readonly postTasks: readonly Task[];
  readonly handlers: readonly Task[];
  /** All other words: become, become_user, gather_facts, serial, environment, tags … */
  readonly keywords: Keywords;
  /** Conditions of the imports that brought it here. */
  readonly when: readonly Node[];
};

export type RoleEntry = {
  readonly role: string;
  readonly position: Position;
  readonly vars: Variables;
  /** What stands beside `role:` and is no keyword; wins over nearly everything. */
  readonly params: Variables;
  readonly when: readonly Node[];
  readonly keywords: Keywords;
};

export type Task = ModuleTask | BlockTask | IncludeTask;

type TaskParts = {
  readonly position: Position;
  /** As written, template and all. */
  readonly name: Node | undefined;
  readonly vars: Variables;
  readonly when: readonly Node[];
  /** All other words: become, register, notify, loop, until, tags … */
  readonly keywords: Keywords;
};

/** A task that calls a module. */
export type ModuleTask = TaskParts & {
  readonly kind: 'module';
  /** Without `ansible.builtin.`. */
  readonly module: string;
  readonly modulePosition: Position;
  readonly args: ReadonlyMap<string, Node>;
  /** The text of a command, or the name that include_vars and meta take. */
  readonly freeForm: Node | undefined;
  /** `loop`, or the name behind `with_`, and what it runs over. */
  readonly loop: { readonly kind: string; readonly over: Node } | undefined;
};

export type BlockTask = TaskParts & {
  readonly kind: 'block';
  readonly block: readonly Task[];
  readonly rescue: readonly Task[];
  readonly always: readonly Task[];
};

/** include_tasks, import_tasks, include_role, import_role. */
export type IncludeTask = TaskParts & {
  readonly kind: 'include';
  readonly includes: 'tasks' | 'role';
  /** An import happens when the playbook is read, an include when its turn comes. */
  readonly isStatic: boolean;
  /** The file or role, maybe a template. */
  readonly target: Node;
  /** Where the file is, when its name is no template and it exists. */
  readonly file: string | undefined;
  readonly args: ReadonlyMap<string, Node>;
  readonly loop: { readonly kind: string; readonly over: Node } | undefined;
};
