/** A file of values, as Ansible's loader reads it: JSON when the text is JSON, else YAML 1.1. */
import type { Node } from '../../base/node.ts';
import { buildNode } from './build.ts';
import type { ParseContext } from './context.ts';
import { parseJson } from './json.ts';
import { parseSyntax } from './parse.ts';

/** Reads a text of values. @throws GatError yaml/* with the position */
export function parseValues(text: string, context: ParseContext): Node {
  const json = /^\s*[[{]/.test(text) ? parseJson(text, context) : undefined;
  return json ?? buildNode(parseSyntax(text, context.file), context);
}
