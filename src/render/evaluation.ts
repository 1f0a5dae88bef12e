/** What evaluates variables and texts, as its parts see it. */
import type { Node, Scope } from '../base/node.ts';
import type { Source } from './jinja/frame.ts';
import type { SyntaxOptions } from './jinja/options.ts';
import type { LookupAccess } from './lookups/access.ts';
import type { PyValue } from './python/value.ts';

/** A variable is used: its definition, and the variable whose template uses it. */
export type Use = { readonly name: string; readonly node: Node; readonly by: string | undefined };

export type EvaluatorOptions = {
  readonly scope: Scope;
  readonly access: LookupAccess;
  readonly onUse?: (use: Use) => void;
  /** Variables that go before those of the scope. */
  readonly locals?: ReadonlyMap<string, PyValue>;
};

/** How a text is evaluated other than as a variable's value. */
export type TextOptions = {
  readonly syntax?: SyntaxOptions;
  readonly condition?: boolean;
  /** The folder in which includes are searched first. */
  readonly folder?: string;
};

export type Evaluator = {
  readonly options: EvaluatorOptions;
  /** The value of what stands in a file. A failure is an undefined value that carries it. */
  nodeValue(node: Node, name?: string): PyValue;
  /** The value of a variable; undefined when there is none. */
  variable(name: string): PyValue | undefined;
  /** The value of a template's text. */
  textValue(text: string, at: Pick<Source, 'name' | 'locate'>, options?: TextOptions): PyValue;
};
