/** Text to syntax tree, remembered: the same text is parsed once. */
import type { Position } from '../base/position.ts';
import { Fault } from './fault.ts';
import type { Template } from './jinja/ast.ts';
import type { Source } from './jinja/frame.ts';
import { ANSIBLE_SYNTAX, readOverrides, type SyntaxOptions } from './jinja/options.ts';
import { parseCondition, parseTemplate } from './jinja/parse.ts';
import { SyntaxFault } from './jinja/token.ts';

const MAX_CACHED = 4000;
type Parsed = { readonly template: Template; readonly syntax: SyntaxOptions; readonly skipped: number };

const cache = new Map<string, Parsed | Fault>();

export type SourceInput = {
  readonly text: string;
  readonly name: string;
  readonly locate: (at: number) => Position;
  readonly options?: SyntaxOptions;
  readonly condition?: boolean;
  /** Another template asked for it, whose settings hold: a `#jinja2:` line is text. */
  readonly included?: boolean;
};

/** Parses a text, or takes it from memory. @throws Fault syntax */
export function parseSource(input: SourceInput): Source {
  const options = input.options ?? ANSIBLE_SYNTAX;
  const kind = input.condition ? 'c' : input.included ? 'i' : 't';
  const key = `${kind}${JSON.stringify(Object.values(options))}${input.text}`;
  const known = cache.get(key) ?? parseAnew(input, options);
  if (!cache.has(key)) {
    if (cache.size >= MAX_CACHED) cache.clear();
    cache.set(key, known);
  }
  if (known instanceof Fault) throw located(known, input);
  const { template, syntax, skipped } = known;
  return { text: input.text, name: input.name, template, syntax, locate: (at) => input.locate(at + skipped) };
}

function parseAnew(input: SourceInput, options: SyntaxOptions): Parsed | Fault {
  try {
    if (input.condition)
      return { template: parseCondition(unifyLines(input.text), options), syntax: options, skipped: 0 };
    const { skipped, options: changed } = input.included
      ? { skipped: 0, options }
      : readOverrides(input.text, options);
    const text = unifyLines(input.text.slice(skipped));
    const source = !changed.keepTrailingNewline && text.endsWith('\n') ? text.slice(0, -1) : text;
    return { template: parseTemplate(source, changed), syntax: changed, skipped };
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
