/** What goes wrong inside an evaluation: thrown internally, carried by undefined values, shown as a GatError outside. */
import type { Position } from '../base/position.ts';

/** The class of a failure; `gatdeploy eval` prints it. */
export type FaultKind =
  | 'undefined'
  | 'syntax'
  | 'type'
  | 'value'
  | 'recursion'
  | 'unknown-plugin'
  | 'template-not-found'
  | 'unsupported-type'
  | 'mandatory'
  | 'conditional'
  | 'lookup'
  | 'forbidden'
  | 'limit'
  | 'other';

/** A failure on its way to the place that handles it. */
export class Fault extends Error {
  readonly kind: FaultKind;
  /** The variable's name, when an undefined variable is at fault. */
  readonly undefinedName: string | undefined;
  /** Whether `default` may replace the value that this failure stands for. */
  readonly replaceable: boolean;
  /** Where it happened; asked for only when the failure is shown. */
  where: (() => Position) | undefined;
  /** A name that means nothing, and those that would: asked for only when the failure is shown. */
  misnamed: { readonly name: string; readonly known: () => Iterable<string> } | undefined;

  /** What to do, where the kind of failure alone does not tell. */
  advice: string | undefined;

  constructor(kind: FaultKind, message: string, details: { undefinedName?: string; replaceable?: boolean } = {}) {
    super(message);
    this.name = 'Fault';
    this.kind = kind;
    this.undefinedName = details.undefinedName;
    this.replaceable = details.replaceable ?? false;
  }
}

/** Builds the failure of an operation on a value of the wrong type. */
export const typeFault = (message: string): Fault => new Fault('type', message);

/** Builds the failure of an operation whose value is of the right type but unsuitable. */
export const valueFault = (message: string): Fault => new Fault('value', message);

/** What was thrown as a fault: a full stack is one, too. @throws anything else again, as it is a bug */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof RangeError && /call stack/.test(error.message))
    return new Fault('recursion', 'templates, macros or values are nested too deeply');
  throw error;
}
