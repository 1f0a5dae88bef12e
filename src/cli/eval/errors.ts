/** The errors of `gatdeploy eval` and `gatdeploy render`. */
import { GatError } from '../../base/errors.ts';
import type { Position } from '../../base/position.ts';

/** Builds the error of a batch file that doesn't hold cases. */
export function invalidBatch(where: Position, why: string): GatError {
  return new GatError({ code: 'eval/invalid-batch', what: 'cannot evaluate the batch', where, why });
}

/** Builds the error of a file that can't be read. */
export function unreadableFile(file: string, cause: unknown): GatError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new GatError({ code: 'eval/unreadable', what: `cannot read ${file}`, why, cause });
}

/** Builds the error of a `--vars` file that isn't a JSON object. */
export function invalidVars(file: string, why: string): GatError {
  return new GatError({
    code: 'eval/invalid-vars',
    what: `cannot use ${file} as variables`,
    why,
    fix: 'give a JSON object',
  });
}

/** Builds the error of a command that was given nothing to evaluate. */
export function nothingToEvaluate(): GatError {
  return new GatError({
    code: 'eval/nothing',
    what: 'cannot evaluate nothing',
    why: 'neither a text nor --batch was given',
    fix: "gatdeploy eval '{{ 1 + 1 }}'",
  });
}

/** A Handlebars template that is none, or that asks for a part which its value lacks. */
export function brokenTemplate(file: string, cause: unknown): GatError {
  const said = cause instanceof Error ? cause.message : String(cause);
  const line = Number(/on line (\d+)|- (\d+):\d+$/m.exec(said)?.slice(1).find(Boolean) ?? 1);
  return new GatError({
    code: 'render/handlebars',
    what: `cannot render ${file}`,
    where: { file, line, column: 0 },
    why: said.split('\n')[0] ?? said,
    fix: 'correct the template there',
  });
}
