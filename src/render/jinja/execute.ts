/** Runs statements; what they print goes to a list of pieces. */
import { deeper, spend } from '../limits.ts';
import { truth } from '../python/compare.ts';
import type { PyValue } from '../python/value.ts';
import { assign } from './assign.ts';
import type { Statement } from './ast.ts';
import { applyFilterChain, callValue, evaluateArguments } from './call.ts';
import { type Frame, innerFrame } from './frame.ts';
import { runFor } from './loop.ts';
import { makeMacro } from './macro.ts';
import { runBlock, runExtends, runFrom, runImport, runInclude } from './module.ts';
import { joinPieces } from './nodes.ts';

type Executors = {
  readonly [K in Statement['kind']]: (s: Extract<Statement, { kind: K }>, f: Frame, out: PyValue[]) => void;
};

const EXECUTORS: Executors = {
  text: (statement, _frame, out) => out.push(statement.text),
  output: (statement, frame, out) => out.push(frame.engine.evaluate(statement.value, frame)),
  for: (statement, frame, out) => deeper(() => runFor(statement, frame, out)),
  if: (statement, frame, out) => {
    const branch = statement.branches.find(({ test }) => truth(frame.engine.evaluate(test, frame)));
    execute(branch ? branch.body : statement.otherwise, frame, out);
  },
  set: (statement, frame) => assign(statement.target, frame.engine.evaluate(statement.value, frame), frame),
  'set-block': (statement, frame) => {
    const text = collect(statement.body, innerFrame(frame));
    assign(statement.target, statement.filter ? applyFilterChain(statement.filter, text, frame) : text, frame);
  },
  with: (statement, frame, out) => {
    const inner = innerFrame(frame);
    const values = statement.pairs.map(([, value]) => frame.engine.evaluate(value, frame));
    for (const [index, [target]] of statement.pairs.entries()) assign(target, values[index] ?? null, inner);
    execute(statement.body, inner, out);
  },
  macro: (statement, frame) => {
    frame.locals.set(statement.name, makeMacro(statement.name, statement.macro, frame));
  },
  call: (statement, frame, out) => {
    const callee = frame.engine.evaluate(statement.call.callee, frame);
    const args = evaluateArguments(statement.call.args, frame);
    const caller = makeMacro('caller', statement.macro, frame);
    out.push(callValue(callee, { ...args, named: new Map([...args.named, ['caller', caller]]) }, frame));
  },
  'filter-block': (statement, frame, out) => {
    out.push(applyFilterChain(statement.filter, collect(statement.body, innerFrame(frame)), frame));
  },
  block: runBlock,
  extends: runExtends,
  include: runInclude,
  import: runImport,
  from: runFrom,
};

/** Once `extends` has run, the template itself prints nothing more. */
const SILENT = new Set<Statement['kind']>(['text', 'output', 'block', 'include', 'call', 'filter-block']);

/** Runs statements in a frame. */
export function execute(body: readonly Statement[], frame: Frame, out: PyValue[]): void {
  for (const statement of body) {
    spend();
    frame.place.at = statement.at;
    const silent = frame.context.parent !== undefined && frame.outer === undefined && SILENT.has(statement.kind);
    if (!silent)
      (EXECUTORS[statement.kind] as (s: Statement, f: Frame, out: PyValue[]) => void)(statement, frame, out);
  }
}

function collect(body: readonly Statement[], frame: Frame): PyValue {
  const pieces: PyValue[] = [];
  execute(body, frame, pieces);
  return joinPieces(pieces);
}
