/** Calls a task's module: finds it, evaluates and checks its arguments, and asks it what to do. */
import { userInfo } from 'node:os';
import { didYouMean } from '../base/did-you-mean.ts';
import { GatError } from '../base/errors.ts';
import { type Node, nodeOf } from '../base/node.ts';
import { type Position, renderPosition } from '../base/position.ts';
import { Secret } from '../base/secret.ts';
import { isDict, isList, type Scalar, type Value } from '../base/value.ts';
import type { ModuleTask } from '../project/playbook/types.ts';
import type { Templar } from '../render/templar.ts';
import type { Action, Module } from './action.ts';
import type { Frame, TaskContext } from './context.ts';
import { delegateOf, LOCAL_NAMES } from './delegate.ts';
import { badKeyword, badParameter, refusedModule, unknownModule, unsupported } from './errors.ts';
import { environmentOf, isOn, userOf } from './frame.ts';
import { findModule, moduleNames, REFUSED_MODULES } from './modules/index.ts';
import { type Given, parseArgs } from './params.ts';
import { withSymbolicMode } from './symbolic-mode.ts';

/** A task whose turn it is in one pass of its loop. */
export type Call = {
  readonly task: ModuleTask;
  readonly frame: Frame;
  readonly templar: Templar;
  readonly context: TaskContext;
  /** Which pass it is, when there are several. */
  readonly label: string | undefined;
};

/** Finds the module of a task. @throws GatError task/unknown-module, task/refused-module */
export function moduleOf(task: ModuleTask): Module {
  const module = findModule(task.module);
  if (module) return module;
  const refused = REFUSED_MODULES.get(shortName(task.module));
  if (refused) throw refusedModule(task.modulePosition, task.module, refused);
  throw unknownModule(task.modulePosition, task.module, didYouMean(shortName(task.module), moduleNames()));
}

/** The last part of a full name. */
export function shortName(module: string): string {
  return module.split('.').at(-1) ?? module;
}

/** Whether a module is at least known by name, so that it only matters when the task would run. */
export function isKnownModule(name: string): boolean {
  return findModule(name) !== undefined || REFUSED_MODULES.has(shortName(name));
}

/** Modules whose facts would go to another host. */
const FACT_SETTERS = new Set(['set_fact', 'include_vars']);

/** What the module wants done. @throws GatError task/… */
export function callModule(call: Call): Action {
  const { task, frame, templar, context } = call;
  const module = moduleOf(task);
  const moves = frame.keywords.get('delegate_facts');
  if (moves && FACT_SETTERS.has(shortName(task.module)) && isOn(frame.keywords, 'delegate_facts', templar))
    throw unsupported(moves.position, 'delegate_facts', 'each host keeps its own facts', 'read them by hostvars');
  const isQuiet = isOn(frame.keywords, 'no_log', templar);
  const { known, others } = split(module, givenArgs(call, module));
  const given = known.map(({ name, node }): Given => {
    const value = templar.evaluate(node);
    return { name, node, value: isQuiet && value !== undefined ? hidden(value) : value };
  });
  const args = parseArgs(task.module, module.params, given, task.modulePosition);
  const to = delegateOf(frame, context, templar);
  const isHere = to !== context.host && LOCAL_NAMES.has(to);
  const user = userOf(frame, context, templar, isHere ? userInfo().username : context.facts.loginUser);
  const title = titleOf(call);
  const action = module.run(
    args,
    {
      host: context.host,
      isHost: context.isHost,
      cwd: isHere ? process.cwd() : homeOf(context),
      facts: context.facts,
      user,
      position: task.modulePosition,
      title,
      templar,
      files: frame.files,
      isFolder: (path) => to === context.host && isFolderOn(context, path),
      environment: environmentOf(frame, templar),
    },
    others,
  );
  return withSymbolicMode(action, args, title);
}

/** A folder that the host has, or that will be there by then. */
function isFolderOn({ facts, declaresFolder }: TaskContext, path: string): boolean {
  return facts.folders?.includes(path) || declaresFolder(path);
}

