/** Lists of tasks: modules, blocks, includes. */
import path from 'node:path';
import { didYouMean } from '../../base/did-you-mean.ts';
import type { DictNode, Node } from '../../base/node.ts';
import { pathKind } from '../files.ts';
import { type Action, readAction } from './action.ts';
import { missingFile, playbookSyntax, secondModule, unknownKeyword } from './errors.ts';
import { BLOCK_KEYWORDS, TASK_KEYWORDS } from './keywords.ts';
import {
  checkKeywords,
  entriesOf,
  entry,
  isTemplate,
  keyPosition,
  keywordsBut,
  listOf,
  oneOrMany,
  type PlaybookReader,
  textOf,
  varsOf,
} from './read.ts';
import type { IncludeTask, Task } from './types.ts';

/** Reads the tasks of one word, such as `pre_tasks`. */
export function readTasks(node: Node | undefined, what: string, reader: PlaybookReader): Task[] {
  return listOf(node, what, reader).flatMap((item) => readTask(item, what, reader) ?? []);
}

function readTask(node: Node, what: string, reader: PlaybookReader): Task | undefined {
  if (node.kind !== 'dict') {
    reader.problems.push(
      playbookSyntax(node.position, `an entry of ${what} must be a mapping: a task or a block`),
    );
    return undefined;
  }
  if (node.entries.has('block')) return readBlock(node, reader);
  const action = findAction(node, reader);
  if (!action) return undefined;
  const loop = loopOf(node);
  const parts = partsOf(node, [...action.taken, ...(loop ? [loop.key] : [])], reader);
  const include = includeKind(action.module);
  if (include) return { ...parts, ...readInclude(action, include, reader), loop: loop?.value };
  const { module, position: modulePosition, args, freeForm } = action;
  return { ...parts, kind: 'module', module, modulePosition, args, freeForm, loop: loop?.value };
}

function readBlock(node: DictNode, reader: PlaybookReader): Task {
  checkKeywords(node, BLOCK_KEYWORDS, 'a block', reader);
  return {
    ...partsOf(node, ['block', 'rescue', 'always'], reader),
    kind: 'block',
    block: readTasks(entry(node, 'block'), 'block', reader),
    rescue: readTasks(entry(node, 'rescue'), 'rescue', reader),
    always: readTasks(entry(node, 'always'), 'always', reader),
  };
}

function partsOf(node: DictNode, taken: readonly string[], reader: PlaybookReader) {
  return {
    position: node.position,
    name: entry(node, 'name'),
    vars: varsOf(entry(node, 'vars'), reader),
    when: oneOrMany(entry(node, 'when')),
    keywords: keywordsBut(node, ['name', 'vars', 'when', 'args', ...taken]),
  };
}

/** The module of a task is the one key that is no keyword. */
function findAction(node: DictNode, reader: PlaybookReader): Action | undefined {
  const names = entriesOf(node)
    .map(([key]) => key)
    .filter((key) => !TASK_KEYWORDS.has(key) && !key.startsWith('with_'));
  const named = ['action', 'local_action'].filter((key) => node.entries.has(key));
  const [key, ...others] = [...named, ...names];
  if (key === undefined) {
    reader.problems.push(playbookSyntax(node.position, 'this task names no module'));
    return undefined;
  }
  if (others.length > 0) {
    const wrong = mostLikelyWrong([key, ...others]);
    const near = didYouMean(wrong, TASK_KEYWORDS);
    const position = keyPosition(node, wrong);
    reader.problems.push(
      near === undefined
        ? secondModule(position, wrong)
        : unknownKeyword(position, wrong, 'a task that has a module already', near),
    );
    return undefined;
  }
  return readAction(node, key, reader);
}

/** Of two words that are no keywords, the misspelt keyword is the one that is near a keyword. */
function mostLikelyWrong(keys: readonly string[]): string {
  return keys.find((key) => didYouMean(key, TASK_KEYWORDS) !== undefined) ?? keys.at(-1) ?? '';
}

function loopOf(node: DictNode) {
  const key = [...node.entries.keys()].find((name) => name === 'loop' || String(name).startsWith('with_'));
  const over = key === undefined ? undefined : node.entries.get(key);
  if (key === undefined || !over) return undefined;
  return { key: String(key), value: { kind: String(key).replace(/^with_/, ''), over } };
}

const INCLUDES: ReadonlyMap<string, { readonly includes: 'tasks' | 'role'; readonly isStatic: boolean }> = new Map(
  [
    ['include', { includes: 'tasks', isStatic: false }],
    ['include_tasks', { includes: 'tasks', isStatic: false }],
    ['import_tasks', { includes: 'tasks', isStatic: true }],
    ['include_role', { includes: 'role', isStatic: false }],
    ['import_role', { includes: 'role', isStatic: true }],
  ],
);

type IncludeKind = { readonly includes: 'tasks' | 'role'; readonly isStatic: boolean };

function includeKind(module: string): IncludeKind | undefined {
  return INCLUDES.get(module);
}

type IncludeParts = Pick<IncludeTask, 'kind' | 'includes' | 'isStatic' | 'target' | 'file' | 'args'>;

function readInclude(action: Action, kind: IncludeKind, reader: PlaybookReader): IncludeParts {
  const named = kind.includes === 'role' ? action.args.get('name') : action.args.get('file');
  const target = named ?? action.freeForm;
  if (!target) reader.problems.push(playbookSyntax(action.position, `${action.module} names no ${kind.includes}`));
  const nothing: Node = { kind: 'scalar', value: '', position: action.position, template: false };
  const file = target && kind.includes === 'tasks' ? taskFile(target, kind, reader) : undefined;
  return { kind: 'include', ...kind, target: target ?? nothing, file, args: action.args };
}

function taskFile(target: Node, kind: IncludeKind, reader: PlaybookReader): string | undefined {
  const name = textOf(target);
  if (name === undefined || isTemplate(target)) return undefined;
  const file = [path.resolve(reader.folder, name), path.resolve(reader.folder, 'tasks', name)].find(
    (candidate) => pathKind(candidate) === 'file',
  );
  if (file === undefined && kind.isStatic) reader.problems.push(missingFile(target.position, name, reader.folder));
  return file;
}
