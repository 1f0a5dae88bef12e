/** Functions with Python's way of passing arguments: by position, by name, with defaults, `*rest` and `**named`. */
import { Float } from '../../base/value.ts';
import { typeFault } from '../fault.ts';
import { PyDict } from './dict.ts';
import { type Arguments, PyTuple, type PyValue } from './value.ts';

type Parameter = {
  readonly name: string;
  readonly kind: 'plain' | 'rest' | 'named';
  readonly default: PyValue | undefined;
};

/** A parsed parameter list. */
export type Signature = readonly Parameter[];

/** The body of a function; its parameters are in the signature's order. */
export type Body = (...args: PyValue[]) => PyValue;

/** Parses a Python parameter list such as `old, new, count=None, *rest, **named`. */
export function parseSignature(text: string): Signature {
  return text
    .split(/,\s*/)
    .filter((part) => part !== '')
    .map(parseParameter);
}

function parseParameter(text: string): Parameter {
  if (text.startsWith('**')) return { name: text.slice(2), kind: 'named', default: undefined };
  if (text.startsWith('*')) return { name: text.slice(1), kind: 'rest', default: undefined };
  const [name = '', written] = text.split('=');
  return { name, kind: 'plain', default: written === undefined ? undefined : parseDefault(written) };
}

const CONSTANTS: Record<string, PyValue> = { None: null, True: true, False: false };

function parseDefault(text: string): PyValue {
  if (text.startsWith("'")) return JSON.parse(`"${text.slice(1, -1)}"`);
  if (text in CONSTANTS) return CONSTANTS[text] ?? null;
  return text.includes('.') ? new Float(Number(text)) : Number(text);
}

/** Puts given arguments in the signature's order. @throws Fault type when they don't fit */
export function bind(name: string, signature: Signature, args: Arguments): PyValue[] {
  const named = new Map(args.named);
  let used = 0;
  const bound = signature.map((parameter) => {
    if (parameter.kind === 'named') return takeRest(named);
    const from = used;
    used = parameter.kind === 'rest' ? args.positional.length : used + 1;
    if (parameter.kind === 'rest') return new PyTuple(args.positional.slice(from));
    return fill(name, parameter, args.positional[from], named);
  });
  if (used < args.positional.length) {
    throw typeFault(`${name}() takes ${signature.length} arguments but ${args.positional.length} were given`);
  }
  const [strange] = named.keys();
  if (strange !== undefined) throw typeFault(`${name}() got an unexpected keyword argument '${strange}'`);
  return bound;
}

function fill(
  name: string,
  parameter: Parameter,
  given: PyValue | undefined,
  named: Map<string, PyValue>,
): PyValue {
  const byName = named.get(parameter.name);
  named.delete(parameter.name);
  if (given !== undefined && byName !== undefined) {
    throw typeFault(`${name}() got multiple values for argument '${parameter.name}'`);
  }
  const value = given === undefined ? byName : given;
  if (value !== undefined) return value;
  if (parameter.default !== undefined) return parameter.default;
  throw typeFault(`${name}() missing 1 required positional argument: '${parameter.name}'`);
}

function takeRest(named: Map<string, PyValue>): PyDict {
  const rest = new PyDict(named);
  named.clear();
  return rest;
}
