/** Where template code runs: its names, its source, and the engine around it. */
import { type Position, positionAt } from '../../base/position.ts';
import { type Fault, faultOf } from '../fault.ts';
import type { Plugin, Tools } from '../plugin.ts';
import { Marker, type PyValue, undefinedValue } from '../python/value.ts';
import type { BlockStatement, Expr, Statement, Template } from './ast.ts';
import type { SyntaxOptions } from './options.ts';

/** The text that is being evaluated, and where it was written. */
export type Source = {
  readonly text: string;
  readonly template: Template;
  /** The settings it was read by, which hold for what it includes, too. */
  readonly syntax: SyntaxOptions;
  /** The name by which it was included, or that of the file it stands in. */
  readonly name: string;
  /** Finds the place of an offset. */
  readonly locate: (at: number) => Position;
};

/** What evaluation needs from outside; it also ties the mutually recursive parts of the interpreter together. */
export type Engine = {
  readonly evaluate: (expr: Expr, frame: Frame) => PyValue;
  readonly execute: (body: readonly Statement[], frame: Frame, out: PyValue[]) => void;
  readonly findFilter: (name: string) => Plugin | undefined;
  readonly findTest: (name: string) => Plugin | undefined;
  /** To suggest one of them for a misspelt name. */
  readonly pluginNames: (what: 'filter' | 'test') => Iterable<string>;
  readonly globals: ReadonlyMap<string, PyValue>;
  readonly loadTemplate: (name: string, syntax: SyntaxOptions) => Source;
  /** The value of a template inside a text constant. */
  readonly constant: (text: string, frame: Frame) => PyValue;
  readonly names: () => Iterable<string>;
  readonly tools: Tools;
};

/** A block and the template it was written in. */
export type PlacedBlock = { readonly block: BlockStatement; readonly source: Source };

/** What all scopes of one rendering share. */
export type Context = {
  /** The value of a variable from outside the template; undefined when there is none. */
  readonly resolve: (name: string) => PyValue | undefined;
  /** What the template's top level has set. */
  readonly exported: Map<string, PyValue>;
  readonly blocks: Map<string, PlacedBlock[]>;
  /** The template that `extends` named, which prints instead of this one. */
  parent: Source | undefined;
  /** The template's blocks as functions, which templates call `self`. */
  self?: PyValue;
};

export type Frame = {
  readonly engine: Engine;
  readonly source: Source;
  readonly context: Context;
  readonly locals: Map<string, PyValue>;
  readonly outer: Frame | undefined;
  /** The offset of the operation at hand, for errors. */
  readonly place: { at: number };
  /** Text constants that look like templates are such: in conditions, and as a lookup's terms. */
  readonly constants?: boolean;
};

/** Begins a template. */
export function rootFrame(engine: Engine, source: Source, context: Context): Frame {
  return { engine, source, context, locals: context.exported, outer: undefined, place: { at: 0 } };
}

/** Begins the context of a rendering. */
export function newContext(resolve: Context['resolve'], source: Source): Context {
  const blocks = new Map<string, PlacedBlock[]>();
  for (const [name, block] of source.template.blocks) blocks.set(name, [{ block, source }]);
  return { resolve, exported: new Map(), blocks, parent: undefined };
}

/** Begins an inner scope. */
export function innerFrame(frame: Frame, locals: Map<string, PyValue> = new Map()): Frame {
  return { ...frame, locals, outer: frame };
}

/** The value of a name, undefined when there is none. */
export function findName(frame: Frame, name: string): PyValue | undefined {
  for (let at: Frame | undefined = frame; at; at = at.outer) {
    const value = at.locals.get(name);
    if (value !== undefined) return value;
  }
  // A template's own blocks, not those of the template that includes it.
  if (name === 'self') return frame.context.self;
  const exported = frame.context.exported.get(name);
  if (exported !== undefined) return exported;
  const value = frame.context.resolve(name);
  return value === undefined ? frame.engine.globals.get(name) : value;
}

/** The value of a name, an undefined value when there is none. */
export function resolveName(frame: Frame, name: string, at: number): PyValue {
  const value = findName(frame, name);
  if (value !== undefined) return value;
  const marker = undefinedValue(`'${name}' is undefined`, name);
  marker.fault.misnamed = { name, known: () => knownNames(frame) };
  return placed(marker, frame, at);
}

function* knownNames(frame: Frame): Iterable<string> {
  for (let at: Frame | undefined = frame; at; at = at.outer) yield* at.locals.keys();
  yield* frame.engine.names();
}

/** Notes where an undefined value came up, unless that is known. */
export function placed<T extends PyValue>(value: T, frame: Frame, at: number): T {
  if (value instanceof Marker) value.fault.where ??= () => frame.source.locate(at);
  return value;
}

/** Notes where a failure happened, unless that is known; anything else that was thrown is a bug or a full stack. */
export function placedFault(error: unknown, frame: Frame): Fault {
  const fault = faultOf(error);
  const { at } = frame.place;
  fault.where ??= () => frame.source.locate(at);
  return fault;
}

/** A source whose offsets count from the beginning of a file. */
export function fileLocator(text: string, file: string): (at: number) => Position {
  return (at) => positionAt(text, at, file);
}
