/** What a task's loop runs over: `loop`, the `with_` lookups, and the variables that each iteration sees. */
import type { Node } from '../base/node.ts';
import type { Position } from '../base/position.ts';
import { reveal, Secret } from '../base/secret.ts';
import { isDict, isList, type Scalar, type Value } from '../base/value.ts';
import type { ModuleTask } from '../project/playbook/types.ts';
import type { Layer } from '../project/vars/levels.ts';
import type { Templar } from '../render/templar.ts';
import { badKeyword } from './errors.ts';
import type { ProjectFiles } from './files.ts';
import { LEVEL, layerOf, valueNode } from './memory.ts';
import { textOfScalar } from './params.ts';

/** One pass: its variables, and how it is told apart from the others. */
export type Pass = {
  readonly layers: readonly Layer[];
  readonly label: string | undefined;
  /** What its result says of it: the item under the loop's name for it. */
  readonly about: ReadonlyMap<string, Value>;
};

type Loop = NonNullable<ModuleTask['loop']>;

/** A task without a loop is run once. */
export const SINGLE: Pass = { layers: [], label: undefined, about: new Map() };

/** The passes of a loop. @throws GatError when its list can't be evaluated or isn't one */
export function passesOf(
  loop: Loop | undefined,
  control: Node | undefined,
  templar: Templar,
  files: ProjectFiles,
): readonly Pass[] {
  if (!loop) return [SINGLE];
  const items = itemsOf(loop, templar, files);
  const word = (name: string): string | undefined => {
    const node = control?.kind === 'dict' ? control.entries.get(name) : undefined;
    const value = node === undefined ? undefined : templar.evaluate(node);
    return value === undefined || value === null ? undefined : String(value);
  };
  const [variable = 'item', index] = [word('loop_var'), word('index_var')];
  const isExtended = /^(?:true|yes)$/i.test(word('extended') ?? '');
  return items.map((item, at) => {
    const about = new Map<string, Value>([
      [variable, item],
      ['ansible_loop_var', variable],
      ...(isExtended ? [['ansible_loop', extended(items, at)] as const] : []),
      ...(index === undefined
        ? []
        : ([
            [index, at],
            ['ansible_index_var', index],
          ] as const)),
    ]);
    const nodes = [...about].map(([name, value]) => [name, valueNode(value, 'the loop')] as const);
    return { about, label: labelOf(item, at), layers: [layerOf(LEVEL.loopVars, nodes)] };
  });
}

function extended(items: readonly Value[], at: number): Value {
  return new Map<Scalar, Value>([
    ['index', at + 1],
    ['index0', at],
    ['first', at === 0],
    ['last', at === items.length - 1],
    ['length', items.length],
    ['revindex', items.length - at],
    ['revindex0', items.length - at - 1],
    ...neighbours(items, at),
    ['allitems', items],
  ]);
}

function neighbours(items: readonly Value[], at: number): (readonly [string, Value])[] {
  const [before, after] = [items[at - 1], items[at + 1]];
  return [
    ...(before === undefined ? [] : [['previtem', before] as const]),
    ...(after === undefined ? [] : [['nextitem', after] as const]),
  ];
}

function labelOf(item: Value, at: number): string {
  if (isList(item))
    return isList(item[0] ?? null) || isDict(item[0] ?? null) ? `#${at + 1}` : `${String(item[0])}#${at + 1}`;
  if (!isDict(item)) return String(textOfScalar(item));
  const named = ['name', 'path', 'dest', 'key', 'src']
    .map((key) => item.get(key))
    .find((one) => typeof one === 'string');
  return named === undefined ? `#${at + 1}` : String(named);
}

type Lookup = (value: Value, over: Node, files: ProjectFiles) => readonly Value[];

const LOOKUPS: Readonly<Record<string, Lookup>> = {
  loop(value, over) {
    if (isList(value)) return value;
    throw badKeyword(over.position, 'loop', 'it must be a list');
  },
  items: (value) => listOf(value).flatMap((item) => (isList(item) ? item : [item])),
  list: (value) => listOf(value),
  flattened: (value) => flatten(listOf(value)),
  indexed_items: (value) =>
    listOf(value)
      .flatMap((item) => (isList(item) ? item : [item]))
      .map((item, at) => [at, item]),
  dict(value, over) {
    if (!isDict(value)) throw badKeyword(over.position, 'with_dict', 'it must be a mapping');
    return [...value].map(
      ([key, item]) =>
        new Map<Scalar, Value>([
          ['key', key],
          ['value', item],
        ]),
    );
  },
  nested: (value) =>
    listOf(value)
      .map(listOf)
      .reduce<readonly Value[][]>((all, one) => all.flatMap((row) => one.map((item) => [...row, item])), [[]]),
  cartesian: (value) => LOOKUPS.nested?.(value, NO_NODE, NO_FILES) ?? [],
  together: (value) => together(listOf(value).map(listOf)),
  subelements,
  sequence,
  fileglob: (value, _over, files) => listOf(value).flatMap((pattern) => files.glob(textOf(pattern))),
  first_found: firstFound,
  file: (value, over, files) =>
    listOf(value).map((name) => {
      const found = files.find(textOf(name), 'files');
      if (!found) throw badKeyword(over.position, 'with_file', `there is no file ${textOf(name)}`);
      return found.text;
    }),
};

const NO_NODE: Node = { kind: 'list', items: [], position: { file: '', line: 0, column: 0 } };
const NO_FILES: ProjectFiles = {
  folders: [],
  below: () => NO_FILES,
  inRole: () => NO_FILES,
  find: () => undefined,
  tree: () => undefined,
  glob: () => [],
  searched: () => [],
  values: () => undefined,
  keep: () => false,
  kept: () => undefined,
  tasks: () => undefined,
};

