/** The one error that users see: what went wrong, where, why, and how to go on. */
import type { Position } from './position.ts';
import { renderPosition } from './position.ts';

/** Which exit code an error leads to; `src/cli/exit-codes.ts` has the numbers. */
export type ErrorClass = 'config' | 'unreachable' | 'apply' | 'verify' | 'lock' | 'stale';

/** A place for an error: in a file, or a resource on a host. */
export type Where = Position | { readonly host: string; readonly resource?: string };

export type GatErrorParts = {
  /** Permanent and searchable: `area/what`, such as `var/undefined`. */
  readonly code: string;
  /** Starts with "cannot", lower case, present tense, and names the thing. */
  readonly what: string;
  readonly where?: Where | readonly Where[];
  /** One sentence for somebody who doesn't know our code. */
  readonly why?: string;
  /** A command to copy, or a question with "did you mean". */
  readonly fix?: string;
  /** Default `config`. */
  readonly class?: ErrorClass;
  readonly cause?: unknown;
};

/** An error made for the user; anything else that is thrown is a bug of ours and prints a stack. */
export class GatError extends Error {
  readonly code: string;
  readonly what: string;
  readonly where: readonly Where[];
  readonly why: string | undefined;
  readonly fix: string | undefined;
  readonly class: ErrorClass;

  constructor(parts: GatErrorParts) {
    super(parts.what, { cause: parts.cause });
    this.name = 'GatError';
    this.code = parts.code;
    this.what = parts.what;
    this.where = placesOf(parts.where);
    this.why = parts.why;
    this.fix = parts.fix;
    this.class = parts.class ?? 'config';
  }
}

/** Several user errors at once, such as all the problems of a project; never empty. */
export class Problems extends Error {
  readonly errors: readonly GatError[];

  constructor(errors: readonly GatError[]) {
    super(errors.map((error) => error.what).join('\n'));
    this.name = 'Problems';
    this.errors = errors;
  }
}

/** Throws nothing when there are no errors, the error itself when there is one, else all as `Problems`, each once. */
export function throwProblems(errors: readonly GatError[]): void {
  const [first, ...others] = withoutRepeats(errors);
  if (!first) return;
  throw others.length === 0 ? first : new Problems(errors);
}

/** What several hosts share, or several variables use, fails for each of them in the same place. */
function withoutRepeats(errors: readonly GatError[]): readonly GatError[] {
  const known = new Set<string>();
  return errors.filter(({ code, what, where, cause }) => {
    const reason = cause instanceof Error && where.length > 0 ? cause.message : what;
    const key = JSON.stringify([code, reason, where.map(renderWhere)]);
    return known.size < known.add(key).size;
  });
}

/** The same error with one more place, such as where the project names the host that it is about. */
export function withPlace(error: GatError, place: Position | undefined): GatError {
  if (!place) return error;
  const { code, what, where, why, fix, cause } = error;
  const told = new GatError({
    code,
    what,
    where: [...where, place],
    class: error.class,
    cause,
    ...(why !== undefined && { why }),
    ...(fix !== undefined && { fix }),
  });
  if (error.stack !== undefined) told.stack = error.stack;
  return told;
}

/** Renders a place as `file:line:column` or `resource on host`. */
export function renderWhere(where: Where): string {
  if ('file' in where) return renderPosition(where);
  return where.resource ? `${where.resource} on ${where.host}` : where.host;
}

function placesOf(where: GatErrorParts['where']): readonly Where[] {
  if (where === undefined) return [];
  return Array.isArray(where) ? where : [where as Where];
}
