/** Filters, tests and calls: undefined arguments pass through, failures become undefined values that carry them. */
import { Fault, typeFault } from '../fault.ts';
import type { Plugin } from '../plugin.ts';
import { withAmbient } from '../python/ambient.ts';
import { truth } from '../python/compare.ts';
import { PyDict } from '../python/dict.ts';
import { iterate } from '../python/iterate.ts';
import { defined, isText, pyType } from '../python/kinds.ts';
import { str } from '../python/repr.ts';
import { guardSecrets } from '../python/secrecy.ts';
import { bind } from '../python/signature.ts';
import { type Arguments, Marker, PyList, PyObject, PyRange, type PyValue } from '../python/value.ts';
import type { CallArguments, CallExpr, FilterExpr, TestExpr } from './ast.ts';
import { type Engine, type Frame, placedFault } from './frame.ts';

/** Evaluates arguments as they are written. */
export function evaluateArguments(args: CallArguments, frame: Frame): Arguments {
  const { evaluate } = frame.engine;
  const positional = args.positional.map((arg) => evaluate(arg, frame));
  const named = new Map(args.named.map(([name, value]) => [name, evaluate(value, frame)]));
  if (args.rest) positional.push(...iterate(evaluate(args.rest, frame)));
  if (args.namedRest)
    for (const [name, value] of namedRest(evaluate(args.namedRest, frame))) named.set(name, value);
  return { positional, named };
}

function namedRest(value: PyValue): [string, PyValue][] {
  if (!(defined(value) instanceof PyDict)) throw typeFault('argument after ** must be a mapping');
  return [...(value as PyDict).entries()].map(([key, item]) => [str(key), item]);
}

export function evaluateFilter(expr: FilterExpr, frame: Frame): PyValue {
  return applyFilter(expr, expr.operand ? frame.engine.evaluate(expr.operand, frame) : null, frame);
}

/** Applies a filter to a value that is already known. */
export function applyFilter(expr: FilterExpr, value: PyValue, frame: Frame): PyValue {
  const found = frame.engine.findFilter(expr.name);
  if (!found) throw unknownPlugin('filter', expr.name, frame.engine.pluginNames);
  const args = evaluateArguments(expr.args, frame);
  frame.place.at = expr.at;
  return invoke(expr.name, found, { ...args, positional: [value, ...args.positional] }, frame);
}

/** Applies the filters of a `{% filter %}` block, the innermost of which has no operand. */
export function applyFilterChain(expr: FilterExpr, value: PyValue, frame: Frame): PyValue {
  const inner = expr.operand?.kind === 'filter' ? applyFilterChain(expr.operand, value, frame) : value;
  return applyFilter(expr, inner, frame);
}

export function evaluateTest(expr: TestExpr, frame: Frame): PyValue {
  const value = frame.engine.evaluate(expr.operand, frame);
  const found = frame.engine.findTest(expr.name);
  if (!found) throw unknownPlugin('test', expr.name, frame.engine.pluginNames);
  const args = evaluateArguments(expr.args, frame);
  frame.place.at = expr.at;
  const result = invoke(expr.name, found, { ...args, positional: [value, ...args.positional] }, frame);
  return result instanceof Marker ? result : truth(result);
}

/** Builds the failure of a name that no filter or test has. */
export function unknownPlugin(what: 'filter' | 'test', name: string, known: Engine['pluginNames']): Fault {
  const fault = new Fault('unknown-plugin', `no ${what} named '${name}' found`);
  fault.misnamed = { name, known: () => known(what) };
  return fault;
}

/** Calls a plugin as templates do: undefined arguments pass through it, its failure is its value. */
export function invoke(name: string, found: Plugin, args: Arguments, frame: Frame): PyValue {
  const marker = found.acceptsMarkers ? undefined : firstMarker(args);
  if (marker) return marker;
  try {
    const result = withAmbient({ tripping: !found.acceptsInner }, () => {
      const bound = bind(name, found.signature, args);
      return guardSecrets(found.secrecy, () => found.body(frame.engine.tools, ...bound));
    });
    return result instanceof PyRange ? new PyList([...result]) : result;
  } catch (error) {
    return new Marker(placedFault(error, frame));
  }
}

function firstMarker(args: Arguments): Marker | undefined {
  const values = [...args.positional, ...args.named.values()];
  return values.find((value): value is Marker => value instanceof Marker);
}

export function evaluateCall(expr: CallExpr, frame: Frame): PyValue {
  const callee = frame.engine.evaluate(expr.callee, frame);
  const isLookup = callee instanceof PyObject && callee.typeName === 'lookup';
  const args = evaluateArguments(expr.args, isLookup ? { ...frame, constants: true } : frame);
  frame.place.at = expr.at;
  return callValue(callee, args, frame);
}

/** Calls a function, method or macro. */
export function callValue(callee: PyValue, args: Arguments, frame: Frame): PyValue {
  if (callee instanceof Marker) return callee;
  try {
    if (!(callee instanceof PyObject) || !callee.can.call) {
      throw typeFault(`'${isText(callee) ? 'str' : pyType(callee)}' object is not callable`);
    }
    const { call, acceptsMarkers } = callee.can;
    const marker = acceptsMarkers ? undefined : firstMarker(args);
    return marker ?? withAmbient({ tripping: !acceptsMarkers }, () => call(args));
  } catch (error) {
    return new Marker(placedFault(error, frame));
  }
}
