/** Extra variables of the command line: `key=value`, JSON or YAML in brackets, `@file`. */
import path from 'node:path';
import type { Node } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import { pathKind } from '../files.ts';
import type { Variable, Variables } from '../inventory/model.ts';
import type { Loader } from '../loader.ts';
import { extraVars } from './errors.ts';
import { parseKeyValues } from './key-value.ts';
import { InvalidArguments } from './split-args.ts';
import { combineVariables, variablesOf } from './variables.ts';

/** Reads all `-e` arguments; later ones win. Files are relative to `folder`. @throws GatError vars/extra */
export function readExtraVars(
  texts: readonly string[],
  folder: string,
  loader: Loader,
  merge: boolean,
): Variables {
  const sources = texts.filter((text) => text !== '').map((text, index) => readOne(text, index, folder, loader));
  return combineVariables(sources, merge);
}

function readOne(text: string, index: number, folder: string, loader: Loader): Variables {
  const position: Position = { file: `-e #${index + 1}`, line: 1, column: 1 };
  if (text.startsWith('@')) return requireDict(loader.values(path.resolve(folder, text.slice(1))), position);
  if (/^[/.]/.test(text)) throw extraVars(position, `a file is written with @ before its name: -e @${text}`);
  if (/^[[{]/.test(text)) return requireDict(loader.parse(text, position.file), position);
  return keyValueVars(text, position, folder, loader);
}

/** As in Ansible, what isn't written key=value is kept under a name that nothing uses; somebody may have meant more by it. */
function keyValueVars(text: string, position: Position, folder: string, loader: Loader): Variables {
  try {
    const { options, rest } = parseKeyValues(text);
    const words = rest.trim();
    if (words !== '') {
      const hint = pathKind(path.resolve(folder, words)) === 'file' ? `; to read that file: -e @${words}` : '';
      loader.warn({ position, text: `\`${words}\` is not written key=value and sets no variable${hint}` });
    }
    const given: readonly (readonly [string, string])[] = words === '' ? [] : [['_raw_params', rest]];
    const variables = [...options, ...given].map(([name, value]): readonly [string, Variable] => {
      const node: Node = { kind: 'scalar', value, position, template: true };
      return [name, { node, position }];
    });
    return new Map(variables);
  } catch (error) {
    if (error instanceof InvalidArguments) throw extraVars(position, error.message);
    throw error;
  }
}

function requireDict(node: Node, position: Position): Variables {
  if (node.kind !== 'dict') throw extraVars(position, 'it holds no mapping of names to values');
  return variablesOf(node);
}
