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
import { LOOKUPS, listOf } from './loop-items.ts';
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
