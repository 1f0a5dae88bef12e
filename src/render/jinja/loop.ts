/** `for` loops and their `loop` variable. */
import { Fault, typeFault } from '../fault.ts';
import { deeper, produceItems, spend } from '../limits.ts';
import { equals, truth } from '../python/compare.ts';
import { iterate } from '../python/iterate.ts';
import { PyObject, PyTuple, type PyValue, undefinedValue } from '../python/value.ts';
import { assign } from './assign.ts';
import type { ForStatement } from './ast.ts';
import { type Frame, innerFrame } from './frame.ts';
import { joinPieces } from './nodes.ts';

/** Runs a loop. */
export function runFor(loop: ForStatement, frame: Frame, out: PyValue[]): void {
  runRounds(loop, frame, frame.engine.evaluate(loop.items, frame), 0, out);
}

function runRounds(loop: ForStatement, frame: Frame, source: PyValue, depth: number, out: PyValue[]): void {
  const items = chosenItems(loop, frame, source);
  produceItems(items.length);
  if (items.length === 0) {
    frame.engine.execute(loop.otherwise, innerFrame(frame), out);
    return;
  }
  const state: LoopState = { items, index: 0, depth, changed: undefined };
  const recurse = loop.recursive ? recursion(loop, frame, depth) : undefined;
  const variable = loopVariable(state, recurse);
  for (const item of items) {
    spend();
    const round = innerFrame(frame, new Map<string, PyValue>([['loop', variable]]));
    assign(loop.target, item, round);
    frame.engine.execute(loop.body, round, out);
    state.index++;
  }
}

function chosenItems(loop: ForStatement, frame: Frame, source: PyValue): PyValue[] {
  const items: PyValue[] = [];
  for (const item of iterate(source)) {
    spend();
    if (loop.condition) {
      const round = innerFrame(frame);
      assign(loop.target, item, round);
      if (!truth(frame.engine.evaluate(loop.condition, round))) continue;
    }
    items.push(item);
  }
  return items;
}

function recursion(loop: ForStatement, frame: Frame, depth: number): (items: PyValue) => PyValue {
  return (items) =>
    deeper(() => {
      const pieces: PyValue[] = [];
      runRounds(loop, frame, items, depth + 1, pieces);
      return joinPieces(pieces);
    });
}

type LoopState = {
  readonly items: readonly PyValue[];
  index: number;
  readonly depth: number;
  changed: PyValue[] | undefined;
};

const ATTRIBUTES: Readonly<Record<string, (state: LoopState) => PyValue>> = {
  index: (s) => s.index + 1,
  index0: (s) => s.index,
  revindex: (s) => s.items.length - s.index,
  revindex0: (s) => s.items.length - s.index - 1,
  first: (s) => s.index === 0,
  last: (s) => s.index === s.items.length - 1,
  length: (s) => s.items.length,
  depth: (s) => s.depth + 1,
  depth0: (s) => s.depth,
  previtem: (s) => neighbour(s, -1, 'there is no previous item'),
  nextitem: (s) => neighbour(s, 1, 'there is no next item'),
  cycle: (s) => new PyObject('method', { call: ({ positional }) => cycle(s, positional) }),
  changed: (s) => new PyObject('method', { call: ({ positional }) => hasChanged(s, positional) }),
};

function neighbour(state: LoopState, step: number, message: string): PyValue {
  const item = state.items[state.index + step];
  return item === undefined ? undefinedValue(message) : item;
}

function cycle(state: LoopState, values: readonly PyValue[]): PyValue {
  const value = values[state.index % values.length];
  if (value === undefined) throw typeFault('no items for cycling given');
  return value;
}

function hasChanged(state: LoopState, values: readonly PyValue[]): boolean {
  const same = state.changed !== undefined && equals(new PyTuple(values), new PyTuple(state.changed));
  if (!same) state.changed = [...values];
  return !same;
}

function loopVariable(state: LoopState, recurse: ((items: PyValue) => PyValue) | undefined): PyObject {
  return new PyObject('LoopContext', {
    attribute: (name) => (Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name]?.(state) : undefined),
    length: () => state.items.length,
    call: ({ positional: [items] }) => {
      if (!recurse) throw new Fault('type', "the loop must have the 'recursive' marker to be called recursively");
      if (items === undefined) throw typeFault('loop() takes one argument');
      return recurse(items);
    },
    text: () => `<LoopContext ${Math.min(state.index + 1, state.items.length)}/${state.items.length}>`,
  });
}
