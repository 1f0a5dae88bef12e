/** A template of the project rendered without a host: what is undefined gets a stand-in, and lines keep their origin. */
import { GatError } from '../../base/errors.ts';
import type { Position } from '../../base/position.ts';
import { reveal } from '../../base/secret.ts';
import type { Value } from '../../base/value.ts';
import type { Templar } from '../../render/templar.ts';

/** How many undefined variables of one template are passed over. */
const MAX_UNDEFINED = 20;

/** A rendered file. */
export type Rendered = {
  /** The file of the project that it comes from, as it is shown. */
  readonly file: string;
  /** Its text with secrets in it: never shown. */
  readonly text: string;
  readonly template: string;
  /** What could not be evaluated. */
  readonly failures: readonly GatError[];
  /** The place in the template of a place in the rendered text. */
  readonly origin: (position: Position) => Position;
};

/** Renders a template; undefined when it can't be rendered even with stand-ins. */
export function renderOffline(templar: Templar, template: string, file: string): Rendered {
  const variables = new Map<string, Value>();
  const failures: GatError[] = [];
  for (let round = 0; round <= MAX_UNDEFINED; round++) {
    try {
      const text = reveal(templar.renderTemplate(template, file, { variables }));
      return { file, text, template, failures, origin: originOf(template, text) };
    } catch (error) {
      if (!(error instanceof GatError)) throw error;
      failures.push(error);
      const name = undefinedName(error);
      if (name === undefined || variables.has(name)) break;
      variables.set(name, `UNKNOWN_${name}`);
    }
  }
  return { file, text: '', template, failures, origin: (position) => position };
}

/** The name of the undefined variable that an error is about. */
export function undefinedName(error: GatError): string | undefined {
  const { cause } = error;
  return cause instanceof Error && 'undefinedName' in cause && typeof cause.undefinedName === 'string'
    ? cause.undefinedName
    : undefined;
}

/** Finds for each line of the text the template's line that it was made from: the next one that fits, else any. */
function originOf(template: string, text: string): (position: Position) => Position {
  const patterns = template.split('\n').map(patternOf);
  let last = -1;
  const texts = text.split('\n');
  const lines = texts.map((line) => {
    const next = patterns.findIndex((one, index) => index > last && one?.pattern.test(line));
    const found = next < 0 ? patterns.findIndex((one) => one?.pattern.test(line)) : next;
    if (found >= 0) last = found;
    return Math.max(last, 0);
  });
  return (position) => {
    const line = lines[position.line - 1];
    if (line === undefined) return position;
    const column = columnIn(patterns[line], texts[position.line - 1] ?? '', position.column);
    return { ...position, line: line + 1, column };
  };
}

/** A line of a template: its letters, and what it can become. */
type LinePattern = { readonly pattern: RegExp; readonly pieces: readonly string[] };

const EXPRESSION = /(\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\})/;

function patternOf(line: string): LinePattern | undefined {
  if (/^\s*\{[%#]/.test(line) && !line.includes('{{')) return undefined;
  const pieces = line.split(EXPRESSION);
  const source = pieces.map((one, index) =>
    index % 2 === 1 ? '(.*)' : one.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  return { pattern: new RegExp(`^${source.join('')}$`), pieces };
}

/** The column in the template of a column in what became of the line; within an expression's output, the expression's. */
function columnIn(line: LinePattern | undefined, text: string, column: number): number {
  const outputs = line?.pattern.exec(text);
  if (!line || !outputs) return column;
  let [written, rendered] = [1, 1];
  for (const [index, piece] of line.pieces.entries()) {
    const isExpression = index % 2 === 1;
    const length = isExpression ? (outputs[(index + 1) / 2]?.length ?? 0) : piece.length;
    if (column < rendered + length) return isExpression ? written : written + column - rendered;
    written += piece.length;
    rendered += length;
  }
  return written;
}
