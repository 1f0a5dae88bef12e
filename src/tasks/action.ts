/** What a module does with its arguments: declare resources, run a script, or just give a result. */

import type { Facts } from '../base/facts.ts';
import type { Node } from '../base/node.ts';
import type { Position } from '../base/position.ts';
import type { Text } from '../base/secret.ts';
import type { Script } from '../base/shell.ts';
import type { Value } from '../base/value.ts';
import type { Join } from '../project/inventory/inventory.ts';
import type { Templar } from '../render/templar.ts';
import type { Resource, RunOutput } from '../resources/index.ts';
import type { ProjectFiles } from './files.ts';
import type { Args, Params } from './params.ts';

/** A module's result, in Ansible's shape. */
export type Result = ReadonlyMap<string, Value>;

export type Action = ResourceAction | ScriptAction | ValueAction;

/** State of the host: planned, idempotent. */
export type ResourceAction = {
  readonly type: 'resources';
  readonly resources: readonly Resource[];
  /** What the result holds besides `changed`. */
  readonly result?: Result;
};

/** A command. */
export type ScriptAction = {
  readonly type: 'script';
  readonly script: Script;
  /** Exit 0 means that there is nothing to do; it only reads. */
  readonly done?: Script;
  /** The result when there is nothing to do. */
  readonly already?: Result;
  /** It changes nothing, so it runs only when its result is wanted. */
  readonly isReading: boolean;
  /** It waits by itself for as long as this. */
  readonly limitSeconds?: number;
  /** The result says whether it changed anything, so that it always has a turn of its own. */
  readonly judges?: true;
  /** The result of what it printed; a `failed` that is true fails the task. */
  readonly result: (output: RunOutput) => Result;
};

/** Nothing on the host. */
export type ValueAction = {
  readonly type: 'value';
  readonly result: Result;
  /** Variables that the host has from now on. */
  readonly facts?: ReadonlyMap<string, Node>;
  /** Groups that the plays which follow find a host in. */
  readonly joins?: readonly Join[];
  /** Told to the user. */
  readonly message?: Text;
  /** Why the task fails. */
  readonly failure?: string;
};

/** What a module may ask of the host and the project. */
export type ModuleContext = {
  readonly host: string;
  /** Whether the inventory has a host of this name. */
  readonly isHost: (name: string) => boolean;
  readonly facts: Facts;
  /** Where relative paths begin: the home of the user who logs in; undefined where nobody knows it. */
  readonly cwd?: string | undefined;
  /** Who the task runs as. */
  readonly user: string;
  readonly position: Position;
  /** Made unique by the task: for the names of resources. */
  readonly title: string;
  readonly templar: Templar;
  readonly files: ProjectFiles;
  /** Whether a folder is at this path of the host, or will be. */
  readonly isFolder: (path: string) => boolean;
  /** Words of `environment`. */
  readonly environment: readonly (readonly [string, Text])[];
};

/** A module with its parameters' types hidden. */
export type Module = {
  readonly name: string;
  readonly params: Params;
  /** Where the text behind the module's name goes. */
  readonly freeForm: string | undefined;
  /** Further words may be given, each a name with a value: set_fact. */
  readonly open: boolean;
  run(args: Args<Params>, context: ModuleContext, others: ReadonlyMap<string, Node>): Action;
};

type ModuleSpec<P extends Params> = {
  /** Full name: `ansible.builtin.apt`. */
  readonly name: string;
  readonly params: P;
  readonly freeForm?: keyof P & string;
  readonly open?: true;
  run(args: Args<P>, context: ModuleContext, others: ReadonlyMap<string, Node>): Action;
};

/** Defines a module; its arguments have been checked by its own table when `run` gets them. */
export function defineModule<const P extends Params>(spec: ModuleSpec<P>): Module {
  return {
    name: spec.name,
    params: spec.params,
    freeForm: spec.freeForm,
    open: spec.open ?? false,
    run: (args, context, others) => spec.run(args as Args<P>, context, others),
  };
}

/** Makes the action of resources. */
export function declare(resources: readonly Resource[], result: Readonly<Record<string, Value>> = {}): Action {
  return { type: 'resources', resources, result: new Map(Object.entries(result)) };
}
