/** Parameters of modules: a small table for each module gives names, types, aliases and choices; arguments are checked by it. */
import { didYouMean } from '../base/did-you-mean.ts';
import type { Node } from '../base/node.ts';
import type { Position } from '../base/position.ts';
import { redact, reveal, Secret, type Text } from '../base/secret.ts';
import { DateValue, Float, isDict, isList, type Scalar, type Value } from '../base/value.ts';
import { badParameter, unknownParameter, unsupported } from './errors.ts';

/** `text` may hold a secret; `str` is a name that is shown; `path` is absolute on the host; `mode` is octal digits. */
export type ParamType = 'str' | 'text' | 'bool' | 'int' | 'list' | 'path' | 'mode' | 'dict' | 'raw';

export type Param = {
  readonly type: ParamType;
  readonly aliases?: readonly string[];
  readonly choices?: readonly string[];
  readonly required?: true;
  /** Accepted and without effect, for this reason. */
  readonly ignored?: string;
  /** Refused, for this reason. */
  readonly refused?: string;
};

export type Params = Readonly<Record<string, Param>>;

type TypeOf = {
  str: string;
  text: Text;
  bool: boolean;
  int: number;
  list: readonly string[];
  path: string;
  mode: string;
  dict: ReadonlyMap<Scalar, Value>;
  raw: Value;
};

/** The arguments of a call, by their main names. */
export type Args<P extends Params> = { readonly [K in keyof P]: TypeOf[P[K]['type']] | undefined };

/** One argument as it was written and evaluated; `value` is undefined when it is omitted. */
export type Given = { readonly name: string; readonly node: Node; readonly value: Value | undefined };

/** Checks arguments against a module's table. @throws GatError task/… with the argument's place */
export function parseArgs<P extends Params>(
  module: string,
  params: P,
  given: readonly Given[],
  position: Position,
): Args<P> {
  const names = nameTable(params);
  const args: Record<string, unknown> = {};
  for (const { name, node, value } of given) {
    const main = names.get(name);
    const param = main === undefined ? undefined : params[main];
    if (main === undefined || !param)
      throw unknownParameter(node.position, module, name, didYouMean(name, names.keys()));
    if (value !== undefined && value !== null)
      args[main] = accept({ module, name, where: node.position }, param, value);
  }
  const missing = Object.keys(params).find((name) => params[name]?.required && args[name] === undefined);
  if (missing !== undefined)
    throw badParameter(position, module, missing, {
      why: 'it is required and not given',
      fix: `add ${missing}: …`,
    });
  return args as Args<P>;
}

function accept(place: Place, param: Param, value: Value): unknown {
  // What is refused when it is on is no harm when it is off.
  const isOff = value === '' || (param.type === 'bool' && parseValue(place, param, value) === false);
  if (param.refused !== undefined && isOff) return undefined;
  if (param.refused !== undefined) throw unsupported(place.where, `${place.module}: ${place.name}`, param.refused);
  return param.ignored === undefined ? parseValue(place, param, value) : undefined;
}

/** All names of parameters with the main ones. */
function nameTable(params: Params): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(params).flatMap(([name, param]) =>
      [name, ...(param.aliases ?? [])].map((one) => [one, name] as const),
    ),
  );
}

type Place = { readonly module: string; readonly name: string; readonly where: Position };

function parseValue(place: Place, param: Param, value: Value): unknown {
  const parsed = PARSERS[param.type](value, place);
  if (param.choices && !param.choices.includes(String(parsed))) {
    const near = didYouMean(String(parsed), param.choices);
    const why = `it must be one of ${param.choices.join(', ')}, not ${JSON.stringify(String(parsed))}`;
    throw badParameter(place.where, place.module, place.name, { why, fix: near && `did you mean \`${near}\`?` });
  }
  return parsed;
}

function fault({ module, name, where }: Place, why: string) {
  return badParameter(where, module, name, why);
}

const PARSERS: Readonly<Record<ParamType, (value: Value, place: Place) => unknown>> = {
  str: (value) => reveal(scalarText(value)),
  text: scalarText,
  bool: parseBool,
  int: parseInt10,
  list: parseList,
  path: parsePath,
  mode: parseMode,
  dict(value, place) {
    if (!isDict(value)) throw fault(place, 'it must be a mapping');
    return value;
  },
  raw: (value) => value,
};

/** A scalar as the text that Ansible would make of it. */
export function textOfScalar(value: Scalar): Text {
  if (value === null) return '';
  if (value instanceof Secret) return value;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (value instanceof Float) return Number.isInteger(value.value) ? `${value.value}.0` : String(value.value);
  if (value instanceof DateValue) return value.iso;
  return String(value);
}

function scalarText(value: Value): Text {
  if (isList(value) || isDict(value)) return jsonText(value);
  return textOfScalar(value);
}

/** Lists and dicts given as a text become JSON, as `copy: content` does; a secret inside makes all of it secret. */
function jsonText(value: Value): Text {
  const text = pythonJson(value);
  return holdsSecret(value) ? new Secret(text) : text;
}

