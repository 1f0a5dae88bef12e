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
  const lines = text.split('\n').map((line) => {
    const next = patterns.findIndex((pattern, index) => index > last && pattern?.test(line));
    const found = next < 0 ? patterns.findIndex((pattern) => pattern?.test(line)) : next;
    if (found >= 0) last = found;
    return Math.max(last, 0) + 1;
  });
  return (position) => ({ ...position, line: lines[position.line - 1] ?? position.line });
}

function patternOf(line: string): RegExp | undefined {
  if (/^\s*\{[%#]/.test(line) && !line.includes('{{')) return undefined;
  const parts = line.split(/\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}/);
  return new RegExp(`^${parts.map((one) => one.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
}
