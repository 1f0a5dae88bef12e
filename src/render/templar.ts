/** Evaluates variables, conditions and templates of one host, as Ansible would: lazily, leaf by leaf, with Python's types. */
import type { Node, ScalarNode, Scope } from '../base/node.ts';
import type { Position } from '../base/position.ts';
import type { Text } from '../base/secret.ts';
import type { Value } from '../base/value.ts';
import { evaluateCondition } from './condition.ts';
import { finish, toValue } from './convert.ts';
import { evaluationFailed } from './errors.ts';
import type { Use } from './evaluation.ts';
import { makeEvaluator } from './evaluator.ts';
import { faultOf } from './fault.ts';
import { leafwise } from './leafwise.ts';
import { DEFAULT_LIMITS, type Limits, startBudget, withBudget } from './limits.ts';
import type { LookupAccess } from './lookups/access.ts';
import { NO_ACCESS } from './lookups/access.ts';
import { withAmbient } from './python/ambient.ts';
import type { PyValue } from './python/value.ts';
import { renderFile, type TemplateFileOptions } from './template-file.ts';

export type TemplarOptions = {
  readonly scope: Scope;
  /** What templates may see of the controller; nothing when left out. */
  readonly access?: LookupAccess;
  readonly limits?: Partial<Limits>;
  /** Is told of each variable that is used, and by which variable's template. */
  readonly onUse?: (use: Use) => void;
};

export type Templar = {
  /** The finished value of a variable; undefined when it is omitted. @throws GatError */
  variable(name: string): Value | undefined;
  /** The finished value of what stands in a file; undefined when it is omitted. Errors call it `doing`. @throws GatError */
  evaluate(node: Node, doing?: string): Value | undefined;
  /** The same, but a leaf that fails becomes `{__error__, detail}` and its siblings stay. */
  leafwise(node: Node): Value;
  /** Whether a condition (`when`) holds. @throws GatError */
  condition(text: string | boolean, position: Position): boolean;
  /** The text that the template module would write for a template file. @throws GatError */
  renderTemplate(text: string, file: string, options?: TemplateFileOptions): Text;
  /** The value before it becomes a plain one; for `gatdeploy eval`. @throws GatError */
  raw(node: Node): PyValue | undefined;
};

/** Makes the evaluator of one host's variables. Values are remembered, so make a new one when variables change. */
export function createTemplar(options: TemplarOptions): Templar {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const access = options.access ?? NO_ACCESS;
  const evaluator = makeEvaluator({
    scope: options.scope,
    access,
    ...(options.onUse && { onUse: options.onUse }),
  });

  const guard = <T>(doing: string, position: Position, run: () => T): T =>
    withBudget(startBudget(limits), () =>
      withAmbient({ tripping: false, redacting: false }, () => shown(doing, position, run)),
    );
  const raw = (node: Node, doing = 'value'): PyValue | undefined =>
    guard(doing, node.position, () => finish(evaluator.nodeValue(node)));
  const evaluate = (node: Node, doing = 'value', name?: string): Value | undefined =>
    guard(doing, node.position, () => {
      const value = finish(evaluator.nodeValue(node, name));
      return value === undefined ? undefined : toValue(value);
    });

  return {
    variable: (name) => evaluate(referenceTo(name, options.scope), `variable ${name}`, name),
    evaluate: (node, doing) => evaluate(node, doing),
    leafwise: (node) => leafwise(node, (leaf) => evaluate(leaf)),
    condition: (text, position) =>
      guard('condition', position, () => evaluateCondition(evaluator, text, position)),
    renderTemplate: (text, file, fileOptions = {}) =>
      guard(file, { file, line: 1, column: 1 }, () => renderFile(evaluator, text, file, fileOptions)),
    raw: (node) => raw(node),
  };
}

/** A variable's own node, or a template that names it, so that a missing one fails as in a template. */
function referenceTo(name: string, scope: Scope): Node {
  const position = { file: `variable ${name}`, line: 1, column: 0 };
  const node = scope.lookup(name);
  return node ?? ({ kind: 'scalar', value: `{{ ${name} }}`, position, template: true } satisfies ScalarNode);
}

function shown<T>(doing: string, position: Position, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw evaluationFailed(doing, faultOf(error), position);
  }
}
