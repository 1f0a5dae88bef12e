/** A value as it was written in a file: a tree whose every part knows its place and whether it may be a template. */
import type { Position } from './position.ts';
import type { Scalar } from './value.ts';

/** One part of a file's value tree. */
export type Node = ScalarNode | ListNode | DictNode;

export type ScalarNode = {
  readonly kind: 'scalar';
  readonly value: Scalar;
  readonly position: Position;
  /** Written by the admin, so `{{ … }}` in it is evaluated; false for vault values, facts, `!unsafe`, host output. */
  readonly template: boolean;
};

export type ListNode = { readonly kind: 'list'; readonly items: readonly Node[]; readonly position: Position };

export type DictNode = {
  readonly kind: 'dict';
  readonly entries: ReadonlyMap<Scalar, Node>;
  readonly position: Position;
  /** Where each key was written, for errors about unknown keys; absent for dicts that come from no file. */
  readonly keyPositions?: ReadonlyMap<Scalar, Position>;
};

/** Where variables come from when a template asks for one by name. */
export interface Scope {
  /** The winning definition of a variable, not yet evaluated; undefined when nobody defines it. */
  lookup(name: string): Node | undefined;
  /** All names that `lookup` knows, for did-you-mean and `vars`. */
  names(): Iterable<string>;
}
