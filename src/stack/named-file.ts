/** A file of the project that is not there: told where a variable names it, not where it would be. */
import { GatError } from '../base/errors.ts';
import type { Node } from '../base/node.ts';
import type { Position } from '../base/position.ts';

/** Runs something that reads `file`; when it is missing, the error names the place in `variables` that asks for it. */
export function toldWhereNamed<T>(file: string, variables: () => Iterable<Node>, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof GatError) || error.code !== 'file/unreadable') throw error;
    const place = placeOf(file, variables());
    if (place === undefined) throw error;
    const { code, what, why, cause } = error;
    const fix = `put the file there, or correct the name in ${place.file}`;
    throw new GatError({ code, what, where: place, fix, cause, ...(why !== undefined && { why }) });
  }
}

/** The text that is the file's name, else a template that ends as the file's name does. */
function placeOf(file: string, nodes: Iterable<Node>): Position | undefined {
  const texts = [...nodes].flatMap(textsIn);
  const ending = ({ text }: Written): boolean => {
    const end = /}}([^{}]*\/[^{}]+)$/.exec(text)?.[1];
    return end !== undefined && file.endsWith(end);
  };
  return (texts.find(({ text }) => text === file) ?? texts.find(ending))?.position;
}

type Written = { readonly text: string; readonly position: Position };

/** All texts that no key is needed to read. */
function textsIn(node: Node): readonly Written[] {
  if (node.kind === 'list') return node.items.flatMap(textsIn);
  if (node.kind === 'dict') return [...node.entries.values()].flatMap(textsIn);
  if (node.sealed || typeof node.value !== 'string') return [];
  return [{ text: node.value, position: node.position }];
}
