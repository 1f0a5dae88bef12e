/** What reading a text of values needs to know of its file. */
import type { Position } from '../../base/position.ts';
import type { Secret } from '../../base/secret.ts';

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

/** Something that a user should know and that stops nothing. */
export type Warning = { readonly position: Position; readonly text: string };
