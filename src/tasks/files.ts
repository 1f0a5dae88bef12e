/** What tasks read of the project: files, templates, task files; the caller knows where they are. */
import type { Node } from '../base/node.ts';
import type { Text } from '../base/secret.ts';
import type { Task } from '../project/playbook/types.ts';

/** A file that was found. */
export type FoundFile = {
  /** As messages name it. */
  readonly name: string;
  /** Where it lies, absolute. */
  readonly path: string;
  readonly text: Text;
  /** The bytes are no text: `text` holds them in base64. */
  readonly isBinary?: boolean;
};

/** A file of a directory that is copied: its path below the directory. */
export type TreeFile = {
  readonly path: string;
  readonly kind: 'file' | 'directory';
  readonly read: () => FoundFile;
};

/** A folder as a task names it, relative to the playbook's, and a path that stays below it. */
export type KeptPlace = { readonly folder: string; readonly inside: string };

export type ProjectFiles = {
  /** Where files are looked for, the first first. */
  readonly folders: readonly string[];
  /** The same, looking into another folder first. */
  below(folder: string): ProjectFiles;
  /** The same in a role's folder, where all but tasks is looked for before the folders of tasks. */
  inRole(folder: string): ProjectFiles;
  /** Finds a file as copy (`files`) or template (`templates`) do; undefined when there is none. */
  find(name: string, folder: 'files' | 'templates' | 'vars' | 'tasks'): FoundFile | undefined;
  /** The files below a directory of `files`, or of another folder, sorted; undefined when there is no such directory. */
  tree(name: string, folder?: 'files' | 'vars'): readonly TreeFile[] | undefined;
  /** The files that a pattern of with_fileglob matches, as paths that `find` takes. */
  glob(pattern: string): readonly string[];
  /** Where `find` looks, for messages. */
  searched(name: string, folder: 'files' | 'templates' | 'vars' | 'tasks'): readonly string[];
  /** The variables of a file for include_vars; undefined when there is none. */
  values(name: string): Node | undefined;
  /** Writes what a host sent below a folder of this side, for nobody else to read; false when it was there already. @throws GatError task/outside */
  keep(place: KeptPlace, bytes: Buffer): boolean;
  /** What is kept there; undefined when there is nothing. */
  kept(place: KeptPlace): Buffer | undefined;
  /** The tasks of a file for include_tasks, and the files beside it; undefined when there is none. */
  tasks(name: string): { readonly tasks: readonly Task[]; readonly files: ProjectFiles } | undefined;
};
