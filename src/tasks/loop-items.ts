/** The items of `loop` and of the `with_` forms that are known here, from the value that the task gives. */
import type { Node } from '../base/node.ts';
import { mapText, reveal } from '../base/secret.ts';
import { isDict, isList, type Scalar, type Value } from '../base/value.ts';
import { badKeyword } from './errors.ts';
import type { ProjectFiles } from './files.ts';
import { textOfScalar } from './params.ts';

type Lookup = (value: Value, over: Node, files: ProjectFiles) => readonly Value[];

/** How each form makes its items, by its name without `with_`; other names are lookups of Ansible's. */
export const LOOKUPS: Readonly<Record<string, Lookup>> = {
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
  nested,
  cartesian: nested,
  together: (value) => together(listOf(value).map(listOf)),
  subelements,
  sequence,
  fileglob: (value, _over, files) => listOf(value).flatMap((pattern) => files.glob(textOf(pattern))),
  first_found: firstFound,
  file: (value, over, files) =>
    listOf(value).map((name) => {
      const found = files.find(textOf(name), 'files');
      if (!found) throw badKeyword(over.position, 'with_file', `there is no file ${textOf(name)}`);
      return mapText(found.text, (text) => text.trimEnd());
    }),
};

/** A list; anything else as a list of one. */
export function listOf(value: Value): readonly Value[] {
  return isList(value) ? value : [value];
}

function textOf(value: Value): string {
  return isList(value) || isDict(value) ? '' : reveal(textOfScalar(value));
}

function flatten(values: readonly Value[]): readonly Value[] {
  return values.flatMap((one) => (isList(one) ? flatten(one) : [one]));
}

/** Each with each, the last list fastest. */
function nested(value: Value): readonly Value[] {
  return listOf(value)
    .map(listOf)
    .reduce<readonly Value[][]>((all, one) => all.flatMap((row) => one.map((item) => [...row, item])), [[]]);
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