/** As Python's `json.dumps` writes it. */
function pythonJson(value: Value): string {
  if (isList(value)) return `[${value.map(pythonJson).join(', ')}]`;
  if (isDict(value)) {
    const pairs = [...value].map(([key, item]) => `${quoted(String(key))}: ${pythonJson(item)}`);
    return `{${pairs.join(', ')}}`;
  }
  if (value === null || typeof value === 'boolean') return String(value);
  const text = reveal(textOfScalar(value));
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof Float ? text : quoted(text);
}

function quoted(text: string): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text).replace(/[\u0080-\uffff]/g, escaped);
}

/** A value as JSON has it, secrets revealed. */
export function jsonOf(value: Value): unknown {
  if (isList(value)) return value.map((item) => jsonOf(item));
  if (isDict(value)) return Object.fromEntries([...value].map(([key, item]) => [String(key), jsonOf(item)]));
  if (value instanceof Secret || value instanceof DateValue) return reveal(textOfScalar(value));
  return value instanceof Float ? value.value : value;
}

/** Whether a secret is anywhere in a value. */
export function holdsSecret(value: Value): boolean {
  if (isList(value)) return value.some(holdsSecret);
  return isDict(value) ? [...value.values()].some(holdsSecret) : value instanceof Secret;
}

const TRUE = new Set(['true', 'yes', 'on', '1', 'y', 't']);
const FALSE = new Set(['false', 'no', 'off', '0', 'n', 'f']);

function parseBool(value: Value, place: Place): boolean {
  const text = String(reveal(scalarText(value))).toLowerCase();
  if (TRUE.has(text) || text === '1.0') return true;
  if (FALSE.has(text) || text === '0.0') return false;
  throw fault(place, `it must be true or false, not ${JSON.stringify(redact(scalarText(value)))}`);
}

function parseInt10(value: Value, place: Place): number {
  const text = reveal(scalarText(value)).trim();
  if (!/^[-+]?\d+(?:\.0)?$/.test(text))
    throw fault(place, `it must be a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
}

/** A list, or a text with commas, as Ansible takes one. */
function parseList(value: Value, place: Place): readonly string[] {
  if (isList(value))
    return value.flatMap((item) => (isList(item) ? parseList(item, place) : [reveal(scalarText(item))]));
  const text = reveal(scalarText(value));
  return text
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);
}

function parsePath(value: Value, place: Place): string {
  const text = reveal(scalarText(value));
  if (/[\p{Cc}]/u.test(text)) throw fault(place, 'a path must be free of control characters');
  return text.length > 1 ? text.replace(/\/+$/, '') : text;
}

/** `0644` in YAML is a number already; a text counts as octal digits; symbolic modes are worked out where they set all. */
function parseMode(value: Value, place: Place): string {
  if (typeof value === 'number') return value.toString(8).padStart(4, '0');
  const text = reveal(scalarText(value)).trim();
  if (/^0?o?[0-7]{1,4}$/.test(text)) return text.replace(/^0?o/, '').padStart(4, '0');
  if (text === 'preserve') return text;
  const bits = symbolicMode(text);
  if (bits !== undefined) return bits.toString(8).padStart(4, '0');
  if (text.split(',').every((part) => CLAUSE.test(part))) return text;
  throw fault(
    place,
    `write it as octal digits ('0644'), or as chmod takes it; ${JSON.stringify(text)} is neither`,
  );
}

const BITS: Readonly<Record<string, number>> = { r: 4, w: 2, x: 1 };
const SPECIAL: Readonly<Record<string, number>> = { us: 0o4000, gs: 0o2000, ut: 0o1000, gt: 0o1000, ot: 0o1000 };

/** `u=rwx,g=rx,o=` sets all; what adds to or takes from the bits of a file that is there can't be told beforehand. */
function symbolicMode(text: string): number | undefined {
  let bits: Bits | undefined = new Map();
  for (const part of text.split(',')) bits = bits && changed(bits, part);
  const [u, g, o] = ['u', 'g', 'o'].map((one) => bits?.get(one));
  if (u === undefined || g === undefined || o === undefined) return undefined;
  return (bits?.get('special') ?? 0) | (u << 6) | (g << 3) | o;
}

/** By `u`, `g`, `o` and `special`. */
type Bits = ReadonlyMap<string, number>;

/** The bits after one part; undefined when it depends on what nobody has set before. */
function changed(bits: Bits, part: string): Bits | undefined {
  const [, who = '', sign = '', letters = ''] = CLAUSE.exec(part) ?? [];
  if (sign === '' || letters.includes('X')) return undefined;
  const all = who === '' || who.includes('a') ? ['u', 'g', 'o'] : [...who];
  if (sign !== '=' && all.some((one) => !bits.has(one))) return undefined;
  const sum = (table: Readonly<Record<string, number>>, before = ''): number =>
    [...letters].reduce((total, letter) => total | (table[before + letter] ?? 0), 0);
  const apply = (old: number, more: number): number => (sign === '-' ? old & ~more : old | more);
  const special = all.reduce((total, one) => apply(total, sum(SPECIAL, one)), bits.get('special') ?? 0);
  const rights = all.map((one) => [one, apply(sign === '=' ? 0 : (bits.get(one) ?? 0), sum(BITS))] as const);
  return new Map([...bits, ...rights, ['special', special]]);
}

/** One part of a mode as chmod(1) takes it. */
export const CLAUSE = /^([ugoa]*)([=+-])([rwxXst]*)$/;
