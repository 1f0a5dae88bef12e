/** One text evaluated for itself: as a variable's value, a template file, or a condition. */

import { GatError } from '../base/errors.ts';
import type { Scope } from '../base/node.ts';
import type { Position } from '../base/position.ts';
import { Fault } from './fault.ts';
import type { LookupAccess } from './lookups/access.ts';
import { resultJson, typeName } from './result-json.ts';
import { createTemplar } from './templar.ts';

export type TextMode = 'value' | 'template' | 'when';

export type TextQuestion = {
  readonly mode: TextMode;
  readonly input: string | boolean;
  readonly scope: Scope;
  readonly access: LookupAccess;
  /** Names the text in errors. */
  readonly position: Position;
  readonly showSecrets?: boolean;
};

/** What came out: a value as JSON with its type, or the class of the failure and its message. */
export type TextAnswer =
  | { readonly json: string; readonly type: string }
  | {
      readonly error: string;
      readonly message: string;
      readonly undefinedName?: string;
      readonly cause: GatError;
    };

/** Evaluates a text; a failure is an answer too. */
export function evaluateText(question: TextQuestion): TextAnswer {
  const { mode, input, scope, access, position, showSecrets = false } = question;
  const templar = createTemplar({ scope, access });
  try {
    if (mode === 'when') return { json: String(templar.condition(input, position)), type: 'bool' };
    if (mode === 'template') {
      const text = templar.renderTemplate(String(input), position.file);
      return { json: resultJson(text, showSecrets), type: 'str' };
    }
    const value = templar.raw({ kind: 'scalar', value: input, position, template: true });
    return { json: resultJson(value, showSecrets), type: typeName(value) };
  } catch (error) {
    if (!(error instanceof GatError)) throw error;
    return answerOf(error);
  }
}

function answerOf(error: GatError): TextAnswer {
  const fault = error.cause instanceof Fault ? error.cause : undefined;
  const name = fault?.undefinedName;
  const known = { error: fault?.kind ?? 'other', message: error.what, cause: error };
  return name === undefined ? known : { ...known, undefinedName: name };
}
