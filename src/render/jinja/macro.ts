/** Macros and the `caller` of a `call` block. */
import { typeFault } from '../fault.ts';
import { deeper } from '../limits.ts';
import { PyDict } from '../python/dict.ts';
import { repr } from '../python/repr.ts';
import { type Arguments, PyObject, PyTuple, type PyValue, undefinedValue } from '../python/value.ts';
import type { MacroDefinition } from './ast.ts';
import { type Frame, innerFrame } from './frame.ts';
import { joinPieces } from './nodes.ts';

/** Makes a macro; it sees the names of the place where it was defined. */
export function makeMacro(name: string, definition: MacroDefinition, frame: Frame): PyObject {
  const attributes = new Map<string, PyValue>([
    ['name', name],
    ['arguments', new PyTuple(definition.parameters.map((parameter) => parameter.name))],
    ['catch_kwargs', definition.uses.kwargs],
    ['catch_varargs', definition.uses.varargs],
    ['caller', definition.uses.caller],
  ]);
  return new PyObject('Macro', {
    acceptsMarkers: true,
    attribute: (attribute) => attributes.get(attribute),
    call: (args) => deeper(() => runMacro(name, definition, frame, args)),
    text: () => `<Macro ${repr(name)}>`,
  });
}

function runMacro(name: string, definition: MacroDefinition, outer: Frame, args: Arguments): PyValue {
  const frame = { ...innerFrame(outer), place: { at: outer.place.at } };
  const named = new Map(args.named);
  bindParameters(definition, frame, args.positional, named);
  bindRest(name, definition, frame, args, named);
  const pieces: PyValue[] = [];
  frame.engine.execute(definition.body, frame, pieces);
  return joinPieces(pieces);
}

function bindParameters(
  { parameters }: MacroDefinition,
  frame: Frame,
  positional: readonly PyValue[],
  named: Map<string, PyValue>,
): void {
  for (const [index, { name, default: otherwise }] of parameters.entries()) {
    const given = index < positional.length ? positional[index] : named.get(name);
    if (index >= positional.length) named.delete(name);
    const missing = () => undefinedValue(`parameter '${name}' was not provided`, name);
    frame.locals.set(
      name,
      given === undefined ? (otherwise ? frame.engine.evaluate(otherwise, frame) : missing()) : given,
    );
  }
}

function bindRest(
  name: string,
  { parameters, uses }: MacroDefinition,
  frame: Frame,
  args: Arguments,
  named: Map<string, PyValue>,
): void {
  if (uses.caller) {
    const missing = () => undefinedValue('no caller defined', 'caller');
    if (!frame.locals.has('caller')) frame.locals.set('caller', named.get('caller') ?? missing());
    named.delete('caller');
  }
  if (uses.kwargs) frame.locals.set('kwargs', new PyDict(named));
  else {
    const [strange] = named.keys();
    if (strange !== undefined) throw typeFault(`macro '${name}' takes no keyword argument '${strange}'`);
  }
  const rest = args.positional.slice(parameters.length);
  if (uses.varargs) frame.locals.set('varargs', new PyTuple(rest));
  else if (rest.length > 0) {
    throw typeFault(`macro '${name}' takes not more than ${parameters.length} argument(s)`);
  }
}
