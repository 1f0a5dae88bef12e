/** Text to syntax tree, remembered: the same text is parsed once. */
import type { Position } from '../base/position.ts';
import { Fault } from './fault.ts';
import type { Template } from './jinja/ast.ts';
import type { Source } from './jinja/frame.ts';
import { ANSIBLE_SYNTAX, readOverrides, type SyntaxOptions } from './jinja/options.ts';
import { parseCondition, parseTemplate } from './jinja/parse.ts';
import { SyntaxFault } from './jinja/token.ts';

const MAX_CACHED = 4000;
const cache = new Map<string, { readonly template: Template; readonly skipped: number } | Fault>();

export type SourceInput = {
  readonly text: string;
  readonly name: string;
  readonly locate: (at: number) => Position;
  readonly options?: SyntaxOptions;
  readonly condition?: boolean;
};

/** Parses a text, or takes it from memory. @throws Fault syntax */
export function parseSource(input: SourceInput): Source {
  const options = input.options ?? ANSIBLE_SYNTAX;
  const key = `${input.condition ? 'c' : 't'}${JSON.stringify(Object.values(options))}${input.text}`;
  const known = cache.get(key) ?? parseAnew(input, options);
  if (!cache.has(key)) {
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(key, known);
  }
  if (known instanceof Fault) throw located(known, input);
  const { template, skipped } = known;
  return { text: input.text, name: input.name, template, locate: (at) => input.locate(at + skipped) };
}

function parseAnew(input: SourceInput, options: SyntaxOptions): { template: Template; skipped: number } | Fault {
  try {
    if (input.condition) return { template: parseCondition(unifyLines(input.text), options), skipped: 0 };
    const { skipped, options: changed } = readOverrides(input.text, options);
    const text = unifyLines(input.text.slice(skipped));
    const source = !changed.keepTrailingNewline && text.endsWith('\n') ? text.slice(0, -1) : text;
    return { template: parseTemplate(source, changed), skipped };
  } catch (error) {
    if (error instanceof Fault) return error;
    if (error instanceof RangeError) return new Fault('syntax', 'nested too deeply');
    throw error;
  }
}

const unifyLines = (text: string): string => (text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);

/** The remembered fault may come from another place; each place gets its own. */
function located(fault: Fault, input: SourceInput): Fault {
  const own = new Fault(fault.kind, fault.message);
  const at = fault instanceof SyntaxFault ? fault.at : 0;
  own.where = () => input.locate(at);
  return own;
}
