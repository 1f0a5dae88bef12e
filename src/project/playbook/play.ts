/** One play: hosts, variables, roles, tasks. */
import type { DictNode, Node } from '../../base/node.ts';
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
import type { Play, RoleEntry, VariablePrompt } from './types.ts';

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
  if (hosts.kind === 'dict' || oneOrMany(hosts).some((one) => one.kind !== 'scalar')) {
    reader.problems.push(
      playbookSyntax(hosts.position, 'hosts must be a name or a list of names, without braces'),
    );
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
    prompts,
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

const PROMPT_WORDS = new Set(['name', 'prompt', 'default', 'private', 'confirm', 'unsafe']);

function readPrompts(play: DictNode, reader: PlaybookReader): readonly VariablePrompt[] {
  return listOf(entry(play, 'vars_prompt'), 'vars_prompt', reader).flatMap((item): VariablePrompt[] => {
    const name = item.kind === 'dict' ? textOf(entry(item, 'name')) : undefined;
    if (item.kind !== 'dict' || name === undefined) {
      reader.problems.push(playbookSyntax(item.position, 'an entry of vars_prompt is a mapping with `name`'));
      return [];
    }
    checkKeywords(item, PROMPT_WORDS, 'an entry of vars_prompt', reader);
    const flag = (word: string): string => textOf(entry(item, word)) ?? '';
    return [
      {
        name,
        position: item.position,
        question: textOf(entry(item, 'prompt')) ?? name,
        isPrivate: !/^(?:false|no|off|0)$/i.test(flag('private')),
        isConfirmed: /^(?:true|yes|on|1)$/i.test(flag('confirm')),
        answer: entry(item, 'default'),
      },
    ];
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
