/** What a host's tasks have learnt so far: facts that were set, and results, some of which are known only on the host. */
import { type Node, nodeOf } from '../base/node.ts';
import type { Position } from '../base/position.ts';
import type { Value } from '../base/value.ts';
import type { Variable } from '../project/inventory/model.ts';
import type { HostScope } from '../project/vars/host-scope.ts';
import type { Layer } from '../project/vars/levels.ts';
import type { LookupAccess } from '../render/lookups/access.ts';
import { createTemplar, type Templar } from '../render/templar.ts';
import type { Resource } from '../resources/index.ts';

/** Ansible's levels that tasks add, by the numbers of its documentation. */
export const LEVEL = {
  roleDefaults: { rank: 2, name: 'role defaults' },
  roleVars: { rank: 15, name: 'role vars' },
  blockVars: { rank: 16, name: 'block vars' },
  taskVars: { rank: 17, name: 'task vars' },
  includeVars: { rank: 18, name: 'include_vars' },
  setFacts: { rank: 19, name: 'set_fact and register' },
  roleParams: { rank: 20, name: 'role params' },
  includeParams: { rank: 21, name: 'include params' },
  /** Over everything that a file or the command line defines. */
  loopVars: { rank: 22.5, name: 'loop variables' },
  magic: { rank: 23, name: 'magic variables' },
} as const;

/** A variable whose value is found out while the plan is applied. */
export type Cell = {
  readonly name: string;
  /** The task that finds it out, for people. */
  readonly by: string;
  /** Where it runs. */
  readonly host: string;
  /** What must be done before the value can be asked for. */
  readonly from: readonly Resource[];
  /** The value if none of these resources changes; undefined when nothing can be said before. */
  readonly quiet: Node | undefined;
  /** Works the value out of how the resources ended. */
  readonly settle?: (changed: (resource: Resource) => boolean) => Value;
  /** Where it is put once it is known. */
  readonly slot: Slot;
};

/** The place of one value; the same each time that its task is declared, so that whoever asked before hears of it, too. */
export type Slot = { value: Node | undefined };

/** The slot of one result of a host in a play. */
export type SlotOf = (key: string) => Slot;

/** Makes the slots of a play's hosts. */
export function createSlots(): (host: string) => SlotOf {
  const slots = new Map<string, Slot>();
  return (host) => (key) => {
    const slot = slots.get(`${host}/${key}`) ?? { value: undefined };
    slots.set(`${host}/${key}`, slot);
    return slot;
  };
}

/** By name; a later task's memory is a copy with more in it, so that each task sees what was known at its place. */
export type Memory = ReadonlyMap<string, Known>;
export type Known = { readonly level: { readonly rank: number; readonly name: string } } & (
  | { readonly node: Node; readonly cell?: never }
  | { readonly cell: Cell; readonly node?: never }
);

/** How results that aren't known yet are taken: as unknown, or as if nothing had changed. */
export type View = 'known' | 'quiet';

/** A templar that tells which unknown results were asked for. */
export type Asking = {
  readonly templar: Templar;
  readonly scope: HostScope;
  /** Hears of each definition that is used. */
  readonly onUse: (used: { readonly node: Node }) => void;
  /** Cells without a value that were used. */
  readonly waits: () => readonly Cell[];
};

export type AskingOptions = {
  readonly scope: HostScope;
  readonly access: LookupAccess;
  readonly memory: Memory;
  readonly layers: readonly Layer[];
  readonly view?: View;
};

/** Makes the templar of one task or iteration. */
export function createAsking({ scope, access, memory, layers, view = 'known' }: AskingOptions): Asking {
  const used = new Set<Cell>();
  const learnt = new Map<number, Layer & { variables: Map<string, Variable> }>();
  for (const [name, known] of memory) {
    const node = known.node ?? nodeOfCell(known.cell, view);
    const layer = learnt.get(known.level.rank) ?? { level: known.level, variables: new Map() };
    layer.variables.set(name, { node, position: node.position });
    learnt.set(known.level.rank, layer);
  }
  const inner = scope.with([...learnt.values(), ...layers]);
  const onUse = ({ node }: { readonly node: Node }): void => {
    const cell = waiting.get(node);
    if (cell && !cell.slot.value) used.add(cell);
  };
  return { templar: createTemplar({ scope: inner, access, onUse }), scope: inner, onUse, waits: () => [...used] };
}

function nodeOfCell(cell: Cell, view: View): Node {
  if (cell.slot.value) return cell.slot.value;
  return view === 'quiet' && cell.quiet ? cell.quiet : placeholderOf(cell);
}

/** What stands for a result that isn't known yet, and the result that it stands for. */
const placeholders = new WeakMap<Cell, Node>();
const waiting = new WeakMap<Node, Cell>();

function placeholderOf(cell: Cell): Node {
  const known = placeholders.get(cell);
  if (known) return known;
  const node: Node = { kind: 'scalar', value: null, position: positionOf(cell.by), template: false };
  placeholders.set(cell, node);
  waiting.set(node, cell);
  return node;
}

function positionOf(by: string): Position {
  return { file: `result of ${by}`, line: 1, column: 0 };
}

/** A value that no text of which is evaluated again: results, loop items, facts. */
export function valueNode(value: Value, by: string): Node {
  return nodeOf(value, positionOf(by), false);
}

/** What is known of a memory, as layers of variables. */
export function knownLayers(memory: Memory): readonly Layer[] {
  return [...memory].flatMap(([name, { level, node, cell }]) => {
    const known = node ?? cell?.slot.value;
    return known ? [layerOf(level, [[name, known]])] : [];
  });
}

/** The same with results that aren't known yet: whoever uses one waits for it. */
export function allLayers(memory: Memory): readonly Layer[] {
  return [...memory].map(([name, { level, node, cell }]) =>
    layerOf(level, [[name, node ?? cell.slot.value ?? placeholderOf(cell)]]),
  );
}

/** Remembers more. */
export function remember(memory: Memory, more: Iterable<readonly [string, Known]>): Memory {
  return new Map([...memory, ...more]);
}

/** Makes a layer of named nodes. */
export function layerOf(level: Layer['level'], nodes: Iterable<readonly [string, Node]>): Layer {
  return {
    level,
    variables: new Map([...nodes].map(([name, node]) => [name, { node, position: node.position }])),
  };
}
