/** Templates that use other templates: include, import, extends and blocks. */
import { Fault } from '../fault.ts';
import { deeper } from '../limits.ts';
import { readText } from '../python/ambient.ts';
import { defined, isText, pyType } from '../python/kinds.ts';
import { str } from '../python/repr.ts';
import { PyList, PyObject, PyTuple, type PyValue, undefinedValue } from '../python/value.ts';
import type { BlockStatement, Statement } from './ast.ts';
import {
  type Context,
  type Frame,
  findName,
  newContext,
  type PlacedBlock,
  placed,
  rootFrame,
  type Source,
} from './frame.ts';
import { joinPieces } from './nodes.ts';

type Of<K extends Statement['kind']> = Extract<Statement, { kind: K }>;

/** Runs a whole template, and the one it extends in its place. */
export function runTemplate(frame: Frame, out: PyValue[]): void {
  frame.context.self ??= selfObject(frame);
  frame.engine.execute(frame.source.template.body, frame, out);
  const { parent } = frame.context;
  if (!parent) return;
  frame.context.parent = undefined;
  deeper(() => runTemplate({ ...frame, source: parent, place: { at: 0 } }, out));
}

export function runExtends(statement: Of<'extends'>, frame: Frame): void {
  if (frame.context.parent) throw new Fault('other', 'extended multiple times');
  const parent = load(frame.engine.evaluate(statement.template, frame), frame);
  frame.context.parent = parent;
  for (const [name, block] of parent.template.blocks) {
    const known = frame.context.blocks.get(name) ?? [];
    frame.context.blocks.set(name, [...known, { block, source: parent }]);
  }
}

export function runBlock(statement: BlockStatement, frame: Frame, out: PyValue[]): void {
  if (statement.required && frame.context.blocks.get(statement.name)?.length === 1) {
    throw new Fault('other', `required block '${statement.name}' not found`);
  }
  const scope = statement.scoped ? frame : undefined;
  runPlacedBlock(frame.context.blocks.get(statement.name) ?? [], { frame, scope }, out);
}

function runPlacedBlock(
  [first, ...others]: readonly PlacedBlock[],
  { frame, scope }: { frame: Frame; scope: Frame | undefined },
  out: PyValue[],
): void {
  if (!first) throw new Fault('other', 'there is no parent block');
  const locals = new Map<string, PyValue>([['super', blockFunction(others, frame)]]);
  const outer = scope ?? { ...frame, locals: frame.context.exported, outer: undefined };
  const inner: Frame = { ...frame, source: first.source, locals, outer, place: { at: first.block.at } };
  deeper(() => frame.engine.execute(first.block.body, inner, out));
}

function blockFunction(blocks: readonly PlacedBlock[], frame: Frame): PyValue {
  if (blocks.length === 0) return undefinedValue('there is no parent block called by super()', 'super');
  return new PyObject('BlockReference', {
    attribute: (name) => (name === 'super' ? blockFunction(blocks.slice(1), frame) : undefined),
    call: () => {
      const pieces: PyValue[] = [];
      runPlacedBlock(blocks, { frame, scope: undefined }, pieces);
      return joinPieces(pieces);
    },
  });
}

function selfObject(frame: Frame): PyObject {
  return new PyObject('TemplateReference', {
    attribute: (name) => {
      const blocks = frame.context.blocks.get(name);
      return blocks && blockFunction(blocks, frame);
    },
  });
}

export function runInclude(statement: Of<'include'>, frame: Frame, out: PyValue[]): void {
  const source = find(frame.engine.evaluate(statement.template, frame), frame);
  if (!source) {
    if (statement.ignoreMissing) return;
    throw notFound(frame.engine.evaluate(statement.template, frame));
  }
  const inner = rootFrame(frame.engine, source, contextFor(source, frame, statement.context));
  deeper(() => runTemplate(inner, out));
}

function contextFor(source: Source, frame: Frame, shared: boolean): Context {
  return newContext(shared ? (name) => findName(frame, name) : () => undefined, source);
}

/** Runs a template for what it defines. */
function importModule(template: PyValue, frame: Frame, shared: boolean): PyObject {
  const source = load(template, frame);
  const context = contextFor(source, frame, shared);
  const pieces: PyValue[] = [];
  deeper(() => runTemplate(rootFrame(frame.engine, source, context), pieces));
  return new PyObject('TemplateModule', {
    attribute: (name) => (name.startsWith('_') ? undefined : context.exported.get(name)),
    text: () => moduleText(joinPieces(pieces)),
  });
}

const moduleText = (body: PyValue): string => (body === null ? '' : str(body));

export function runImport(statement: Of<'import'>, frame: Frame): void {
  const module = importModule(frame.engine.evaluate(statement.template, frame), frame, statement.context);
  frame.locals.set(statement.name, module);
}

export function runFrom(statement: Of<'from'>, frame: Frame): void {
  const template = frame.engine.evaluate(statement.template, frame);
  const module = importModule(template, frame, statement.context);
  for (const [name, alias] of statement.names) {
    const missing = () => undefinedValue(`the template does not export the requested name '${name}'`, name);
    const value = module.can.attribute?.(name);
    frame.locals.set(alias, value === undefined ? placed(missing(), frame, statement.at) : value);
  }
}

function load(template: PyValue, frame: Frame): Source {
  const source = find(template, frame);
  if (!source) throw notFound(template);
  return source;
}

function notFound(template: PyValue): Fault {
  return new Fault('template-not-found', `no template named ${str(template)}`);
}

function find(template: PyValue, frame: Frame): Source | undefined {
  const names =
    template instanceof PyList ? [...template] : template instanceof PyTuple ? template.items : [template];
  for (const name of names) {
    if (!isText(defined(name))) throw new Fault('type', `a template's name must be text, not ${pyType(name)}`);
    const { syntax } = frame.source;
    const source = isText(name) ? attempt(() => frame.engine.loadTemplate(readText(name), syntax)) : undefined;
    if (source) return source;
  }
  return undefined;
}

function attempt(run: () => Source): Source | undefined {
  try {
    return run();
  } catch (error) {
    if (error instanceof Fault && error.kind === 'template-not-found') return undefined;
    throw error;
  }
}
