/** Inheritance: what a play gives its blocks and tasks, and a block what stands in it. */
import type { Node } from '../base/node.ts';
import type { Position } from '../base/position.ts';
import type { Text } from '../base/secret.ts';
import { isDict, isList, type Value } from '../base/value.ts';
import type { Keywords, Task } from '../project/playbook/types.ts';
import type { Templar } from '../render/templar.ts';
import type { Frame, TaskContext } from './context.ts';
import { badKeyword } from './errors.ts';
import { LEVEL } from './memory.ts';
import { textOfScalar } from './params.ts';

/** Words that change nothing here: the controller decides about connections, and there is no separate check mode. */
const WITHOUT_EFFECT = new Set([
  'any_errors_fatal',
  'become_exe',
  'become_flags',
  'become_method',
  'collections',
  'debugger',
  'diff',
  'gather_facts',
  'gather_subset',
  'gather_timeout',
  'ignore_unreachable',
  'max_fail_percentage',
  'order',
  'port',
  'remote_user',
  'serial',
  'strategy',
  'throttle',
]);

/** Words with a meaning of their own in `Frame` or read at the task itself; none of them is inherited as it is. */
const OWN = new Set([
  'tags',
  'notify',
  'environment',
  'module_defaults',
  'register',
  'listen',
  'until',
  'retries',
  'delay',
  'changed_when',
  'failed_when',
  'loop_control',
  'async',
  'poll',
]);

/** The frame of a play's tasks. */
export function playFrame(context: TaskContext): Frame {
  const empty: Frame = {
    keywords: new Map(),
    when: context.when,
    tags: [],
    notify: [],
    environment: [],
    moduleDefaults: [],
    layers: [],
    files: context.files,
    roles: [],
    includes: [],
  };
  return withKeywords(empty, context.keywords);
}

/** The frame of what stands in a block or include, or of the task itself. */
export function frameOf(outer: Frame, task: Task): Frame {
  const frame = withKeywords(outer, task.keywords);
  const level = levelOfVars(task);
  const layers = task.vars.size > 0 ? [{ level, variables: task.vars }] : [];
  return { ...frame, when: [...outer.when, ...task.when], layers: [...outer.layers, ...layers] };
}

/** What a play, role entry, block or task hands on to what stands in it. */
export function withKeywords(frame: Frame, keywords: Keywords): Frame {
  const inherited = [...keywords].filter(([name]) => !OWN.has(name) && !WITHOUT_EFFECT.has(name));
  const many = (name: string): readonly Node[] => oneOrMany(keywords.get(name));
  return {
    ...frame,
    keywords: new Map([...frame.keywords, ...inherited]),
    tags: [...frame.tags, ...tagsIn(keywords)],
    notify: [...frame.notify, ...many('notify')],
    environment: [...frame.environment, ...many('environment')],
    moduleDefaults: [...frame.moduleDefaults, ...many('module_defaults')],
  };
}

/** Variables of a dynamic include win over facts that were set; those of an import are a block's. */
function levelOfVars(task: Task) {
  if (task.kind === 'module') return LEVEL.taskVars;
  return task.kind === 'include' && !task.isStatic ? LEVEL.includeParams : LEVEL.blockVars;
}

/** The tags that a play, role entry, block or task is given. */
export function tagsIn(keywords: Keywords): readonly string[] {
  return oneOrMany(keywords.get('tags')).flatMap(words);
}

/** The items of a list, or the one value that stands for a list of one. */
export function oneOrMany(node: Node | undefined): readonly Node[] {
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return [];
  return node.kind === 'list' ? node.items : [node];
}

function words(node: Node): readonly string[] {
  return node.kind === 'scalar'
    ? String(node.value)
        .split(',')
        .map((word) => word.trim())
        .filter(Boolean)
    : [];
}

/** A keyword's value; undefined when nobody gives it or it is omitted. */
export function keywordValue(keywords: Keywords, name: string, templar: Templar): Value | undefined {
  const node = keywords.get(name);
  return node === undefined ? undefined : (templar.evaluate(node) ?? undefined);
}

/** Whether a keyword is given and true. */
export function isOn(keywords: Keywords, name: string, templar: Templar): boolean {
  const value = keywordValue(keywords, name, templar);
  if (value === undefined || value === null) return false;
  if (isList(value) || isDict(value))
    throw badKeyword(positionOf(keywords, name), name, 'it must be true or false');
  const text = String(textOfScalar(value)).toLowerCase();
  if (['true', 'yes', 'on', '1'].includes(text)) return true;
  if (['false', 'no', 'off', '0', ''].includes(text)) return false;
  throw badKeyword(positionOf(keywords, name), name, 'it must be true or false');
}

function positionOf(keywords: Keywords, name: string): Position {
  return keywords.get(name)?.position ?? { file: name, line: 1, column: 0 };
}

/** Who a task runs as: the user of become, else the one who logged in. */
export function userOf(frame: Frame, { scope }: TaskContext, templar: Templar, login: string): string {
  const variable = (name: string): Value | undefined =>
    scope.lookup(name) === undefined ? undefined : templar.variable(name);
  const word = variable('ansible_become');
  const becomes =
    word === undefined ? isOn(frame.keywords, 'become', templar) : /^(?:true|yes|1|on)$/i.test(String(word));
  if (!becomes) return login;
  const user = variable('ansible_become_user') ?? keywordValue(frame.keywords, 'become_user', templar);
  return user === undefined || user === null || user === '' ? 'root' : String(user);
}

/** The words of `environment`, the inner ones winning. */
export function environmentOf(frame: Frame, templar: Templar): readonly (readonly [string, Text])[] {
  const all = frame.environment.flatMap((node) => variablesIn(node, templar.evaluate(node)));
  return [...new Map(all)];
}

function variablesIn(node: Node, value: Value | undefined): readonly (readonly [string, Text])[] {
  const fault = (why: string) => badKeyword(node.position, 'environment', why);
  if (value === undefined || value === null || value === '') return [];
  if (!isDict(value)) throw fault('it must be a mapping of names to values');
  return [...value].map(([key, item]) => {
    const name = String(key);
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw fault(`${name} is no name of a variable`);
    if (isList(item) || isDict(item)) throw fault(`${name} must be a text`);
    return [name, textOfScalar(item)] as const;
  });
}
