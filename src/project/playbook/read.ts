/** Small readers that the parts of a playbook share; each mistake is collected with its place, and reading goes on. */
import { didYouMean } from '../../base/did-you-mean.ts';
import type { GatError } from '../../base/errors.ts';
import type { DictNode, Node } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import type { Variable, Variables } from '../inventory/model.ts';
import type { Loader } from '../loader.ts';
import { combineVariables, NO_VARIABLES, variablesOf } from '../vars/variables.ts';
import { playbookSyntax, taskKeyword, unknownKeyword } from './errors.ts';
import { TASK_KEYWORDS } from './keywords.ts';
import type { Keywords } from './types.ts';

/** Reads one playbook file; `problems` takes the mistakes. */
export type PlaybookReader = {
  readonly loader: Loader;
  readonly problems: GatError[];
  /** The file being read, and its folder. */
  readonly file: string;
  readonly folder: string;
  /** The variables that the name of an imported playbook may use: those of the command line. */
  readonly outside?: Variables;
};

/** The entries of a dict whose keys are texts. */
export function entriesOf(node: DictNode): (readonly [string, Node])[] {
  return [...node.entries].map(([key, value]) => [String(key), value] as const);
}

/** One entry of a dict. */
export function entry(node: DictNode, key: string): Node | undefined {
  return node.entries.get(key);
}

/** Where a key of a dict stands. */
export function keyPosition(node: DictNode, key: string): Position {
  return node.keyPositions?.get(key) ?? node.position;
}

/** The items of a list; nothing is an empty list, anything else a mistake. */
export function listOf(node: Node | undefined, what: string, reader: PlaybookReader): readonly Node[] {
  if (node === undefined || isNull(node)) return [];
  if (node.kind === 'list') return node.items;
  reader.problems.push(
    playbookSyntax(node.position, `${what} must be a list: each item on a line that begins with "- "`),
  );
  return [];
}

/** The items of a list, or the one value that stands for a list of one. */
export function oneOrMany(node: Node | undefined): readonly Node[] {
  if (node === undefined || isNull(node)) return [];
  return node.kind === 'list' ? node.items : [node];
}

/** The variables of a `vars:` word. */
export function varsOf(node: Node | undefined, reader: PlaybookReader): Variables {
  if (node === undefined || isNull(node)) return NO_VARIABLES;
  if (node.kind === 'dict') return checkedNames(variablesOf(node), reader);
  if (node.kind === 'list' && node.items.every((item) => item.kind === 'dict')) {
    const text = 'vars is a list of mappings: Ansible up to 2.17 takes them as one, newer ones refuse them';
    reader.loader.warn({ position: node.position, text });
    return combineVariables(node.items.map(variablesOf), false);
  }
  reader.problems.push(playbookSyntax(node.position, 'vars must be a mapping of names to values'));
  return NO_VARIABLES;
}

/** Ansible takes only names that a template can use. */
function checkedNames(variables: Variables, reader: PlaybookReader): Variables {
  for (const [name, { position }] of variables) {
    if (/^[A-Za-z_]\w*$/.test(name)) continue;
    const why = `'${name}' is no name of a variable: letters, digits and _ make one, and no digit begins it`;
    reader.problems.push(playbookSyntax(position, why));
  }
  return variables;
}

/** A text; undefined for anything else. */
export function textOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;
}

/** Complains about words that are not known. */
export function checkKeywords(
  node: DictNode,
  known: ReadonlySet<string>,
  what: string,
  reader: PlaybookReader,
): void {
  for (const [key] of entriesOf(node)) {
    if (known.has(key)) continue;
    const near = didYouMean(key, known);
    const isTasks = near === undefined && TASK_KEYWORDS.has(key);
    const position = keyPosition(node, key);
    reader.problems.push(isTasks ? taskKeyword(position, key, what) : unknownKeyword(position, key, what, near));
  }
}

/** The words of a dict but some, which have a place of their own. */
export function keywordsBut(node: DictNode, taken: readonly string[]): Keywords {
  return new Map(entriesOf(node).filter(([key]) => !taken.includes(key)));
}

/** Named values of a dict as variables. */
export function pick(node: DictNode, keys: readonly string[]): Variables {
  const variables = new Map<string, Variable>();
  for (const key of keys) {
    const value = entry(node, key);
    if (value) variables.set(key, { node: value, position: keyPosition(node, key) });
  }
  return variables;
}

/** Whether a value is missing: `vars:` with nothing behind it. */
export function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** Whether a text is a template. */
export function isTemplate(node: Node): boolean {
  return node.kind === 'scalar' && typeof node.value === 'string' && /\{\{|\{%|\{#/.test(node.value);
}
