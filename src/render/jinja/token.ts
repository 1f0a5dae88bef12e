/** The tokens of a template, and the error of a template that is none. */
import { Fault } from '../fault.ts';

export type TokenType =
  | 'text'
  | 'variable-begin'
  | 'variable-end'
  | 'block-begin'
  | 'block-end'
  | 'name'
  | 'string'
  | 'integer'
  | 'float'
  | 'operator'
  | 'end';

export type Token = { readonly type: TokenType; readonly value: string; readonly at: number };

/** A syntax error at an offset of the source. */
export class SyntaxFault extends Fault {
  readonly at: number;
  constructor(message: string, at: number) {
    super('syntax', message);
    this.at = at;
  }
}