function itemsOf(loop: Loop, templar: Templar, files: ProjectFiles): readonly Value[] {
  const value = templar.evaluate(loop.over) ?? [];
  const lookup = LOOKUPS[loop.kind];
  return lookup ? lookup(value, loop.over, files) : listOf(templar.evaluate(query(loop, listOf(value))) ?? []);
}

/** Any other lookup, called with the values as they are. */
function query({ kind, over: { position } }: Loop, terms: readonly Value[]): Node {
  const words = [kind, ...terms].map((one) => literal(one, position)).join(', ');
  return { kind: 'scalar', value: `{{ query(${words}) }}`, position, template: true };
}

/** A value as an expression; nothing in a text of it can be taken for a part of the expression. */
function literal(value: Value, position: Position): string {
  if (isList(value)) return `[${value.map((one) => literal(one, position)).join(', ')}]`;
  if (isDict(value))
    return `{${[...value].map(([key, one]) => `${literal(key, position)}: ${literal(one, position)}`).join(', ')}}`;
  if (value instanceof Secret)
    throw badKeyword(position, 'loop', 'a secret can not be looked up here; use `loop`');
  if (value === null || typeof value === 'boolean') return value === null ? 'none' : String(value);
  if (typeof value !== 'string') return reveal(textOfScalar(value));
  const quote = ["'", '"'].find((one) => !value.includes(one));
  if (quote !== undefined) return quote + value + quote;
  throw badKeyword(position, 'loop', 'a text with both kinds of quotes can not be looked up here; use `loop`');
}

function listOf(value: Value): readonly Value[] {
  return isList(value) ? value : [value];
}

function textOf(value: Value): string {
  return isList(value) || isDict(value) ? '' : reveal(textOfScalar(value));
}

function flatten(values: readonly Value[]): readonly Value[] {
  return values.flatMap((one) => (isList(one) ? flatten(one) : [one]));
}

function together(lists: readonly (readonly Value[])[]): readonly Value[] {
  const length = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length }, (_, at) => lists.map((list) => list[at] ?? null));
}

/** A list of dicts and the key of the list inside each: pairs of a dict and one of its list's items. */
function subelements(value: Value, over: Node): readonly Value[] {
  const [elements, key, flags] = listOf(value);
  if (elements === undefined || key === undefined)
    throw badKeyword(
      over.position,
      'with_subelements',
      'it takes a list of mappings and the name of a list in each',
    );
  const skips = isDict(flags ?? null) && (flags as ReadonlyMap<Scalar, Value>).get('skip_missing') === true;
  const outer = isDict(elements) ? [...elements.values()] : listOf(elements);
  return outer.flatMap((element) => {
    const inner = textOf(key)
      .split('.')
      .reduce<Value | undefined>(
        (one, name) => (one !== undefined && isDict(one) ? one.get(name) : undefined),
        element,
      );
    if (inner === undefined && skips) return [];
    if (inner === undefined || !isList(inner))
      throw badKeyword(over.position, 'with_subelements', `an element has no list ${textOf(key)}`);
    return inner.map((item) => [without(element, textOf(key)), item]);
  });
}

/** As in Ansible, the pairs' dicts have no list any more. */
function without(element: Value, key: string): Value {
  const [first = '', ...rest] = key.split('.');
  if (!isDict(element)) return element;
  const entries = [...element].flatMap(([name, item]): [Scalar, Value][] => {
    if (name !== first) return [[name, item]];
    return rest.length === 0 ? [] : [[name, without(item, rest.join('.'))]];
  });
  return new Map<Scalar, Value>(entries);
}

/** `start=1 end=5 stride=2 format=host%02d`. */
function sequence(value: Value, over: Node): readonly Value[] {
  const words = new Map(
    textOf(value)
      .split(/\s+/)
      .map((word) => [word.split('=')[0] ?? '', word.slice(word.indexOf('=') + 1)]),
  );
  const number = (name: string, otherwise: number): number =>
    words.has(name) ? Number(words.get(name)) : otherwise;
  const [start, stride] = [number('start', 1), number('stride', 1)];
  const end = words.has('count') ? start + (number('count', 0) - 1) * stride : number('end', Number.NaN);
  const length = Math.max(0, Math.floor((end - start) / stride) + 1);
  if (!Number.isInteger(length) || ![start, stride].every(Number.isInteger) || length > 100_000)
    throw badKeyword(over.position, 'with_sequence', 'it takes start, end or count, and stride as whole numbers');
  const format = words.get('format') ?? '%d';
  return Array.from({ length }, (_, at) => formatted(format, start + at * stride));
}

function formatted(format: string, number: number): string {
  return format.replace(/%(0?)(\d*)d/, (_all, zero: string, width: string) =>
    String(number).padStart(Number(width || 0), zero ? '0' : ' '),
  );
}

function firstFound(value: Value, over: Node, files: ProjectFiles): readonly Value[] {
  const [first] = listOf(value);
  const options = first !== undefined && isDict(first) ? first : undefined;
  const texts = (name: string): readonly string[] => flatten(listOf(options?.get(name) ?? [])).map(textOf);
  const names = options ? texts('files') : flatten(listOf(value)).map(textOf);
  const folders = texts('paths');
  const candidates =
    folders.length > 0 ? folders.flatMap((folder) => names.map((name) => `${folder}/${name}`)) : names;
  const found = candidates.find((name) => FOLDERS.some((folder) => files.find(name, folder) !== undefined));
  if (found !== undefined) return [found];
  if (options?.get('skip') === true) return [];
  throw badKeyword(over.position, 'with_first_found', `none of these files exists: ${candidates.join(', ')}`);
}

const FOLDERS = ['files', 'templates', 'vars', 'tasks'] as const;
