/** What modules that only look have in common. */

import type { Script } from '../../base/shell.ts';
import type { Scalar, Value } from '../../base/value.ts';
import type { RunOutput } from '../../resources/index.ts';
import type { Action, Result } from '../action.ts';
import { runAs } from '../as-user.ts';

/** A dict as values have it. */
export type Dict = ReadonlyMap<Scalar, Value>;

/** A dict of plain entries. */
export const dict = (entries: Readonly<Record<string, Value>>): Dict =>
  new Map<Scalar, Value>(Object.entries(entries));
/** A module's result of plain entries. */
export const result = (entries: Readonly<Record<string, Value>>): Result => new Map(Object.entries(entries));

/** A script that changes nothing; its output becomes the result. */
export function reading(script: Script, user: string, parse: (output: RunOutput) => Result): Action {
  return { type: 'script', isReading: true, script: runAs(script, { user, environment: [] }), result: parse };
}

/** The result of a script that failed. */
export function failed({ stderr, code }: RunOutput, what: string): Result {
  return result({ failed: true, rc: code, msg: `${what}: ${stderr.trim() || `exit ${code}`}` });
}
