/** A file of values, as Ansible's loader reads it: JSON when the text is JSON, else YAML 1.1. */
import type { Node } from '../../base/node.ts';
import type { Position } from '../../base/position.ts';
import type { Secret } from '../../base/secret.ts';
import { buildNode } from './build.ts';
import { parseJson } from './json.ts';
import { parseSyntax } from './parse.ts';

/** Something that a user should know and that stops nothing. */
export type Warning = { readonly position: Position; readonly text: string };

/** How a text is read. */
export type ParseContext = {
  /** The name shown in positions. */
  readonly file: string;
  /** Makes secrets of all texts: the file was decrypted. */
  readonly secretText?: (text: string) => Secret;
  /** Decrypts an inline `!vault` value. */
  readonly decrypt?: (ciphertext: string, position: Position) => Secret;
  readonly warn?: (warning: Warning) => void;
};

/** Reads a text of values. @throws GatError yaml/* with the position */
export function parseValues(text: string, context: ParseContext): Node {
  const json = /^\s*[[{]/.test(text) ? parseJson(text, context) : undefined;
  return json ?? buildNode(parseSyntax(text, context.file), context);
}
