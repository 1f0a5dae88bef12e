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
  const state: LoopState = {
    items: [],
    rest: chosenItems(loop, frame, source),
    index: 0,
    depth,
    changed: undefined,
  };
  if (itemAt(state, 0) === undefined) {
    frame.engine.execute(loop.otherwise, innerFrame(frame), out);
    return;
  }
  const recurse = loop.recursive ? recursion(loop, frame, depth) : undefined;
  const variable = loopVariable(state, recurse);
  for (let item = itemAt(state, 0); item !== undefined; item = itemAt(state, ++state.index)) {
    spend();
    const round = innerFrame(frame, new Map<string, PyValue>([['loop', variable]]));
    assign(loop.target, item, round);
    frame.engine.execute(loop.body, round, out);
  }
}

/** One item after another, so that a condition sees what the rounds before it have set. */
function* chosenItems(loop: ForStatement, frame: Frame, source: PyValue): Generator<PyValue> {
  for (const item of iterate(source)) {
    spend();
    if (loop.condition) {
      const round = innerFrame(frame);
      assign(loop.target, item, round);
      if (!truth(frame.engine.evaluate(loop.condition, round))) continue;
    }
    produceItems(1);
    yield item;
  }
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
  /** What was taken so far: the items up to the one at hand, and those that somebody asked for before their turn. */
  readonly items: PyValue[];
  readonly rest: Iterator<PyValue>;
  index: number;
  readonly depth: number;
  changed: PyValue[] | undefined;
};

/** The item of a round, taken from the source when it was not yet; undefined beyond the last. */
function itemAt(state: LoopState, index: number): PyValue | undefined {
  while (state.items.length <= index) {
    const next = state.rest.next();
    if (next.done) return undefined;
    state.items.push(next.value);
  }
  return state.items[index];
}

/** How many rounds there are, which takes all the rest. */
function roundsOf(state: LoopState): number {
  itemAt(state, Number.MAX_SAFE_INTEGER);
  return state.items.length;
}

const ATTRIBUTES: Readonly<Record<string, (state: LoopState) => PyValue>> = {
  index: (s) => s.index + 1,
  index0: (s) => s.index,
  revindex: (s) => roundsOf(s) - s.index,
  revindex0: (s) => roundsOf(s) - s.index - 1,
  first: (s) => s.index === 0,
  last: (s) => itemAt(s, s.index + 1) === undefined,
  length: roundsOf,
  depth: (s) => s.depth + 1,
  depth0: (s) => s.depth,
  previtem: (s) => neighbour(s, -1, 'there is no previous item'),
  nextitem: (s) => neighbour(s, 1, 'there is no next item'),
  cycle: (s) => new PyObject('method', { call: ({ positional }) => cycle(s, positional) }),
  changed: (s) => new PyObject('method', { call: ({ positional }) => hasChanged(s, positional) }),
};

function neighbour(state: LoopState, step: number, message: string): PyValue {
  const item = state.index + step < 0 ? undefined : itemAt(state, state.index + step);
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
    length: () => roundsOf(state),
    call: ({ positional: [items] }) => {
      if (!recurse) throw new Fault('type', "the loop must have the 'recursive' marker to be called recursively");
      if (items === undefined) throw typeFault('loop() takes one argument');
      return recurse(items);
    },
    text: () => `<LoopContext ${Math.min(state.index + 1, roundsOf(state))}/${roundsOf(state)}>`,
  });
}
