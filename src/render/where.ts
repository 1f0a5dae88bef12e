/** Places inside values: an offset in a variable's text to a line and column of its file. */
import type { ScalarNode } from '../base/node.ts';
import type { Position } from '../base/position.ts';

/** Finds the place of an offset in a scalar's text. A text of several lines is taken to begin below its `|` or `>`. */
export function nodeLocator(node: ScalarNode, text: string): (at: number) => Position {
  const { file, line, column } = node.position;
  if (!text.includes('\n')) return (at) => ({ file, line, column: column === 0 ? 0 : column + at });
  return (at) => {
    const before = text.slice(0, at);
    const lines = before.split('\n').length;
    return { file, line: line + lines, column: 0 };
  };
}
