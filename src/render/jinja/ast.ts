/** The syntax tree of a Jinja2 template. `at` is the offset in the template's source. */
import type { PyValue } from '../python/value.ts';

export type Expr =
  | { readonly kind: 'const'; readonly at: number; readonly value: PyValue }
  | { readonly kind: 'name'; readonly at: number; readonly name: string }
  | { readonly kind: 'list'; readonly at: number; readonly items: readonly Expr[] }
  | { readonly kind: 'tuple'; readonly at: number; readonly items: readonly Expr[] }
  | { readonly kind: 'dict'; readonly at: number; readonly items: readonly (readonly [Expr, Expr])[] }
  | { readonly kind: 'attribute'; readonly at: number; readonly object: Expr; readonly name: string }
  | { readonly kind: 'item'; readonly at: number; readonly object: Expr; readonly key: Expr }
  | SliceExpr
  | CallExpr
  | FilterExpr
  | TestExpr
  | {
      readonly kind: 'choose';
      readonly at: number;
      readonly test: Expr;
      readonly then: Expr;
      readonly otherwise?: Expr;
    }
  | LogicExpr<'and'>
  | LogicExpr<'or'>
  | UnaryExpr<'not'>
  | UnaryExpr<'negative'>
  | UnaryExpr<'positive'>
  | { readonly kind: 'compare'; readonly at: number; readonly first: Expr; readonly rest: readonly Comparison[] }
  | { readonly kind: 'concat'; readonly at: number; readonly parts: readonly Expr[] }
  | ArithmeticExpr;

export type SliceExpr = {
  readonly kind: 'slice';
  readonly at: number;
  readonly start: Expr | undefined;
  readonly stop: Expr | undefined;
  readonly step: Expr | undefined;
};

type LogicExpr<K> = { readonly kind: K; readonly at: number; readonly left: Expr; readonly right: Expr };
type UnaryExpr<K> = { readonly kind: K; readonly at: number; readonly operand: Expr };

export type ArithmeticExpr = {
  readonly kind: 'arithmetic';
  readonly at: number;
  readonly operator: '+' | '-' | '*' | '/' | '//' | '%' | '**';
  readonly left: Expr;
  readonly right: Expr;
};

export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';
export type Comparison = { readonly operator: ComparisonOperator; readonly operand: Expr };

/** Arguments of a call as they are written. */
export type CallArguments = {
  readonly positional: readonly Expr[];
  readonly named: readonly (readonly [string, Expr])[];
  readonly rest?: Expr;
  readonly namedRest?: Expr;
};

export type CallExpr = {
  readonly kind: 'call';
  readonly at: number;
  readonly callee: Expr;
  readonly args: CallArguments;
};

/** A filter; without `operand` it stands in `{% filter %}` or `{% set x | f %}` and takes the block's text. */
export type FilterExpr = {
  readonly kind: 'filter';
  readonly at: number;
  readonly name: string;
  readonly operand: Expr | undefined;
  readonly args: CallArguments;
};

export type TestExpr = {
  readonly kind: 'test';
  readonly at: number;
  readonly name: string;
  readonly operand: Expr;
  readonly args: CallArguments;
};

/** What is assigned to. */
export type Target =
  | { readonly kind: 'name'; readonly at: number; readonly name: string }
  | { readonly kind: 'names'; readonly at: number; readonly items: readonly Target[] }
  | { readonly kind: 'member'; readonly at: number; readonly object: string; readonly name: string };

export type MacroParameter = { readonly name: string; readonly default?: Expr };

export type MacroDefinition = {
  readonly parameters: readonly MacroParameter[];
  readonly body: readonly Statement[];
  /** Which of the special names the body uses. */
  readonly uses: { readonly caller: boolean; readonly kwargs: boolean; readonly varargs: boolean };
};

export type ForStatement = {
  readonly kind: 'for';
  readonly at: number;
  readonly target: Target;
  readonly items: Expr;
  readonly condition: Expr | undefined;
  readonly recursive: boolean;
  readonly body: readonly Statement[];
  readonly otherwise: readonly Statement[];
};

export type Statement =
  | { readonly kind: 'text'; readonly at: number; readonly text: string }
  | { readonly kind: 'output'; readonly at: number; readonly value: Expr }
  | ForStatement
  | {
      readonly kind: 'if';
      readonly at: number;
      readonly branches: readonly Branch[];
      readonly otherwise: readonly Statement[];
    }
  | { readonly kind: 'set'; readonly at: number; readonly target: Target; readonly value: Expr }
  | SetBlock
  | {
      readonly kind: 'with';
      readonly at: number;
      readonly pairs: readonly (readonly [Target, Expr])[];
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'macro'; readonly at: number; readonly name: string; readonly macro: MacroDefinition }
  | { readonly kind: 'call'; readonly at: number; readonly call: CallExpr; readonly macro: MacroDefinition }
  | {
      readonly kind: 'filter-block';
      readonly at: number;
      readonly filter: FilterExpr;
      readonly body: readonly Statement[];
    }
  | BlockStatement
  | { readonly kind: 'extends'; readonly at: number; readonly template: Expr }
  | {
      readonly kind: 'include';
      readonly at: number;
      readonly template: Expr;
      readonly ignoreMissing: boolean;
      readonly context: boolean;
    }
  | {
      readonly kind: 'import';
      readonly at: number;
      readonly template: Expr;
      readonly name: string;
      readonly context: boolean;
    }
  | FromImport;

export type Branch = { readonly test: Expr; readonly body: readonly Statement[] };

export type SetBlock = {
  readonly kind: 'set-block';
  readonly at: number;
  readonly target: Target;
  readonly filter: FilterExpr | undefined;
  readonly body: readonly Statement[];
};

export type BlockStatement = {
  readonly kind: 'block';
  readonly at: number;
  readonly name: string;
  readonly scoped: boolean;
  readonly required: boolean;
  readonly body: readonly Statement[];
};

export type FromImport = {
  readonly kind: 'from';
  readonly at: number;
  readonly template: Expr;
  readonly names: readonly (readonly [string, string])[];
  readonly context: boolean;
};

/** A filter or test that must exist, because it stands where it is not known to be skipped. */
export type Requirement = { readonly plugin: 'filter' | 'test'; readonly name: string; readonly at: number };

/** A parsed template. */
export type Template = {
  readonly body: readonly Statement[];
  readonly required: readonly Requirement[];
  /** All blocks by name, nested ones too. */
  readonly blocks: ReadonlyMap<string, BlockStatement>;
};
