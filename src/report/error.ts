/** Errors for people: `error[code]: what`, and below it where, why, and how to go on. */
import { GatError, Problems, renderWhere } from '../base/errors.ts';
import { hanging, type Line, type Lines, span, wrap } from './line.ts';
import { neutralLines } from './neutral.ts';
import { count } from './quantity.ts';

/** The code of an error that is a bug of ours. */
export const BUG = 'internal/bug';

const LABEL = 7;

/** How wide a text may be; a first line that programs look for stays whole unless it is `wrapped`. */
export type ErrorWidth = { readonly columns?: number | undefined; readonly wrapped?: boolean | undefined };

/** Renders anything that was thrown; all of several problems. A bug is named as one and shows its stack. */
export function renderError(error: unknown, width: ErrorWidth = {}): Lines {
  if (error instanceof GatError) return renderGatError(error, width);
  if (!(error instanceof Problems)) return renderBug(error);
  const blocks = error.errors.flatMap((one): Lines => [...renderGatError(one, width), []]);
  return [...blocks, [span('strong', count(error.errors.length, 'problem'))]];
}

function renderGatError(error: GatError, { columns = 80, wrapped = false }: ErrorWidth): Lines {
  const first = headline(error.code, error.what);
  return [
    ...(wrapped ? first.flatMap((line) => hanging(line, columns, 2)) : first),
    ...labelled('at', error.where.map(renderWhere)),
    ...labelled('why', error.why === undefined ? [] : prose(error.why, columns)),
    ...labelled('by', causes(error)),
    ...labelled('fix', error.fix === undefined ? [] : neutralLines(error.fix)),
  ];
}

function renderBug(error: unknown): Lines {
  const shown =
    error instanceof Error ? error : new Error(`something that is no error was thrown: ${String(error)}`);
  const stack = (shown.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const cause = shown.cause instanceof Error ? [`${shown.cause.name}: ${shown.cause.message}`] : [];
  return [
    ...headline(BUG, `this is a bug in gatdeploy: ${shown.message || shown.name}`),
    ...labelled('by', cause.flatMap(neutralLines)),
    ...labelled('fix', ['run the same command again; if it stays, report it with these lines']),
    ...stack.map((line): Line => [span('dim', line)]),
  ];
}

function headline(code: string, what: string): Lines {
  const [first = '', ...others] = neutralLines(what);
  return [
    [span('bad', `error[${code}]`), ': ', span('strong', first)],
    ...others.map((line): Line => [`  ${line}`]),
  ];
}

function labelled(label: string, texts: readonly string[]): Lines {
  return texts.map((text, index): Line => {
    if (index > 0) return [' '.repeat(LABEL), text];
    return ['  ', span('dim', label.padEnd(LABEL - 2)), text];
  });
}

/** One sentence is wrapped; lines that somebody else laid out (a host's output, a path of reasons) stay as they are. */
function prose(text: string, columns: number): readonly string[] {
  const lines = neutralLines(text);
  const [only] = lines;
  return lines.length === 1 && only !== undefined ? wrap(only, Math.max(columns, 40) - LABEL) : lines;
}

/** What the error was made from, when that was an error for people too. */
function causes(error: GatError): readonly string[] {
  const { cause } = error;
  return cause instanceof GatError ? [`error[${cause.code}]: ${cause.what}`, ...causes(cause)] : [];
}
