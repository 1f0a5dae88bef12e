/** Leaves of a value tree, and what is carried along while a file's tree is built. */
import type { Scalar as ScalarSyntax } from 'yaml';
import type { Node, ScalarNode } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import type { Scalar } from '../../base/value.ts';
import type { ParseContext } from './context.ts';

/** What is carried through one file. */
export type Build = {
  readonly context: ParseContext;
  readonly positionOf: (offset: number) => Position;
  readonly anchors: Map<string, Node | 'open'>;
  /** How many parts a list or dict has when all its aliases are followed. */
  readonly sizes: Map<Node, number>;
  /** Inside `!unsafe`, texts are no templates. */
  readonly unsafe: boolean;
};

/** Makes a scalar; texts of decrypted files become secrets. */
export function scalarNode(build: Build, value: Scalar, position: Position): ScalarNode {
  const { secretText } = build.context;
  const kept = typeof value === 'string' && secretText ? secretText(value) : value;
  return { kind: 'scalar', value: kept, position, template: typeof value === 'string' && !build.unsafe };
}

/** The text of a scalar; a missing value is the empty text, which resolves to null. */
export function scalarText(syntax: ScalarSyntax): string {
  return typeof syntax.value === 'string' ? syntax.value : '';
}
