/** One play: hosts, variables, roles, tasks. */
import type { DictNode, Node } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import type { Variables } from '../inventory/model.ts';
import { playbookSyntax } from './errors.ts';
import { PLAY_KEYWORDS, ROLE_KEYWORDS } from './keywords.ts';
import {
  checkKeywords,
  entriesOf,
  entry,
  isNull,
  keywordsBut,
  listOf,
  oneOrMany,
  type PlaybookReader,
  pick,
  textOf,
  varsOf,
} from './read.ts';
import { readTasks } from './tasks.ts';
import type { Play, RoleEntry } from './types.ts';

const TAKEN = [
  'name',
  'hosts',
  'vars',
  'vars_files',
  'roles',
  'pre_tasks',
  'tasks',
  'post_tasks',
  'handlers',
  'vars_prompt',
];

/** Reads a play; undefined when it can't be one. */
export function readPlay(node: DictNode, reader: PlaybookReader): Play | undefined {
  checkKeywords(node, PLAY_KEYWORDS, 'a play', reader);
  const hosts = entry(node, 'hosts');
  if (!hosts || isNull(hosts)) {
    reader.problems.push(playbookSyntax(node.position, 'this play has no hosts'));
    return undefined;
  }
  const prompts = readPrompts(node, reader);
  const answers = prompts.flatMap(({ name, position, answer }) =>
    answer ? [[name, { node: answer, position }] as const] : [],
  );
  return {
    name: textOf(entry(node, 'name')) ?? hostsText(hosts),
    position: node.position,
    file: reader.file,
    hosts,
    vars: new Map([...varsOf(entry(node, 'vars'), reader), ...answers]),
    prompts: prompts.filter((one) => one.answer === undefined),
    varsFiles: oneOrMany(entry(node, 'vars_files')),
    roles: listOf(entry(node, 'roles'), 'roles', reader).flatMap((item) => readRole(item, reader) ?? []),
    preTasks: readTasks(entry(node, 'pre_tasks'), 'pre_tasks', reader),
    tasks: readTasks(entry(node, 'tasks'), 'tasks', reader),
    postTasks: readTasks(entry(node, 'post_tasks'), 'post_tasks', reader),
    handlers: readTasks(entry(node, 'handlers'), 'handlers', reader),
    keywords: keywordsBut(node, TAKEN),
    when: [],
  };
}

type Prompt = { readonly name: string; readonly position: Position; readonly answer: Node | undefined };

/** Nobody is asked: a prompt's default is its answer, and what has none is given by `-e`. */
function readPrompts(play: DictNode, reader: PlaybookReader): readonly Prompt[] {
  return listOf(entry(play, 'vars_prompt'), 'vars_prompt', reader).flatMap((item): Prompt[] => {
    const name = item.kind === 'dict' ? textOf(entry(item, 'name')) : undefined;
    if (item.kind === 'dict' && name !== undefined)
      return [{ name, position: item.position, answer: entry(item, 'default') }];
    reader.problems.push(playbookSyntax(item.position, 'an entry of vars_prompt is a mapping with `name`'));
    return [];
  });
}

const NO_PARAMS: Variables = new Map();

/** Reads an entry of `roles`, or of the dependencies of a role. */
export function readRole(node: Node, reader: PlaybookReader): RoleEntry | undefined {
  const plain = textOf(node);
  if (plain !== undefined) {
    return {
      role: plain.trim(),
      position: node.position,
      vars: NO_PARAMS,
      params: NO_PARAMS,
      when: [],
      keywords: new Map(),
    };
  }
  const named = (key: string) => (node.kind === 'dict' ? textOf(entry(node, key)) : undefined);
  const role = named('role') ?? named('name') ?? named('src');
  if (node.kind !== 'dict' || role === undefined) {
    reader.problems.push(playbookSyntax(node.position, 'an entry of roles is a name, or a mapping with `role`'));
    return undefined;
  }
  const names = entriesOf(node).map(([key]) => key);
  return {
    role: role.trim(),
    position: node.position,
    vars: varsOf(entry(node, 'vars'), reader),
    params: pick(
      node,
      names.filter((name) => !ROLE_KEYWORDS.has(name)),
    ),
    when: oneOrMany(entry(node, 'when')),
    keywords: keywordsBut(node, ['vars', 'when', ...names.filter((name) => !ROLE_KEYWORDS.has(name))]),
  };
}

function hostsText(hosts: Node): string {
  return oneOrMany(hosts)
    .map((host) => textOf(host) ?? '')
    .join(',');
}
