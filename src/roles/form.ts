/** What form a role's variable has, and what of a given value does not fit it, in the words of people who write YAML. */
import { z } from 'zod';
import { didYouMean } from '../base/did-you-mean.ts';
import { Secret } from '../base/secret.ts';
import type { RoleVar } from './role.ts';

type Schema = {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly propertyNames?: Schema;
};

/** Names a variable's form. */
export function formOf({ type }: RoleVar<unknown>): string {
  return describe(schemaOf(type));
}

function schemaOf(type: z.ZodType): Schema {
  return z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' }) as Schema;
}

/** What a type is called. */
const NAMES: readonly (readonly [string, string])[] = [
  ['boolean', 'yes/no'],
  ['integer', 'whole number'],
  ['string', 'text'],
  ['number', 'number'],
  ['object', 'dict'],
];

function describe(schema: Schema): string {
  if (schema.anyOf) return describeAll(schema.anyOf);
  if (schema.enum) return schema.enum.map(String).join(', ');
  if (schema.const !== undefined) return String(schema.const);
  if (schema.type === 'array') return `list of ${schema.items ? describe(schema.items) : 'any'}`;
  if (schema.properties) return `dict of ${Object.keys(schema.properties).join(', ')}`;
  const types = [schema.type ?? []].flat();
  return NAMES.find(([type]) => types.includes(type))?.[1] ?? 'any';
}

const SCALARS = new Set(NAMES.slice(0, -1).map(([, name]) => name));

/** The first scalar names them all, as roles take `'5672'` for 5672 and the like; a list of one may be left out. */
function describeAll(schemas: readonly Schema[]): string {
  const all = [...new Set(schemas.map(describe))].filter((one) => one !== 'any');
  const [first, second] = all;
  if (second !== undefined && first === `list of ${second}`) return `${first} (or just one)`;
  const scalar = all.find((one) => SCALARS.has(one));
  return all.filter((one) => !SCALARS.has(one) || one === scalar).join(' or ') || 'any';
}

/**
 * A value as the role gets it. An empty one is none where the variable may be left out, as for Ansible's roles, and so is a
 * null inside it: `password: null` is no password. Something secret where a plain value is wanted, such as a name in a file that is
 * encrypted as a whole, is taken as plain; what is shown of it stays masked.
 */
export function parseGiven({ type, doc }: RoleVar<unknown>, given: unknown): z.ZodSafeParseResult<unknown> {
  const parsed = type.safeParse(given, { reportInput: true });
  if (parsed.success) return parsed;
  const paths = parsed.error.issues.map((issue) => closest(issue).path);
  const closed = paths.flatMap((path) => secretOn(given, path) ?? []);
  if (closed.length > 0) return parseGiven({ type, doc }, closed.reduce(revealAt, given));
  const blank = paths.filter((path) => isBlank(given, path));
  if (blank.length === 0) return parsed;
  const without = type.safeParse(blank.reduce(leaveOut, given));
  return without.success ? without : parsed;
}

/** The beginning of a path that leads to something secret, in brackets. */
function secretOn(given: unknown, path: Path): readonly [Path] | undefined {
  const end = [...path.keys(), path.length].find(
    (length) => partOf(given, path.slice(0, length)) instanceof Secret,
  );
  return end === undefined ? undefined : [path.slice(0, end)];
}

function revealAt(value: unknown, [step, ...path]: Path): unknown {
  if (value instanceof Secret) return value.reveal();
  if (step === undefined) return value;
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? revealAt(item, path) : item));
  if (value instanceof Map) return new Map([...value, [step, revealAt(value.get(step), path)]]);
  const all = value as Record<PropertyKey, unknown>;
  return { ...all, [step]: revealAt(all[step], path) };
}

function isBlank(given: unknown, path: Path): boolean {
  const value = partOf(given, path);
  return value === null || (value === '' && path.length === 0);
}

function leaveOut(value: unknown, [step, ...path]: Path): unknown {
  if (step === undefined) return undefined;
  if (Array.isArray(value)) return value.map((item, index) => (index === step ? leaveOut(item, path) : item));
  const { [step]: part, ...others } = value as Record<PropertyKey, unknown>;
  return path.length === 0 ? others : { ...others, [step]: leaveOut(part, path) };
}

