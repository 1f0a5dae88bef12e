/** The values of expressions. */
import { joinText, type Text } from '../../base/secret.ts';
import { produce, spend } from '../limits.ts';
import { readAttribute, readItem } from '../python/access.ts';
import { redactedText } from '../python/ambient.ts';
import { negate, operate } from '../python/arithmetic.ts';
import { compare, equals, truth } from '../python/compare.ts';
import { contains } from '../python/contains.ts';
import { PyDict } from '../python/dict.ts';
import { str } from '../python/repr.ts';
import { sliceValue } from '../python/slice.ts';
import { Marker, NOTHING_CHOSEN, PyList, PyTuple, type PyValue } from '../python/value.ts';
import type { Comparison, ComparisonOperator, Expr } from './ast.ts';
import { evaluateCall, evaluateFilter, evaluateTest } from './call.ts';
import { type Frame, placed, resolveName } from './frame.ts';
import { mayBeTemplate } from './options.ts';

type Evaluators = { readonly [K in Expr['kind']]: (expr: Extract<Expr, { kind: K }>, frame: Frame) => PyValue };

const EVALUATORS: Evaluators = {
  const: ({ value }, frame) => {
    const embedded = frame.constants && typeof value === 'string' && mayBeTemplate(value);
    return embedded ? frame.engine.constant(value, frame) : value;
  },
  name: (expr, frame) => resolveName(frame, expr.name, expr.at),
  list: (expr, frame) => new PyList(expr.items.map((item) => evaluate(item, frame))),
  tuple: (expr, frame) => new PyTuple(expr.items.map((item) => evaluate(item, frame))),
  dict: (expr, frame) =>
    new PyDict(expr.items.map(([key, value]) => [evaluate(key, frame), evaluate(value, frame)])),
  attribute: (expr, frame) => placed(readAttribute(evaluate(expr.object, frame), expr.name), frame, expr.at),
  item: evaluateItem,
  slice: () => null,
  call: evaluateCall,
  filter: evaluateFilter,
  test: evaluateTest,
  choose: (expr, frame) => {
    if (truth(evaluate(expr.test, frame))) return evaluate(expr.then, frame);
    return expr.otherwise ? evaluate(expr.otherwise, frame) : NOTHING_CHOSEN;
  },
  and: (expr, frame) => {
    const left = evaluate(expr.left, frame);
    return truth(left) ? evaluate(expr.right, frame) : left;
  },
  or: (expr, frame) => {
    const left = evaluate(expr.left, frame);
    return truth(left) ? left : evaluate(expr.right, frame);
  },
  not: (expr, frame) => !truth(evaluate(expr.operand, frame)),
  negative: (expr, frame) => negate(evaluate(expr.operand, frame), '-'),
  positive: (expr, frame) => negate(evaluate(expr.operand, frame), '+'),
  compare: evaluateCompare,
  concat: (expr, frame) => {
    const parts = expr.parts.map((part) => evaluate(part, frame));
    frame.place.at = expr.at;
    return concatenate(parts);
  },
  arithmetic: (expr, frame) => {
    const left = evaluate(expr.left, frame);
    const right = evaluate(expr.right, frame);
    frame.place.at = expr.at;
    return operate(expr.operator, left, right);
  },
};

/** Evaluates an expression. @throws Fault when an operator fails; a failing filter or call gives an undefined value */
export function evaluate(expr: Expr, frame: Frame): PyValue {
  spend();
  frame.place.at = expr.at;
  return (EVALUATORS[expr.kind] as (expr: Expr, frame: Frame) => PyValue)(expr, frame);
}

function concatenate(values: readonly PyValue[]): Text {
  const texts = values.map((value) => redactedText(() => str(value)));
  const text = joinText(texts);
  produce(typeof text === 'string' ? text.length : text.reveal().length);
  return text;
}

function evaluateItem(expr: Extract<Expr, { kind: 'item' }>, frame: Frame): PyValue {
  const object = evaluate(expr.object, frame);
  if (expr.key.kind !== 'slice') {
    const key = evaluate(expr.key, frame);
    frame.place.at = expr.at;
    return placed(readItem(object, key), frame, expr.at);
  }
  const { start, stop, step } = expr.key;
  const bound = (part: Expr | undefined): PyValue => (part ? evaluate(part, frame) : null);
  const bounds = { start: bound(start), stop: bound(stop), step: bound(step) };
  frame.place.at = expr.at;
  return object instanceof Marker ? object : sliceValue(object, bounds);
}

function evaluateCompare(expr: Extract<Expr, { kind: 'compare' }>, frame: Frame): PyValue {
  let left = evaluate(expr.first, frame);
  for (const { operator, operand } of expr.rest satisfies readonly Comparison[]) {
    const right = evaluate(operand, frame);
    frame.place.at = expr.at;
    if (!COMPARE[operator](left, right)) return false;
    left = right;
  }
  return true;
}

const COMPARE: Record<ComparisonOperator, (a: PyValue, b: PyValue) => boolean> = {
  '==': equals,
  '!=': (a, b) => !equals(a, b),
  '<': (a, b) => compare(a, b, '<') < 0,
  '<=': (a, b) => compare(a, b, '<=') <= 0,
  '>': (a, b) => compare(a, b, '>') > 0,
  '>=': (a, b) => compare(a, b, '>=') >= 0,
  in: (a, b) => contains(b, a),
  'not in': (a, b) => !contains(b, a),
};