/** Relative paths begin where the user logs in; on this machine, where the run was started. */
function homeOf({ facts }: TaskContext): string {
  return facts.loginUser === 'root' ? '/root' : `/home/${facts.loginUser}`;
}

type Written = { readonly name: string; readonly node: Node };

/** The arguments as they stand in the file: a mapping, words, `args`, or a variable that holds a mapping; first the defaults. */
function givenArgs({ task, frame, templar }: Call, module: Module): readonly Written[] {
  const named = [...task.args].filter(([name]) => name !== '_variable_params' && name !== '_raw_params');
  const whole = task.args.get('_variable_params');
  const free = task.freeForm;
  const fromFree = free && module.freeForm === undefined ? dictArgs(free, task, templar) : [];
  const freeForm = free && module.freeForm !== undefined ? [{ name: module.freeForm, node: free }] : [];
  return [
    ...moduleDefaults(module, frame, templar),
    ...(whole ? dictArgs(whole, task, templar) : []),
    ...fromFree,
    ...freeForm,
    ...named.map(([name, node]) => ({ name, node })),
  ];
}

/** What `module_defaults` give the module; the innermost ones that name it take the place of all others. */
function moduleDefaults(module: Module, frame: Frame, templar: Templar): readonly Written[] {
  const all = frame.moduleDefaults.flatMap((node) => {
    const value = templar.evaluate(node) ?? null;
    if (value !== null && !isDict(value))
      throw badKeyword(node.position, 'module_defaults', 'it must be a mapping of modules to their arguments');
    return [...(value ?? [])].flatMap(([name, args]) => {
      if (String(name).startsWith('group/')) throw unsupported(node.position, `module_defaults: ${String(name)}`);
      const isOwn = findModule(String(name).replace(/^ansible\.(?:builtin|legacy)\./, '')) === module;
      return isOwn && isDict(args) ? [written(args, node.position)] : [];
    });
  });
  return all.at(-1) ?? [];
}

function written(args: ReadonlyMap<Scalar, Value>, position: Position): readonly Written[] {
  return [...args].map(([name, item]) => ({ name: String(name), node: nodeOf(item, position, false) }));
}

function dictArgs(node: Node, task: ModuleTask, templar: Templar): readonly Written[] {
  const value = templar.evaluate(node);
  if (value === undefined || value === null) return [];
  if (!isDict(value))
    throw badParameter(node.position, task.module, 'args', 'it must be a mapping, or words as key=value');
  return written(value, node.position);
}

/** A module like set_fact takes words of any name besides its own. */
function split(
  module: Module,
  written: readonly Written[],
): { known: readonly Written[]; others: ReadonlyMap<string, Node> } {
  if (!module.open) return { known: written, others: new Map() };
  const isOwn = ({ name }: Written): boolean => name in module.params;
  return {
    known: written.filter(isOwn),
    others: new Map(written.filter((one) => !isOwn(one)).map(({ name, node }) => [name, node])),
  };
}

/** no_log: every text is a secret. */
function hidden(value: Value): Value {
  if (typeof value === 'string') return value === '' ? value : new Secret(value);
  if (isList(value)) return value.map(hidden);
  if (isDict(value)) return new Map([...value].map(([key, item]) => [key, hidden(item)]));
  return value;
}

/** Names a task for people and for the names of resources: its name, or its module; unique by its place. */
export function titleOf({ task, templar, label }: Pick<Call, 'task' | 'templar' | 'label'>): string {
  const name = nameOf(task, templar);
  const place = renderPosition({ ...task.position, column: 0 });
  return `${name}${label === undefined ? '' : `: ${label}`} (${place})`;
}

/** A task's name; one that can't be evaluated stays as it is written, as in Ansible. */
export function nameOf(task: Pick<ModuleTask, 'name'> & { readonly module?: string }, templar: Templar): string {
  const written = task.name?.kind === 'scalar' && task.name.value !== null ? String(task.name.value) : undefined;
  if (written === undefined || !task.name) return task.module ?? 'task';
  try {
    return String(templar.evaluate(task.name) ?? written);
  } catch (error) {
    if (error instanceof GatError) return written;
    throw error;
  }
}