type Path = readonly PropertyKey[];

/** One thing that does not fit: where in the value, and what is wrong and how to mend it. */
export type Misfit = { readonly path: Path; readonly text: string; readonly near: string | undefined };

/** What of a given value does not fit its variable; the text names the part, and never shows a secret. */
export function misfitsOf(name: string, variable: RoleVar<unknown>, given: unknown): readonly Misfit[] {
  const parsed = parseGiven(variable, given);
  if (parsed.success) return [];
  const schema = schemaOf(variable.type);
  return parsed.error.issues.map((issue) => misfit({ name, schema, given }, closest(issue)));
}

type Wanted = { readonly name: string; readonly schema: Schema; readonly given: unknown };

function misfit({ name, schema, given }: Wanted, issue: z.core.$ZodIssue): Misfit {
  const { path } = issue;
  const thing = name + path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  const wanted = at(schema, path);
  if (issue.code === 'unrecognized_keys') {
    const known = wanted.flatMap((one) => [
      ...Object.keys(one.properties ?? {}),
      ...(one.propertyNames?.enum ?? []).map(String),
    ]);
    const keys = issue.keys.join(', ');
    return {
      path: [...path, issue.keys[0] ?? ''],
      text: `${thing} has the key ${keys}, which means nothing here: there are ${known.join(', ')}`,
      near: didYouMean(issue.keys[0] ?? '', known),
    };
  }
  const isOwnWords = issue.code === 'custom' && issue.message !== 'Invalid input';
  if (isOwnWords) return { path, text: `${thing} ${issue.message}`, near: undefined };
  const value = partOf(given, path);
  const form = describe({ anyOf: wanted });
  if (value === undefined && path.length > 0) return { path, text: `${thing} is missing`, near: undefined };
  if (value instanceof Secret)
    return {
      path,
      text: `${thing} comes from the vault, or from something secret, and so is not shown here; it must be ${form}`,
      near: undefined,
    };
  const text = `${thing} is ${shown(value)}${form === 'any' ? `: ${issue.message}` : `, and must be ${form}`}`;
  return { path, text, near: nearestOf(value, wanted) };
}

/** Of several forms that don't fit, the one that fits furthest: a list with one wrong item is no wrong dictionary. */
function closest(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union') return issue;
  const inner = issue.errors
    .flatMap((issues) => issues[0] ?? [])
    .map((one) => closest({ ...one, path: [...issue.path, ...one.path] }))
    .filter((one) => one.path.length > issue.path.length || one.code === 'unrecognized_keys')
    .sort((a, b) => b.path.length - a.path.length);
  return inner[0] ?? issue;
}

/** The forms that a part of the value may have. */
function at(schema: Schema, path: Path): readonly Schema[] {
  return path.reduce<readonly Schema[]>((all, step) => all.flatMap((one) => inside(one, step)), flat(schema));
}

function inside({ items, properties, additionalProperties }: Schema, step: PropertyKey): readonly Schema[] {
  if (typeof step === 'number') return items ? flat(items) : [];
  const further = typeof additionalProperties === 'object' ? additionalProperties : undefined;
  const found = properties?.[String(step)] ?? further;
  return found ? flat(found) : [];
}

function flat(schema: Schema): readonly Schema[] {
  return schema.anyOf ? schema.anyOf.flatMap(flat) : [schema];
}

function partOf(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((all, step) => {
    if (all instanceof Map) return all.get(step);
    if (all === null || typeof all !== 'object' || all instanceof Secret) return undefined;
    return (all as Record<PropertyKey, unknown>)[step];
  }, value);
}

const LONGEST = 40;

function shown(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'blank';
  if (typeof value === 'string')
    return value.length > LONGEST ? 'a long text' : `the text ${JSON.stringify(value)}`;
  if (typeof value === 'number' || typeof value === 'bigint') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'a list' : 'a dict';
}

function nearestOf(value: unknown, wanted: readonly Schema[]): string | undefined {
  if (typeof value !== 'string') return undefined;
  const known = wanted.flatMap(({ enum: all = [], const: one }) => [...all, ...(one === undefined ? [] : [one])]);
  const words = known.map(String);
  return words.find((one) => value.length > 2 && one.startsWith(value)) ?? didYouMean(value, words);
}
