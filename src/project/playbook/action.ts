/** The call of a module: `module: {…}`, `module: key=value`, `action:`, `local_action:`, and `args:` beside them. */
import type { DictNode, Node } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import { parseKeyValues } from '../vars/key-value.ts';
import { InvalidArguments } from '../vars/split-args.ts';
import { playbookSyntax } from './errors.ts';
import { FREE_FORM_MODULES } from './keywords.ts';
import { entriesOf, entry, isNull, keyPosition, type PlaybookReader, textOf } from './read.ts';

/** A module and what it is called with. */
export type Action = {
  readonly module: string;
  readonly position: Position;
  readonly args: ReadonlyMap<string, Node>;
  readonly freeForm: Node | undefined;
  /** The keys of the task that were used up. */
  readonly taken: readonly string[];
};

type Call = Pick<Action, 'args' | 'freeForm'>;

const NOTHING: Call = { args: new Map(), freeForm: undefined };

/** Reads the module under a key of a task. */
export function readAction(task: DictNode, key: string, reader: PlaybookReader): Action | undefined {
  const value = entry(task, key);
  const position = keyPosition(task, key);
  if (!value) return undefined;
  const isAction = key === 'action' || key === 'local_action';
  const named = isAction ? splitAction(value, reader) : { name: key, value };
  if (!named) return undefined;
  const module = named.name.replace(/^ansible\.(?:builtin|legacy)\./, '');
  const call = readCall(module, named.value, reader);
  const args = new Map([...argsWord(task, reader), ...call.args]);
  return { module, position, args, freeForm: call.freeForm ?? args.get('_raw_params'), taken: [key] };
}

function splitAction(
  node: Node,
  reader: PlaybookReader,
): { readonly name: string; readonly value: Node } | undefined {
  const text = textOf(node);
  if (node.kind === 'dict' && node.entries.has('module')) {
    const entries = new Map([...node.entries].filter(([key]) => key !== 'module'));
    return { name: textOf(entry(node, 'module')) ?? '', value: { ...node, entries } };
  }
  if (node.kind === 'scalar' && text !== undefined) {
    const [name = '', ...rest] = text.trim().split(/\s+/);
    return { name, value: { ...node, value: rest.length > 0 ? text.trim().slice(name.length).trim() : null } };
  }
  reader.problems.push(playbookSyntax(node.position, 'action must name a module'));
  return undefined;
}

function readCall(module: string, value: Node, reader: PlaybookReader): Call {
  if (isNull(value)) return NOTHING;
  if (value.kind === 'dict') return { args: new Map(entriesOf(value)), freeForm: undefined };
  const text = textOf(value);
  if (value.kind === 'scalar' && text !== undefined) return readText(module, text, value, reader);
  reader.problems.push(playbookSyntax(value.position, `${module} takes a mapping or one line of text`));
  return NOTHING;
}

function readText(module: string, text: string, value: Node & { kind: 'scalar' }, reader: PlaybookReader): Call {
  const shortName = module.split('.').at(-1) ?? module;
  const isFreeForm = FREE_FORM_MODULES.has(shortName);
  try {
    const { options, rest } = parseKeyValues(text, isFreeForm);
    const part = (word: string): Node => ({ ...value, value: word });
    const args = new Map([...options].map(([name, word]) => [name, part(word)] as const));
    if (rest !== '' && !isFreeForm && !/\{\{/.test(rest))
      reader.problems.push(playbookSyntax(value.position, `\`${rest}\` is not written key=value`));
    return { args, freeForm: rest === '' ? undefined : part(rest) };
  } catch (error) {
    if (!(error instanceof InvalidArguments)) throw error;
    reader.problems.push(
      playbookSyntax(value.position, `${error.message}${commentHint(text, value.position, reader)}`),
    );
    return NOTHING;
  }
}

/** A ` #` ends a plain text, also within what a shell calls quotes. */
function commentHint(text: string, { line, column }: Position, { loader, file }: PlaybookReader): string {
  const written =
    loader
      .readText(file)
      .text.split('\n')
      [line - 1]?.slice(Math.max(0, column - 1)) ?? '';
  const isCut = written.startsWith(text) && /^\s+#/.test(written.slice(text.length));
  return isCut
    ? '; in YAML ` #` begins a comment, also between such quotes: write the command below `|` or `>-`'
    : '';
}

function argsWord(task: DictNode, reader: PlaybookReader): (readonly [string, Node])[] {
  const args = entry(task, 'args');
  if (!args || isNull(args)) return [];
  if (args.kind === 'dict') return entriesOf(args);
  const text = textOf(args);
  if (text !== undefined && /\{\{/.test(text)) return [['_variable_params', args]];
  reader.problems.push(playbookSyntax(args.position, 'args must be a mapping'));
  return [];
}
