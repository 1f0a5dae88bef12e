/** Values leaf by leaf: what fails says so in its place, and its siblings stay. */
import { GatError } from '../base/errors.ts';
import type { Node } from '../base/node.ts';
import type { Scalar, Value } from '../base/value.ts';

/** Evaluates each leaf for itself. */
export function leafwise(node: Node, evaluate: (leaf: Node) => Value | undefined): Value {
  if (node.kind === 'list') return node.items.flatMap((item) => present(item, evaluate));
  if (node.kind === 'scalar') {
    const [value = new Map([['__omit__', true]])] = present(node, evaluate);
    return value;
  }
  const entries: [Scalar, Value][] = [];
  for (const [key, item] of node.entries) for (const value of present(item, evaluate)) entries.push([key, value]);
  return new Map(entries);
}

/** A leaf's value in a list, or an empty list when it is omitted. */
function present(node: Node, evaluate: (leaf: Node) => Value | undefined): Value[] {
  if (node.kind !== 'scalar') return [leafwise(node, evaluate)];
  try {
    const value = evaluate(node);
    return value === undefined ? [] : [value];
  } catch (error) {
    if (!(error instanceof GatError)) throw error;
    const kind = error.code === 'var/undefined' ? 'undefined' : 'error';
    return [new Map([['__error__', kind] as const, ['detail', error.what] as const])];
  }
}
